"""Connecting accounts: by credentials that a user entered, or by their consent in a browser."""

from collections.abc import Mapping

from herald.actions.accounts import Accounts
from herald.domain import authorizations
from herald.domain.accounts import Account, Platform
from herald.domain.authorizations import (
    AUTHORIZATION_LIFETIME,
    Authorization,
    ConsentResult,
    check_answer,
    denial,
)
from herald.domain.errors import UnprocessableError
from herald.domain.idempotency import IdempotentRequest
from herald.domain.owners import Owner
from herald.domain.platforms import NETWORKS
from herald.domain.values import frozen
from herald.platforms.connecting import (
    ConsentAnswer,
    ConsentConnector,
    ConsentRequest,
)
from herald.store.apps import AppStore
from herald.store.authorizations import AuthorizationStore


@frozen
class Connecting:
    """The use cases of connecting an account."""

    accounts: Accounts
    authorizations: AuthorizationStore
    apps: AppStore

    def connect(
        self,
        platform: Platform,
        fields: Mapping[str, str],
        owner: Owner,
        *,
        redirect_uri: str,
        request: IdempotentRequest[Account | Authorization],
    ) -> Account | Authorization:
        """Connect an account with credentials, or begin to ask its user for consent.

        A consent is asked for when the network has consents and the fields hold no credentials. A
        repeat does not ask the network again.

        Raises ValidationError, UnprocessableError, UnavailableError, IdempotentReplay,
        IdempotencyConflictError.
        """
        consents = self._consents(platform, owner)
        if consents is None or has_credentials(platform, fields):
            return self.accounts.connect(platform, fields, owner, request=request)
        self.accounts.store.replay(owner, request.key, self.accounts.now())
        state = authorizations.new_state()
        wanted = ConsentRequest(state=state, redirect_uri=redirect_uri, fields=fields)
        return self._ask(consents, wanted, platform, owner, request)

    def _ask(
        self,
        consents: ConsentConnector,
        wanted: ConsentRequest,
        platform: Platform,
        owner: Owner,
        request: IdempotentRequest[Account | Authorization],
    ) -> Authorization:
        consent = consents.ask(wanted)
        now = self.accounts.now()
        authorization = Authorization(
            state=wanted.state,
            owner=owner,
            platform=platform,
            redirect_uri=wanted.redirect_uri,
            url=consent.url,
            secrets=consent.secrets,
            expires_at=now + AUTHORIZATION_LIFETIME,
        )
        self.authorizations.begin(authorization, request.respond(authorization, now), now)
        return authorization

    def finish(
        self,
        result: ConsentResult,
        *,
        owner: Owner | None = None,
        request: IdempotentRequest[Account] | None = None,
    ) -> Account:
        """Connect the account of a user who consented.

        A browser has no key, so its answer has no `owner` and no `request`. A state can be used
        once, whatever becomes of it.

        Raises UnprocessableError, UnavailableError, IdempotentReplay, IdempotencyConflictError.
        """
        if owner and request:
            self.accounts.store.replay(owner, request.key, self.accounts.now())
        taken = self.authorizations.take(result.state)
        authorization = check_answer(taken, result, owner, self.accounts.now())
        if result.code is None:
            raise UnprocessableError(denial(result.error))
        platform, owner = authorization.platform, authorization.owner
        consents = self._consents(platform, owner)
        assert consents is not None, "no consent was asked for"
        answer = ConsentAnswer(
            code=result.code,
            redirect_uri=authorization.redirect_uri,
            secrets=authorization.secrets,
        )
        profile, credentials = consents.finish(answer)
        answered = request or IdempotentRequest()
        return self.accounts.save(platform, profile, credentials, owner, answered)

    def _consents(self, platform: Platform, owner: Owner) -> ConsentConnector | None:
        apps = self.apps.of(owner)
        return self.accounts.registry.consent_connector(platform, owner.mode, apps)


def has_credentials(platform: Platform, fields: Mapping[str, str]) -> bool:
    """Return whether the fields hold a secret that the network's accounts connect with."""
    declared = NETWORKS[platform].connect
    return any(fields.get(field.name) for field in declared if field.secret)

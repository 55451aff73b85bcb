"""Accounts: connect, read, disconnect."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from herald.domain import accounts, ids
from herald.domain.accounts import Account, AccountStatus, Platform
from herald.domain.errors import ConflictError, HeraldError, NotFoundError
from herald.domain.idempotency import IdempotentRequest
from herald.domain.owners import Owner
from herald.domain.values import frozen
from herald.platforms.connecting import Profile
from herald.platforms.registry import Registry
from herald.store.accounts import AccountStore, Credentials, TakenError

log = logging.getLogger("herald.accounts")
# Tries to store an account that other requests connect at the same time.
MAX_TRIES = 3


@frozen
class Accounts:
    """The use cases of accounts."""

    store: AccountStore
    registry: Registry
    now: Callable[[], datetime]

    def connect(
        self,
        platform: Platform,
        fields: Mapping[str, str],
        owner: Owner,
        *,
        request: IdempotentRequest[Account],
    ) -> Account:
        """Prove the credentials at the network, then keep them sealed.

        The same account connected again keeps its id. A repeat does not ask the network again.
        Raises ValidationError, UnprocessableError, IdempotentReplay, IdempotencyConflictError.
        """
        self.store.replay(owner, request.key, self.now())
        connector = self.registry.account_connector(platform, owner.mode)
        profile, credentials = connector.connect(fields)
        return self.save(platform, profile, credentials, owner, request)

    def save(
        self,
        platform: Platform,
        profile: Profile,
        credentials: Credentials,
        owner: Owner,
        request: IdempotentRequest[Account],
    ) -> Account:
        """Keep an account with its credentials. Raises IdempotentReplay, ConflictError."""
        for _ in range(MAX_TRIES):
            account = self._identify(platform, profile, owner)
            now = account.updated_at
            events = accounts.account_events(account, now)
            response = request.respond(account, now)
            try:
                self.store.save(account, credentials, events=events, response=response)
            except TakenError:
                # Another request has just connected the same account. The next try keeps its id.
                continue
            return account
        raise ConflictError("The account is being connected. Ask again in a second.", retry_after=1)

    def _identify(self, platform: Platform, profile: Profile, owner: Owner) -> Account:
        """Return the account as its network describes it. A known account keeps its id."""
        now = self.now()
        identity = (platform, profile.remote_id)
        others = self.store.list(owner)
        known = next(
            (account for account in others if (account.platform, account.remote_id) == identity),
            None,
        )
        if known is None or known.status is AccountStatus.DISCONNECTED:
            accounts.check_room(others)
        return Account(
            id=known.id if known else ids.new("acc", now),
            owner=owner,
            platform=platform,
            remote_id=profile.remote_id,
            username=profile.username,
            display_name=profile.display_name,
            avatar_url=profile.avatar_url,
            profile_url=profile.url,
            account_type=profile.account_type,
            host=profile.host,
            limits=profile.limits,
            created_at=known.created_at if known else now,
            updated_at=now,
        )

    def list(self, owner: Owner) -> list[Account]:
        """Return the owner's accounts, oldest first, with those that are disconnected."""
        return self.store.list(owner)

    def get(self, account_id: str, owner: Owner) -> Account:
        """Raises NotFoundError."""
        account = self.store.get_many(owner, [account_id]).get(account_id)
        if account is None:
            raise NotFoundError("There is no such account.")
        return account

    def disconnect(self, account_id: str, owner: Owner) -> Account:
        """Destroy the account's credentials, and keep the account as DISCONNECTED.

        Then ask the network to forget them too. The credentials are destroyed whatever it answers.
        Raises NotFoundError.
        """
        account = self.get(account_id, owner)
        now = self.now()
        disconnected = accounts.as_disconnected(account, now)
        if disconnected is None:
            return account
        credentials = self.store.credentials(account)
        self.store.disconnect(disconnected, events=accounts.account_events(disconnected, now))
        if credentials:
            self._revoke(account, credentials)
        return disconnected

    def _revoke(self, account: Account, credentials: Credentials) -> None:
        connector = self.registry.account_connector(account.platform, account.owner.mode)
        try:
            connector.revoke(account, credentials)
        except HeraldError as error:
            facts = {"account": account.id, "platform": account.platform, "error": error.message}
            log.warning("credentials not revoked", extra=facts)

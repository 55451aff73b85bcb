"""Accounts: connect, read, disconnect."""

from collections.abc import Callable, Mapping
from datetime import datetime

from herald.domain import accounts, ids
from herald.domain.accounts import Account, AccountStatus, Platform
from herald.domain.errors import ConflictError, NotFoundError
from herald.domain.idempotency import IdempotentRequest
from herald.domain.owners import Owner
from herald.domain.values import frozen
from herald.platforms.connecting import Profile
from herald.platforms.registry import Registry
from herald.store.accounts import AccountStore, TakenError

MAX_TRIES = 3  # of one that others connect at the same time


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
        """Prove the credentials at the network, then keep them sealed. The same account connected again keeps its id.

        A repeat does not ask the network again.
        Raises ValidationError, UnprocessableError, IdempotentReplay, IdempotencyConflictError.
        """
        self.store.replay(owner, request.key, self.now())
        profile, credentials = self.registry.account_connector(platform, owner.mode).connect(fields)
        for _ in range(MAX_TRIES):
            account = self._identify(platform, profile, owner)
            now = account.updated_at
            response = request.respond(account, now)
            try:
                self.store.save(
                    account,
                    credentials,
                    events=accounts.account_events(account, now),
                    response=response,
                )
            except TakenError:
                continue  # it was connected in the same moment: this is the same account, connected again
            return account
        raise ConflictError("The account is being connected. Ask again in a second.", retry_after=1)

    def _identify(self, platform: Platform, profile: Profile, owner: Owner) -> Account:
        """The account as its network says; the one that is known keeps its id."""
        identity, now = (platform, profile.remote_id), self.now()
        others = self.store.list(owner)
        known = next((each for each in others if (each.platform, each.remote_id) == identity), None)
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
        """Oldest first, disconnected ones included."""
        return self.store.list(owner)

    def get(self, account_id: str, owner: Owner) -> Account:
        """Raises NotFoundError."""
        found = self.store.get_many(owner, [account_id]).get(account_id)
        if found is None:
            raise NotFoundError("There is no such account.")
        return found

    def disconnect(self, account_id: str, owner: Owner) -> Account:
        """Destroy its credentials; the account stays, as DISCONNECTED. Raises NotFoundError."""
        account, now = self.get(account_id, owner), self.now()
        gone = accounts.as_disconnected(account, now)
        if gone is None:
            return account
        self.store.disconnect(gone, events=accounts.account_events(gone, now))
        return gone

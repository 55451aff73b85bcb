"""Accounts on the wire. Source: the contract, section 2, and the integration lifecycle guide, step 2."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator

from herald.api.edge.response import Response, ok, to_json
from herald.api.edge.schema import PlatformName, one_or_all
from herald.api.voxburst.paging import Paged
from herald.domain import times
from herald.domain.accounts import Account, AccountStatus, Platform, platform_named
from herald.domain.errors import NotFoundError

LISTED_STATUSES = frozenset(AccountStatus) - {AccountStatus.DISCONNECTED}


def statuses(value: AccountStatus | None) -> frozenset[AccountStatus]:
    """The one that was named; every one for `all`."""
    return frozenset(AccountStatus) if value is None else frozenset({AccountStatus(value)})


class ListAccounts(Paged):
    status: Annotated[
        frozenset[AccountStatus], BeforeValidator(statuses), one_or_all(*AccountStatus)
    ] = LISTED_STATUSES
    """Only accounts of this status; `all` for every one."""
    platform: PlatformName | None = None
    """Only accounts on this platform."""
    include_archived: bool = False
    """Disconnected accounts too."""

    def match(self, account: Account) -> bool:
        shown = account.status in self.status or (
            self.include_archived and account.status is AccountStatus.DISCONNECTED
        )
        return shown and self.platform in (None, account.platform)


def view(account: Account) -> dict[str, object]:
    return {
        "id": account.id,
        "workspaceId": account.owner.workspace_id,
        "platform": account.platform,
        "username": account.username,
        "displayName": account.display_name,
        "avatarUrl": account.avatar_url,
        "profileUrl": account.profile_url,
        "accountType": account.account_type,
        "platformAccountId": account.remote_id,
        "status": account.status,
        "error": account.status_reason,
        "connectedAt": times.wire(account.created_at),  # the vendor's command line shows this one
        "createdAt": times.wire(account.created_at),
        "updatedAt": times.wire(account.updated_at),
    }


def connected(account: Account) -> str:
    """A new account as it is answered, and as it is kept for an idempotent replay.

    There is nothing left to authorize: what clients open for that shows the account itself. VoxBurst's command line reads
    `url`, its Go client `authUrl` and `state`, its guide has `authorizationUrl`.
    """
    where = account.profile_url
    return to_json(
        {
            "account": view(account),
            "url": where,
            "authorizationUrl": where,
            "authUrl": where,
            "state": None,
        }
    )


def account_page(accounts: Sequence[Account], query: ListAccounts, secret: str) -> Response:
    """Cut from all of them, by id."""
    after = query.after(secret)
    rest = [
        account
        for account in accounts
        if query.match(account) and (after is None or account.id > after)
    ]
    shown = rest[: query.limit]
    return ok(
        query.answer(
            [view(account) for account in shown],
            shown[-1].id if len(rest) > len(shown) else None,
            secret,
        )
    )


def platform(name: str) -> Platform:
    """The platform a path names. Raises NotFoundError."""
    named = platform_named(name)
    if named is None:
        raise NotFoundError("There is no such platform.")
    return named

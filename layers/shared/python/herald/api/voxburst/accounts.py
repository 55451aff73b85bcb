"""Accounts on the wire.

Source: the contract, section 2, and the integration lifecycle guide, step 2.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BeforeValidator

from herald.api.edge.response import Response, ok, to_json
from herald.api.edge.schema import PlatformName, one_or_all
from herald.api.voxburst.paging import Paged
from herald.domain import times
from herald.domain.accounts import Account, AccountStatus, Platform, platform_named
from herald.domain.authorizations import Authorization
from herald.domain.errors import NotFoundError

LISTED_STATUSES = frozenset(AccountStatus) - {AccountStatus.DISCONNECTED}


def statuses(value: AccountStatus | None) -> frozenset[AccountStatus]:
    """Return the named status, or every status for `all`."""
    return frozenset(AccountStatus) if value is None else frozenset({AccountStatus(value)})


class ListAccounts(Paged):
    status: Annotated[
        frozenset[AccountStatus], BeforeValidator(statuses), one_or_all(*AccountStatus)
    ] = LISTED_STATUSES
    """Only accounts of this status. `all` shows every account."""
    platform: PlatformName | None = None
    """Only accounts on this platform."""
    include_archived: bool = False
    """Show disconnected accounts too."""

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
        # VoxBurst's command line shows `connectedAt`.
        "connectedAt": times.wire(account.created_at),
        "createdAt": times.wire(account.created_at),
        "updatedAt": times.wire(account.updated_at),
    }


def connected(result: Account | Authorization) -> str:
    """Render a new account, or where its user consents, for the answer and for a replay.

    If nothing is left to authorize, the URLs show the account itself. VoxBurst's command line reads
    `url`. Its Go client reads `authUrl` and `state`. Its guide has `authorizationUrl`.
    """
    if isinstance(result, Account):
        return connect_answer(result.profile_url, account=view(result))
    return connect_answer(result.url, state=result.state)


def connect_answer(
    url: str | None, *, account: Mapping[str, object] | None = None, state: str | None = None
) -> str:
    urls = {"url": url, "authorizationUrl": url, "authUrl": url}
    return to_json({"account": account, **urls, "state": state})


def connect_status(result: Account | Authorization) -> int:
    """Return 201 for a connected account, and 200 for a consent that is to come."""
    return 201 if isinstance(result, Account) else 200


def account_page(accounts: Sequence[Account], query: ListAccounts, secret: str) -> Response:
    """Cut a page from all accounts, in the order of their ids."""
    after = query.after(secret)
    rest = [
        account
        for account in accounts
        if query.match(account) and (after is None or account.id > after)
    ]
    shown = rest[: query.limit]
    last = shown[-1].id if len(rest) > len(shown) else None
    return ok(query.answer([view(account) for account in shown], last, secret))


def platform(name: str) -> Platform:
    """Return the platform that a path names. Raises NotFoundError."""
    named = platform_named(name)
    if named is None:
        raise NotFoundError("There is no such platform.")
    return named

"""Accounts."""

from datetime import datetime

from herald.domain.accounts import AccountStatus, Platform
from openapi.answers.answer import Answer
from openapi.answers.ids import AccountId, WorkspaceId
from openapi.answers.lists import Listed


class Account(Answer):
    id: AccountId
    """The account."""
    workspace_id: WorkspaceId
    """The workspace that has the account."""
    platform: Platform
    """The network of the account."""
    username: str
    """The account's name at the network. E.g. `brandname`."""
    display_name: str | None
    """The account's name for people."""
    avatar_url: str | None
    """The URL of the account's picture."""
    profile_url: str | None
    """The URL of the account's page for people; null in test mode."""
    account_type: str | None
    """The type of account, as the network names it."""
    platform_account_id: str
    """The account's id at the network."""
    status: AccountStatus
    """The status of the account. Only active accounts publish posts."""
    error: str | None
    """The reason why the account is not active; null when it is active."""
    connected_at: datetime
    """The time when the account was first connected."""
    created_at: datetime
    """The same as `connectedAt`."""
    updated_at: datetime
    """The time of the last change."""


class Accounts(Listed[Account]):
    pass


class Connected(Answer):
    """The connected account, or where its user consents."""

    account: Account | None
    """The account, ready for posts; null while its user must consent."""
    url: str | None
    """The page on which the user consents. Of a connected account, its `profileUrl`."""
    authorization_url: str | None
    """The same as `url`."""
    auth_url: str | None
    """The same as `url`."""
    state: str | None
    """The state that comes back with the consent; null when the account is connected."""


class Consented(Answer):
    account: Account
    """The account, ready for posts."""

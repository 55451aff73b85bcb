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
    """Whose it is."""
    platform: Platform
    """The network it is on."""
    username: str
    """Its name there. E.g. `brandname`."""
    display_name: str | None
    """Its name there, as people read it."""
    avatar_url: str | None
    """Its picture there."""
    profile_url: str | None
    """Where people see it; in test mode nowhere."""
    account_type: str | None
    """What the network says that it is."""
    platform_account_id: str
    """Its id there."""
    status: AccountStatus
    """Posts go out to active accounts only."""
    error: str | None
    """Why it is not active; null when it is."""
    connected_at: datetime
    """When it was first connected."""
    created_at: datetime
    """As `connectedAt`."""
    updated_at: datetime
    """When it last changed."""


class Accounts(Listed[Account]):
    pass


class Connected(Answer):
    """The account is connected: nothing is left to authorize, and the three addresses are its `profileUrl`."""

    account: Account
    """The account, ready to be posted to."""
    url: str | None
    """As `account.profileUrl`: nothing is left to authorize."""
    authorization_url: str | None
    """As `url`."""
    auth_url: str | None
    """As `url`."""
    state: str | None
    """Always null."""

"""Workspaces: whose posts, accounts and webhooks they are."""

from datetime import datetime

from herald.domain.api_keys import Plan
from herald.domain.values import frozen


@frozen
class Workspace:
    id: str
    name: str
    owner_email: str | None
    plan: Plan
    created_at: datetime

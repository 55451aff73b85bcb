"""Workspaces: whose posts, accounts and webhooks they are."""

from dataclasses import dataclass
from datetime import datetime

from herald.domain.api_keys import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    id: str
    name: str
    owner_email: str | None
    plan: Plan
    created_at: datetime

"""The workspace, and whom a key stands for."""

from herald.domain.api_keys import Plan
from herald.domain.owners import Mode
from openapi.answers.answer import Answer
from openapi.answers.api_keys import Scope
from openapi.answers.approvals import ApprovalWorkflow
from openapi.answers.ids import KeyId, WorkspaceId


class Workspace(Answer):
    id: WorkspaceId
    """The workspace."""
    name: str
    """What it is called."""
    owner_email: str | None
    """Who is told when webhooks fail. E.g. `you@example.com`."""
    plan: Plan
    """Sets the rate limit, and whether there are webhooks."""
    approval_workflow: ApprovalWorkflow | None
    """What drafts must pass; null when there is none."""


class RateLimit(Answer):
    limit: int
    """Calls that this key has in a minute. E.g. `500`."""
    remaining: int
    """Calls left in this minute."""
    reset: int
    """When the minute ends, in epoch seconds."""


class Caller(Answer):
    """Whom a key stands for."""

    workspace_id: WorkspaceId
    """The key's workspace."""
    workspace_name: str
    """What the workspace is called."""
    plan: Plan
    """The workspace's plan."""
    mode: Mode
    """Whether the key publishes for real, or to the sandbox."""
    key_id: KeyId
    """The key."""
    scopes: list[Scope]
    """What the key may do."""
    rate_limit: RateLimit
    """What is left of this minute."""

"""The workspace, and the identity of a key."""

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
    """The name of the workspace."""
    owner_email: str | None
    """The address that gets a message when webhooks fail. E.g. `you@example.com`."""
    plan: Plan
    """The plan. It sets the rate limit, and whether there are webhooks."""
    approval_workflow: ApprovalWorkflow | None
    """The steps that drafts must pass; null when there are none."""


class RateLimit(Answer):
    limit: int
    """The calls that this key may make in a minute. E.g. `500`."""
    remaining: int
    """The calls left in this minute."""
    reset: int
    """The end of the minute, in epoch seconds."""


class Caller(Answer):
    """The identity of a key."""

    workspace_id: WorkspaceId
    """The key's workspace."""
    workspace_name: str
    """The name of the workspace."""
    plan: Plan
    """The workspace's plan."""
    mode: Mode
    """Whether the key publishes for real, or to the sandbox."""
    key_id: KeyId
    """The key."""
    scopes: list[Scope]
    """The scopes of the key."""
    rate_limit: RateLimit
    """The rate limit of the key in this minute."""

"""Workspaces: owners of posts, accounts and webhooks, and the approvers of their posts."""

from datetime import datetime

from herald.domain.api_keys import Plan
from herald.domain.owners import Mode
from herald.domain.values import frozen

MAX_STEPS = 10
# Of one step. A submitted post carries its workflow, and is billed by the kilobyte.
MAX_APPROVERS = 20


@frozen
class Step:
    """One step of the approval workflow.

    Approvers are named by ids of the integrator's own users, or by ids of API keys.
    """

    order: int
    role: str
    approver_ids: tuple[str, ...]
    required: bool = True


@frozen
class Workspace:
    """A workspace with its plan and its approval workflows.

    `workflow` holds the steps that live posts pass, in their order, or none when they need no
    approval. Test posts have a workflow of their own, so that no test key decides whom a live post
    waits for, and no live key whom a test post waits for.
    """

    id: str
    name: str
    owner_email: str | None
    plan: Plan
    created_at: datetime
    workflow: tuple[Step, ...] = ()
    test_workflow: tuple[Step, ...] = ()

    def workflow_in(self, mode: Mode) -> tuple[Step, ...]:
        return self.workflow if mode is Mode.LIVE else self.test_workflow

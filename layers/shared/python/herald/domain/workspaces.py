"""Workspaces: whose posts, accounts and webhooks they are, and by whom their posts are approved."""

from datetime import datetime

from herald.domain.api_keys import Plan
from herald.domain.owners import Mode
from herald.domain.values import frozen

MAX_STEPS = 10
MAX_APPROVERS = (
    20  # of one step: a submitted post carries its workflow, and is billed by the kilobyte
)


@frozen
class Step:
    """One step of the approval workflow. Approvers are named by ids of the integrator's own users, or by API keys' ids."""

    order: int
    role: str
    approver_ids: tuple[str, ...]
    required: bool = True


@frozen
class Workspace:
    """`workflow` holds the steps that live posts pass, in their order; none when they need no approval.

    Test posts have a workflow of their own: no test key decides whom a live post waits for, nor the other way round.
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

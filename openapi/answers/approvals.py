"""The steps that a draft must pass, and what was decided at each."""

from datetime import datetime

from herald.domain.approvals import ReviewStatus
from openapi.answers.answer import Answer
from openapi.answers.ids import ApprovalId


class ApprovalStep(Answer):
    order: int
    """Steps are passed from the lowest to the highest. E.g. `1`."""
    role: str
    """What the step is called. E.g. `legal`."""
    approver_ids: list[str]
    """Who may decide: your own names for people, or ids of API keys."""
    required: bool
    """Whether later steps must wait for this one."""


class ApprovalWorkflow(Answer):
    """The steps that a draft must pass, in their order."""

    steps: list[ApprovalStep]
    """In their order."""


class Review(ApprovalStep):
    """A step of the workflow as it was when the post was submitted, and what was decided there, by whom."""

    status: ReviewStatus
    """What was decided."""
    approver_id: str | None
    """Who decided; null until then."""
    comment: str | None
    """What they said."""
    at: datetime | None
    """When they decided."""


class Approval(Answer):
    """`step` is the order of the step whose turn it is; `note` says what else became of the post while it waited."""

    id: ApprovalId
    """The approval."""
    status: ReviewStatus
    """What came of it."""
    step: int | None
    """The order of the step whose turn it is; null when it has ended."""
    steps: list[Review]
    """Every step, and what was decided there."""
    note: str | None
    """What else became of the post while it waited."""

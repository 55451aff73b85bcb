"""The steps that a draft must pass, and the decisions at each step."""

from datetime import datetime

from herald.domain.approvals import ReviewStatus
from openapi.answers.answer import Answer
from openapi.answers.ids import ApprovalId


class ApprovalStep(Answer):
    order: int
    """The place of the step. Steps are passed from the lowest to the highest. E.g. `1`."""
    role: str
    """The name of the step. E.g. `legal`."""
    approver_ids: list[str]
    """The approvers: your own names for people, or ids of API keys."""
    required: bool
    """Whether later steps must wait for this one."""


class ApprovalWorkflow(Answer):
    """The steps that a draft must pass, in their order."""

    steps: list[ApprovalStep]
    """The steps in their order."""


class Review(ApprovalStep):
    """A step of the workflow as it was at the submission of the post, with its decision."""

    status: ReviewStatus
    """The decision."""
    approver_id: str | None
    """The approver who decided; null before the decision."""
    comment: str | None
    """The comment of the approver."""
    at: datetime | None
    """The time of the decision."""


class Approval(Answer):
    """The approval of a post.

    `step` is the order of the current step. `note` says what else happened to the post while it
    waited.
    """

    id: ApprovalId
    """The approval."""
    status: ReviewStatus
    """The result of the approval."""
    step: int | None
    """The order of the current step; null when the approval has ended."""
    steps: list[Review]
    """Every step with its decision."""
    note: str | None
    """A note about anything else that happened to the post while it waited."""

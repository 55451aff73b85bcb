"""Approvals: how a submitted post goes through its workspace's workflow.

A post takes a copy of the steps with it: what the workspace changes later is for later posts. Steps are done in their order. An
approver does the first one that waits and names them; optional ones before it are passed over, a required one never is. The post
is approved as soon as no required step waits: optional ones behind the last required one are passed over too.
"""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from herald.domain.errors import ConflictError, ForbiddenError
from herald.domain.values import frozen
from herald.domain.workspaces import Step

EDITED = "The post was edited while it waited: its approval started again."
EDITED_SINCE = "The post was edited after it was approved."


class ReviewStatus(StrEnum):
    """Of one step, or of the whole, which is never skipped."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    SKIPPED = "skipped"


@frozen
class Review:
    """One step of a submitted post, and what was decided there."""

    step: Step
    status: ReviewStatus = ReviewStatus.PENDING
    approver_id: str | None = None
    comment: str | None = None
    at: datetime | None = None

    @property
    def waits(self) -> bool:
        return self.status is ReviewStatus.PENDING


@frozen
class Approval:
    """The reviews of a submitted post, in their order. `note` is what a person should know beside them."""

    id: str
    reviews: tuple[Review, ...]
    note: str | None = None

    @property
    def current(self) -> Review | None:
        """The step whose turn it is; None when all is decided."""
        return next((each for each in self.reviews if each.waits), None)

    @property
    def status(self) -> ReviewStatus:
        found = {each.status for each in self.reviews}
        return next(
            each
            for each in (ReviewStatus.REJECTED, ReviewStatus.PENDING, ReviewStatus.APPROVED)
            if each in found
        )

    def edited(self) -> "Approval":
        """After an edit of the post: while it waits it starts again, for nobody has seen these words; an approved one says so."""
        if self.current:
            return replace(
                self, reviews=tuple(Review(step=each.step) for each in self.reviews), note=EDITED
            )
        return replace(self, note=EDITED_SINCE) if self.status is ReviewStatus.APPROVED else self


def approver(named: str | None, key_id: str) -> str:
    """Who decides: whom the caller names, or else the calling key. Raises ForbiddenError when a key names another key.

    Who their users are is the integrator's knowledge; who holds a key is ours.
    """
    if named and named != key_id and named.startswith("key_"):
        raise ForbiddenError("A key cannot approve in the name of another key.", approver_id=named)
    return named or key_id


def turn(approval: Approval, approver_id: str, *, status: str) -> Review:
    """Return the step that this approver may do now; `status` is the post's, for the error.

    Raises ConflictError when they did theirs already, else ForbiddenError.
    """
    for review in approval.reviews:
        if review.waits and approver_id in review.step.approver_ids:
            return review
        if review.waits and review.step.required:
            break
    if any(each.approver_id == approver_id for each in approval.reviews):
        raise ConflictError(
            "This approver has approved already.", status=status, approver_id=approver_id
        )
    assert approval.current
    step = approval.current.step
    raise ForbiddenError(
        f"It is not this approver's turn: step {step.order} waits for {step.role}.",
        approver_id=approver_id,
        step=step.order,
        role=step.role,
    )


def with_review(approval: Approval, review: Review, *, last: bool) -> Approval:
    """The approval with one step decided. What waits before it is passed over; after the last one, whatever waits."""

    def after(each: Review) -> Review:
        if each.step.order == review.step.order:
            return review
        passed = each.waits and (last or each.step.order < review.step.order)
        return replace(each, status=ReviewStatus.SKIPPED) if passed else each

    return replace(approval, reviews=tuple(map(after, approval.reviews)))

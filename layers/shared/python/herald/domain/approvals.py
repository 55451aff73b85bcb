"""Approvals: how a submitted post goes through its workspace's workflow.

A post takes a copy of the steps with it. A later change of the workspace's steps is for later posts
only. Steps are done in their order. An approver does the first step that waits and names them.
Optional steps before it are skipped; a required step never is. The post is approved as soon as no
required step waits, so optional steps behind the last required one are skipped too.
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
    """The status of one step, or of the whole approval. The whole is never SKIPPED."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    SKIPPED = "skipped"


@frozen
class Review:
    """One step of a submitted post, and the decision on it."""

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
    """The reviews of a submitted post, in their order.

    `note` tells people what the reviews do not say.
    """

    id: str
    reviews: tuple[Review, ...]
    note: str | None = None

    @property
    def current(self) -> Review | None:
        """The review whose turn it is, or None when all are decided."""
        return next((review for review in self.reviews if review.waits), None)

    @property
    def status(self) -> ReviewStatus:
        statuses = {review.status for review in self.reviews}
        by_weight = (ReviewStatus.REJECTED, ReviewStatus.PENDING, ReviewStatus.APPROVED)
        return next(status for status in by_weight if status in statuses)

    def edited(self) -> "Approval":
        """Return the approval after an edit of the post.

        An approval that waits starts again, because nobody has seen the new text. One that is done
        notes the edit.
        """
        if self.current:
            reviews = tuple(Review(step=review.step) for review in self.reviews)
            return replace(self, reviews=reviews, note=EDITED)
        if self.status is ReviewStatus.APPROVED:
            return replace(self, note=EDITED_SINCE)
        return self


def approver(named: str | None, key_id: str) -> str:
    """Return who decides: the person that the caller names, or else the calling key.

    The integrator knows who their users are. herald knows who holds a key, so it raises
    ForbiddenError when a key names another key.
    """
    if not named:
        return key_id
    if named != key_id and named.startswith("key_"):
        raise ForbiddenError("A key cannot approve in the name of another key.", approver_id=named)
    return named


def turn(approval: Approval, approver_id: str, *, status: str) -> Review:
    """Return the review that this approver may do now. `status` is the post's, for the error.

    Raises ConflictError when they did theirs already, else ForbiddenError.
    """
    for review in approval.reviews:
        if review.waits and approver_id in review.step.approver_ids:
            return review
        if review.waits and review.step.required:
            break
    if any(review.approver_id == approver_id for review in approval.reviews):
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
    """Return the approval with one step decided.

    Steps that wait before this one are skipped. When it is the `last` one, every other step that
    waits is skipped too.
    """
    reviews: list[Review] = []
    for other in approval.reviews:
        if other.step.order == review.step.order:
            reviews.append(review)
        elif other.waits and (last or other.step.order < review.step.order):
            reviews.append(replace(other, status=ReviewStatus.SKIPPED))
        else:
            reviews.append(other)
    return replace(approval, reviews=tuple(reviews))

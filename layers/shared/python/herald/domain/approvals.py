"""Approvals: how a submitted post goes through its workspace's workflow.

A post takes a copy of the steps with it: what the workspace changes later is for later posts. Steps are done in their order. An
approver does the first one that waits and names them; optional ones before it are passed over, a required one never is. The post
is approved as soon as no required step waits: optional ones behind the last required one are passed over too.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from herald.domain import ids, posts
from herald.domain.errors import ConflictError, ForbiddenError
from herald.domain.events import Event, EventType, event
from herald.domain.posts import Action, Post, PostStatus, Words
from herald.domain.values import frozen
from herald.domain.workspaces import Step

EDITED = "The post was edited while it waited: its approval started again."
EDITED_SINCE = "The post was edited after it was approved."
OVERDUE = "Its time had passed while it waited: it was published at once."


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
        return next(each for each in (ReviewStatus.REJECTED, ReviewStatus.PENDING, ReviewStatus.APPROVED) if each in found)

    def edited(self) -> "Approval":
        """After an edit of the post: while it waits it starts again, for nobody has seen these words; an approved one says so."""
        if self.current:
            return replace(self, reviews=tuple(Review(step=each.step) for each in self.reviews), note=EDITED)
        return replace(self, note=EDITED_SINCE) if self.status is ReviewStatus.APPROVED else self


def approver(named: str | None, key_id: str) -> str:
    """Who decides: whom the caller names, or else the calling key. Raises ForbiddenError when a key names another key.

    Who their users are is the integrator's knowledge; who holds a key is ours.
    """
    if named and named != key_id and named.startswith("key_"):
        raise ForbiddenError("A key cannot approve in the name of another key.", approverId=named)
    return named or key_id


def submit(post: Post, workflow: Sequence[Step], now: datetime) -> Post:
    """A draft begins to wait for its approvers. Raises ConflictError, also when there is no workflow."""
    status = posts.after(post, Action.SUBMIT)
    if not workflow:
        raise ConflictError("The workspace has no approval workflow: set one, or publish the post.", status=post.status)
    approval = Approval(id=ids.new("apv", now), reviews=tuple(Review(step=each) for each in workflow))
    return replace(posts.changed(post, status, now), approval=approval)


def approve(post: Post, approver_id: str, comment: str | None, now: datetime) -> Post:
    """One step done. After the last one the post is scheduled, or out at once when it has no time or that has passed.

    Raises ConflictError, ForbiddenError.
    """
    status = posts.after(post, Action.APPROVE)
    assert post.approval
    mine = turn(post.approval, approver_id)
    last = not any(each.step.required for each in post.approval.reviews if each.step.order > mine.step.order)
    review = replace(mine, status=ReviewStatus.APPROVED, approver_id=approver_id, comment=comment, at=now)
    approval, reviewed = with_review(post.approval, review, last=last), posts.changed(post, status, now)
    return released(reviewed, approval, now) if last else replace(reviewed, approval=approval)


def reject(post: Post, approver_id: str, comment: str | None, now: datetime) -> Post:
    """A draft again, with the comment at the step whose turn it was. Raises ConflictError."""
    status = posts.after(post, Action.REJECT)
    assert post.approval
    assert post.approval.current
    review = replace(post.approval.current, status=ReviewStatus.REJECTED, approver_id=approver_id, comment=comment, at=now)
    return replace(posts.changed(post, status, now), approval=with_review(post.approval, review, last=True))


def turn(approval: Approval, approver_id: str) -> Review:
    """The step that this approver may do now. Raises ConflictError when they did theirs already, else ForbiddenError."""
    for review in approval.reviews:
        if review.waits and approver_id in review.step.approver_ids:
            return review
        if review.waits and review.step.required:
            break
    if any(each.approver_id == approver_id for each in approval.reviews):
        raise ConflictError("This approver has approved already.", status=PostStatus.PENDING_APPROVAL, approverId=approver_id)
    assert approval.current
    step = approval.current.step
    raise ForbiddenError(
        f"It is not this approver's turn: step {step.order} waits for {step.role}.",
        approverId=approver_id,
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


def released(post: Post, approval: Approval, now: datetime) -> Post:
    """The post on its way."""
    at = post.scheduled_for
    if at and at > now:
        return posts.start(replace(post, approval=approval), at, status=PostStatus.SCHEDULED, now=now)
    noted = replace(approval, note=OVERDUE) if at else approval
    return posts.start(replace(post, approval=noted), now, status=PostStatus.PUBLISHING, now=now)


def approved(post: Post, words: Words, now: datetime) -> list[Event]:
    """post.draft.approved, and post.scheduled when its time is still to come; none while a step waits."""
    if post.status is PostStatus.PENDING_APPROVAL:
        return []
    assert post.approval
    last = [each for each in post.approval.reviews if each.status is ReviewStatus.APPROVED][-1]
    data = {"postId": post.id, "approverId": last.approver_id, "stepOrder": last.step.order, "comment": last.comment}
    scheduled = posts.scheduled(post, words, now) if post.status is PostStatus.SCHEDULED else []
    return [event(EventType.POST_DRAFT_APPROVED, post.owner, now, data), *scheduled]

"""Workflow: a post on its way through the approval workflow of its workspace."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from herald.domain import ids, payloads, posts
from herald.domain.approvals import Approval, Review, ReviewStatus, turn, with_review
from herald.domain.content import PostContent
from herald.domain.errors import ConflictError
from herald.domain.events import Event, EventType, event
from herald.domain.posts import Post, PostAction, PostStatus
from herald.domain.workspaces import Step

OVERDUE = "Its time had passed while it waited: it was published at once."


def submit(post: Post, workflow: Sequence[Step], now: datetime) -> Post:
    """Let a draft begin to wait for its approvers.

    Raises ConflictError, also when there is no workflow.
    """
    status = posts.next_status(post, PostAction.SUBMIT)
    if not workflow:
        raise ConflictError(
            "The workspace has no approval workflow: set one, or publish the post.",
            status=post.status,
        )
    reviews = tuple(Review(step=step) for step in workflow)
    approval = Approval(id=ids.new("apv", now), reviews=reviews)
    return replace(posts.with_revision(post, status, now), approval=approval)


def approve(post: Post, approver_id: str, comment: str | None, now: datetime) -> Post:
    """Approve one step.

    After the last step the post is scheduled. It goes out at once when it has no time, or its time
    has passed. Raises ConflictError or ForbiddenError.
    """
    status = posts.next_status(post, PostAction.APPROVE)
    assert post.approval
    mine = turn(post.approval, approver_id, status=post.status)
    steps = [review.step for review in post.approval.reviews]
    later = [step for step in steps if step.order > mine.step.order]
    last = not any(step.required for step in later)
    review = replace(
        mine, status=ReviewStatus.APPROVED, approver_id=approver_id, comment=comment, at=now
    )
    approval = with_review(post.approval, review, last=last)
    reviewed = posts.with_revision(post, status, now)
    return released(reviewed, approval, now) if last else replace(reviewed, approval=approval)


def reject(post: Post, approver_id: str, comment: str | None, now: datetime) -> Post:
    """Make the post a draft again, with the comment at the step whose turn it was.

    Raises ConflictError.
    """
    status = posts.next_status(post, PostAction.REJECT)
    assert post.approval
    assert post.approval.current
    review = replace(
        post.approval.current,
        status=ReviewStatus.REJECTED,
        approver_id=approver_id,
        comment=comment,
        at=now,
    )
    approval = with_review(post.approval, review, last=True)
    return replace(posts.with_revision(post, status, now), approval=approval)


def released(post: Post, approval: Approval, now: datetime) -> Post:
    """Return the post after its last approval: scheduled, or publishing at once."""
    at = post.scheduled_for
    if at and at > now:
        approved_post = replace(post, approval=approval)
        return posts.schedule_targets(approved_post, at, status=PostStatus.SCHEDULED, now=now)
    if at:
        approval = replace(approval, note=OVERDUE)
    approved_post = replace(post, approval=approval)
    return posts.schedule_targets(approved_post, now, status=PostStatus.PUBLISHING, now=now)


def approved(post: Post, words: PostContent, now: datetime) -> list[Event]:
    """Return post.draft.approved, and post.scheduled when the post's time is still to come.

    Return no event while a step waits.
    """
    if post.status is PostStatus.PENDING_APPROVAL:
        return []
    assert post.approval
    reviews = [review for review in post.approval.reviews if review.status is ReviewStatus.APPROVED]
    last = reviews[-1]
    facts = {
        "post_id": post.id,
        "approver_id": last.approver_id,
        "step_order": last.step.order,
        "comment": last.comment,
    }
    events = [event(EventType.POST_DRAFT_APPROVED, post.owner, now, facts)]
    if post.status is PostStatus.SCHEDULED:
        events.append(payloads.planned(EventType.POST_SCHEDULED, post, words, now))
    return events

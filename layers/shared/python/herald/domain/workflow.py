"""A post on its way through its workspace's approval workflow."""

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
    """A draft begins to wait for its approvers. Raises ConflictError, also when there is no workflow."""
    status = posts.next_status(post, PostAction.SUBMIT)
    if not workflow:
        raise ConflictError(
            "The workspace has no approval workflow: set one, or publish the post.",
            status=post.status,
        )
    approval = Approval(
        id=ids.new("apv", now), reviews=tuple(Review(step=each) for each in workflow)
    )
    return replace(posts.with_revision(post, status, now), approval=approval)


def approve(post: Post, approver_id: str, comment: str | None, now: datetime) -> Post:
    """One step done. After the last one the post is scheduled, or out at once when it has no time or that has passed.

    Raises ConflictError, ForbiddenError.
    """
    status = posts.next_status(post, PostAction.APPROVE)
    assert post.approval
    mine = turn(post.approval, approver_id, status=post.status)
    last = not any(
        each.step.required for each in post.approval.reviews if each.step.order > mine.step.order
    )
    review = replace(
        mine, status=ReviewStatus.APPROVED, approver_id=approver_id, comment=comment, at=now
    )
    approval, reviewed = (
        with_review(post.approval, review, last=last),
        posts.with_revision(post, status, now),
    )
    return released(reviewed, approval, now) if last else replace(reviewed, approval=approval)


def reject(post: Post, approver_id: str, comment: str | None, now: datetime) -> Post:
    """A draft again, with the comment at the step whose turn it was. Raises ConflictError."""
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
    return replace(
        posts.with_revision(post, status, now),
        approval=with_review(post.approval, review, last=True),
    )


def released(post: Post, approval: Approval, now: datetime) -> Post:
    """The post on its way."""
    at = post.scheduled_for
    if at and at > now:
        return posts.schedule_targets(
            replace(post, approval=approval), at, status=PostStatus.SCHEDULED, now=now
        )
    noted = replace(approval, note=OVERDUE) if at else approval
    return posts.schedule_targets(
        replace(post, approval=noted), now, status=PostStatus.PUBLISHING, now=now
    )


def approved(post: Post, words: PostContent, now: datetime) -> list[Event]:
    """post.draft.approved, and post.scheduled when its time is still to come; none while a step waits."""
    if post.status is PostStatus.PENDING_APPROVAL:
        return []
    assert post.approval
    last = [each for each in post.approval.reviews if each.status is ReviewStatus.APPROVED][-1]
    facts = {
        "post_id": post.id,
        "approver_id": last.approver_id,
        "step_order": last.step.order,
        "comment": last.comment,
    }
    scheduled = payloads.scheduled(post, words, now) if post.status is PostStatus.SCHEDULED else []
    return [event(EventType.POST_DRAFT_APPROVED, post.owner, now, facts), *scheduled]

"""Posts: their state, and what a user may do with them.

How a target gets to its network is in `publishing`; how a post is taken back is in `unpublishing`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from herald.domain.content import PLAIN, Override, PostContent
from herald.domain.errors import ConflictError, NotFoundError
from herald.domain.owners import Owner
from herald.domain.targets import (
    FINAL,
    Kind,
    Target,
    TargetStatus,
    is_live,
    part_id,
    resubmitted,
    retry_refusal,
    reworded,
)
from herald.domain.values import frozen

if TYPE_CHECKING:
    from herald.domain.approvals import Approval

MAX_TARGETS = 20


class PostStatus(StrEnum):
    """A post's status.

    VoxBurst's clients know APPROVED. No post rests there, because the last approve moves it on.
    """

    DRAFT = "draft"
    PENDING_APPROVAL = "pending_approval"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNPUBLISHED = "unpublished"
    ARCHIVED = "archived"


LISTED_STATUSES = frozenset(PostStatus) - {PostStatus.ARCHIVED}  # in lists, unless asked otherwise


class PostAction(StrEnum):
    """An act of a user on a post."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    DELETE = "delete"
    PUBLISH = "publish"
    CANCEL = "cancel"
    RETRY = "retry"
    FIX = "fix"
    UNPUBLISH = "unpublish"
    ARCHIVE = "archive"


# The status that each action leads to, for each status of a post. Every other pair is a conflict.
# An edit of a draft may also give it a time, and the last approve moves a post on, to scheduled or
# publishing.
# Source: the contract, sections 2 and 3.
TRANSITIONS: Mapping[PostAction, Mapping[PostStatus, PostStatus]] = {
    PostAction.EDIT: {
        PostStatus.DRAFT: PostStatus.DRAFT,
        PostStatus.PENDING_APPROVAL: PostStatus.PENDING_APPROVAL,
        PostStatus.SCHEDULED: PostStatus.SCHEDULED,
        PostStatus.PARTIAL: PostStatus.PARTIAL,
        PostStatus.FAILED: PostStatus.FAILED,
    },
    PostAction.SUBMIT: {PostStatus.DRAFT: PostStatus.PENDING_APPROVAL},
    PostAction.APPROVE: {PostStatus.PENDING_APPROVAL: PostStatus.PENDING_APPROVAL},
    PostAction.REJECT: {PostStatus.PENDING_APPROVAL: PostStatus.DRAFT},
    PostAction.DELETE: {
        PostStatus.DRAFT: PostStatus.DRAFT,
        PostStatus.SCHEDULED: PostStatus.SCHEDULED,
        PostStatus.FAILED: PostStatus.FAILED,
        PostStatus.CANCELLED: PostStatus.CANCELLED,
    },
    PostAction.PUBLISH: {
        PostStatus.DRAFT: PostStatus.PUBLISHING,
        PostStatus.SCHEDULED: PostStatus.PUBLISHING,
    },
    PostAction.CANCEL: {
        PostStatus.DRAFT: PostStatus.CANCELLED,
        PostStatus.PENDING_APPROVAL: PostStatus.CANCELLED,
        PostStatus.APPROVED: PostStatus.CANCELLED,
        PostStatus.SCHEDULED: PostStatus.CANCELLED,
    },
    PostAction.RETRY: {
        PostStatus.PARTIAL: PostStatus.PUBLISHING,
        PostStatus.FAILED: PostStatus.PUBLISHING,
    },
    PostAction.FIX: {
        PostStatus.PARTIAL: PostStatus.PUBLISHING,
        PostStatus.FAILED: PostStatus.PUBLISHING,
    },
    PostAction.UNPUBLISH: {
        PostStatus.PUBLISHED: PostStatus.UNPUBLISHED,
        PostStatus.PARTIAL: PostStatus.UNPUBLISHED,
        PostStatus.FAILED: PostStatus.UNPUBLISHED,  # only while something of it is live
    },
    PostAction.ARCHIVE: {
        PostStatus.PUBLISHED: PostStatus.ARCHIVED,
        PostStatus.PARTIAL: PostStatus.ARCHIVED,
        PostStatus.FAILED: PostStatus.ARCHIVED,
        PostStatus.CANCELLED: PostStatus.ARCHIVED,
        PostStatus.UNPUBLISHED: PostStatus.ARCHIVED,
    },
}


STATUSES_THAT_NEED_MEDIA = frozenset(
    {PostStatus.PENDING_APPROVAL, PostStatus.SCHEDULED, PostStatus.PUBLISHING}
)
"""A post in one of these statuses goes out by itself, and needs its files."""


@frozen
class Post:
    """A post's state.

    `revision` counts the acts of users; a claim holds for one revision only. `worded` is the
    revision in which its words were written. `approval` is its latest approval.
    """

    id: str
    owner: Owner
    status: PostStatus
    targets: Mapping[str, Target]
    follow_ups: Mapping[str, Target] = field(default_factory=dict)
    created_at: datetime
    updated_at: datetime
    revision: int = 0
    worded: int = 0
    scheduled_for: datetime | None = None
    published_at: datetime | None = None
    approval: "Approval | None" = None

    @property
    def open(self) -> int:
        """The number of targets that are not final."""
        return sum(not target.final for target in self.targets.values())

    @property
    def reaches(self) -> frozenset[str]:
        """The platforms and the accounts that the post goes to."""
        platforms = [target.platform for target in self.targets.values()]
        accounts = [target.account_id for target in self.targets.values()]
        return frozenset([*platforms, *accounts])

    @property
    def following(self) -> int:
        """The number of follow-ups that are not final."""
        return sum(not task.final for task in self.follow_ups.values())

    @property
    def tasks(self) -> Mapping[str, Target]:
        """Everything of the post that may owe work."""
        return {**self.targets, **self.follow_ups}

    @property
    def due(self) -> datetime | None:
        """The time at which its earliest task owes work, or None."""
        return min((task.due for task in self.tasks.values() if task.due), default=None)


def roll_up(statuses: Iterable[TargetStatus]) -> PostStatus:
    """Return a post's status from the statuses of its targets.

    It is PUBLISHING until every target is final. Then it says whether all of them are published
    (PUBLISHED), some (PARTIAL) or none (FAILED).
    """
    seen = set(statuses)
    if not seen <= FINAL:
        return PostStatus.PUBLISHING
    if seen == {TargetStatus.PUBLISHED}:
        return PostStatus.PUBLISHED
    return PostStatus.PARTIAL if TargetStatus.PUBLISHED in seen else PostStatus.FAILED


def next_status(post: Post, action: PostAction) -> PostStatus:
    """Return the status that an action leads to.

    Raises ConflictError, naming the current status, when the post does not allow the action.
    """
    following = TRANSITIONS[action].get(post.status)
    if following is None:
        raise ConflictError(f"A post that is {post.status} allows no {action}.", status=post.status)
    return following


def with_revision(post: Post, status: PostStatus, now: datetime) -> Post:
    """Return the post after a user's act. Claims and acts that saw it before no longer hold."""
    follow_ups = {
        key: task if task.final else replace(task, fence=task.fence + 1)
        for key, task in post.follow_ups.items()
    }
    return replace(
        post, status=status, revision=post.revision + 1, updated_at=now, follow_ups=follow_ups
    )


def cancel(post: Post, now: datetime) -> Post:
    """Return the cancelled post: it owes no work, and nobody is asked to approve it.

    Raises ConflictError.
    """
    status = next_status(post, PostAction.CANCEL)
    approval = None if post.status is PostStatus.PENDING_APPROVAL else post.approval
    idle = without_due(with_revision(post, status, now))
    return replace(idle, approval=approval)


def without_due(post: Post) -> Post:
    """Return the post with nothing due."""
    targets = {key: replace(target, due=None) for key, target in post.targets.items()}
    return replace(post, targets=targets)


def follow_up_of(post: Post, target: Target, kind: Kind) -> Target | None:
    """Return the target's follow-up of that kind, if there is one."""
    for task in post.follow_ups.values():
        if task.of == target.id and task.kind is kind:
            return task
    return None


def retry(
    post: Post, chosen: Collection[str] | None, now: datetime, *, acknowledge_unknown: bool
) -> Post:
    """Send failed targets again at once: the chosen ones, or every one that can be retried.

    A published target never moves. Raises ConflictError, with the reason for each target, when a
    chosen one cannot be retried, or none can.
    """
    status = next_status(post, PostAction.RETRY)
    if chosen is None:
        wanted = [
            target for target in post.targets.values() if target.status is TargetStatus.FAILED
        ]
    else:
        wanted = [target for target in post.targets.values() if target.id in chosen]
    reasons = {
        target.id: retry_refusal(target, acknowledge_unknown=acknowledge_unknown)
        for target in wanted
    }
    refused = [target for target in wanted if reasons[target.id]]
    none_left = len(refused) == len(wanted)
    if none_left or (refused and chosen is not None):
        refusals = [
            {"id": target.id, "platform": target.platform, "reason": reasons[target.id]}
            for target in refused
        ]
        message = "A target cannot be retried." if refused else "No target can be retried."
        raise ConflictError(message, status=post.status, targets=refusals)
    again = {target.id: resubmitted(target, now) for target in wanted if not reasons[target.id]}
    return replace(with_revision(post, status, now), targets={**post.targets, **again})


def fix(
    post: Post, words: PostContent, target_id: str, instead: Override, now: datetime
) -> tuple[Post, PostContent]:
    """Start a failed target anew, with its attempts at 0. Return the post and its words.

    If `instead` says something, it takes the place of the part that failed.
    Raises ConflictError or NotFoundError.
    """
    status = next_status(post, PostAction.FIX)
    target = failed_target(post, target_id)
    anew = replace(resubmitted(target, now), attempts=0)
    if instead != PLAIN:
        anew = reworded(anew)
        part = part_id(target, len(target.parts))
        earlier = words.fixes.get(part, PLAIN)
        words = replace(words, fixes={**words.fixes, part: instead.merged_onto(earlier)})
    targets = {**post.targets, target_id: anew}
    return replace(with_revision(post, status, now), targets=targets), words


def failed_target(post: Post, target_id: str) -> Target:
    """Return the failed target of that id.

    Raises NotFoundError, or ConflictError when it has not failed.
    """
    target = post.targets.get(target_id)
    if target is None:
        raise NotFoundError("The post has no such target.")
    if target.status is not TargetStatus.FAILED:
        raise ConflictError(
            f"The target is {target.status}: only a failed one is fixed.", status=target.status
        )
    return target


def edit_words(post: Post, now: datetime) -> Post:
    """Return the post after an edit of its words.

    Every target that is not live publishes another edition. Raises ConflictError.
    """
    status = next_status(post, PostAction.EDIT)
    targets = {
        key: target if is_live(target) else reworded(target) for key, target in post.targets.items()
    }
    approval = post.approval.edited() if post.approval else None
    return replace(with_revision(post, status, now), targets=targets, approval=approval)


def schedule_targets(post: Post, at: datetime, *, status: PostStatus, now: datetime) -> Post:
    """Return the post with every open target due at `at`."""
    targets = {
        key: target if target.final else replace(target, due=at)
        for key, target in post.targets.items()
    }
    return replace(post, status=status, targets=targets, updated_at=now)


def tasks_due(post: Post, until: datetime) -> Iterator[Target]:
    """Return the tasks whose next work falls due by `until`."""
    return (task for task in post.tasks.values() if task.due and task.due <= until)


def with_follow_up(post: Post, task: Target) -> Post:
    return replace(post, follow_ups={**post.follow_ups, task.id: task})


def with_target(post: Post, target: Target, now: datetime) -> Post:
    """Return the post with that target in it, rolled up."""
    targets = {**post.targets, target.id: target}
    status = roll_up(sibling.status for sibling in targets.values())
    done = status is not PostStatus.PUBLISHING
    return replace(
        post,
        targets=targets,
        status=status,
        updated_at=now,
        published_at=now if done else post.published_at,
    )

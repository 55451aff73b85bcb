"""Unpublishing: taking a post back, and deleting what is live of it at its networks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from herald.domain import posts
from herald.domain.errors import ConflictError, Phrase
from herald.domain.platforms import NETWORKS
from herald.domain.posts import Post, PostAction, PostStatus
from herald.domain.targets import (
    UNSENT,
    Kind,
    Target,
    TargetStatus,
    follow_up,
    leaves_parts_live,
    skipped,
)

PARTS_ARE_LIVE = Phrase(
    "Parts of the post are live. Unpublish it with {delete_from_platforms} to take them away."
)


def unpublish(post: Post, now: datetime, *, delete: bool = False) -> Post:
    """Take a post back, with the comments that were not sent.

    At the networks it is deleted only if `delete` asks for that, now or in a later call, and only
    where a network can delete. A post that failed can be taken back while something of it is live.
    Raises ConflictError.
    """
    again = delete and post.status is PostStatus.UNPUBLISHED
    status = post.status if again else posts.next_status(post, PostAction.UNPUBLISH)
    if status is not post.status and not any(map(leaves_parts_live, post.targets.values())):
        raise ConflictError("Nothing of the post is live.", status=post.status)
    taken = posts.with_revision(post, status, now)
    gone = {
        key: replace(target, status=TargetStatus.UNPUBLISHED)
        for key, target in post.targets.items()
        if leaves_parts_live(target)
    }
    unsent = {
        key: skipped(task)
        for key, task in taken.follow_ups.items()
        if task.kind is Kind.COMMENT and task.status in UNSENT
    }
    deletions = {task.id: task for task in deletions_of(post, now)} if delete else {}
    follow_ups = {**taken.follow_ups, **unsent, **deletions}
    return replace(taken, targets={**post.targets, **gone}, follow_ups=follow_ups)


def check_deletable(post: Post) -> None:
    """Check that the post may be deleted, because nothing that is live may be lost sight of.

    Raises ConflictError.
    """
    posts.next_status(post, PostAction.DELETE)
    if any(map(leaves_parts_live, post.targets.values())):
        raise ConflictError(PARTS_ARE_LIVE, status=post.status)


def deletions_of(post: Post, now: datetime) -> Iterator[Target]:
    """Return the deletions of all that is live, due at once, or skipped where a network has none.

    A deletion that failed is tried anew.
    """
    for target in post.targets.values():
        before = posts.follow_up_of(post, target, Kind.DELETION)
        if target.parts and (before is None or before.status is TargetStatus.FAILED):
            fence = before.fence + 1 if before else 0
            deletion = replace(follow_up(target, Kind.DELETION, "pd", now), fence=fence)
            yield deletion if NETWORKS[target.platform].capabilities.deletion else skipped(deletion)


def live_ids(post: Post, target_id: str) -> list[str]:
    """Return the network's ids of all that a target is known to have left there, latest first."""
    target = post.targets[target_id]
    comment = posts.follow_up_of(post, target, Kind.COMMENT)
    parts = [*target.parts, *comment.parts] if comment else target.parts
    return [part.platform_post_id for part in reversed(parts)]

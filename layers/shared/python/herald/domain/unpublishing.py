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


def unpublish(post: Post, now: datetime, *, delete: bool = False) -> Post:
    """Taken back here, with the comments that were not sent; at the networks only if asked, then or later, where they can.

    A post that failed can be taken back while something of it is live. Raises ConflictError.
    """
    again = delete and post.status is PostStatus.UNPUBLISHED
    status = post.status if again else posts.next_status(post, PostAction.UNPUBLISH)
    if status is not post.status and not any(map(leaves_parts_live, post.targets.values())):
        raise ConflictError("Nothing of the post is live.", status=post.status)
    taken = posts.with_revision(post, status, now)
    gone = {
        key: replace(each, status=TargetStatus.UNPUBLISHED)
        for key, each in post.targets.items()
        if leaves_parts_live(each)
    }
    spared = {key: skipped(each) for key, each in taken.follow_ups.items() if each.status in UNSENT}
    deletions = {each.id: each for each in deletions_of(post, now)} if delete else {}
    follow_ups = {**taken.follow_ups, **spared, **deletions}
    return replace(taken, targets={**post.targets, **gone}, follow_ups=follow_ups)


def check_deletable(post: Post) -> None:
    """Raises ConflictError when the post may not be deleted: nothing that is live may be lost sight of."""
    posts.next_status(post, PostAction.DELETE)
    if any(map(leaves_parts_live, post.targets.values())):
        raise ConflictError(
            Phrase(
                "Parts of the post are live. Unpublish it with {delete_from_platforms} to take them away."
            ),
            status=post.status,
        )


def deletions_of(post: Post, now: datetime) -> Iterator[Target]:
    """The deletion of whatever is live, due at once, or skipped where a network has none. One that failed is tried anew."""
    for target in post.targets.values():
        before = posts.follow_up_of(post, target, Kind.DELETION)
        if target.parts and (before is None or before.status is TargetStatus.FAILED):
            fence = before.fence + 1 if before else 0
            deletion = replace(follow_up(target, Kind.DELETION, "pd", now), fence=fence)
            yield deletion if NETWORKS[target.platform].capabilities.deletion else skipped(deletion)


def live_ids(post: Post, target_id: str) -> list[str]:
    """The network's ids of all that a target is known to have left there, the latest first."""
    comment = posts.follow_up_of(post, post.targets[target_id], Kind.COMMENT)
    parts = [*post.targets[target_id].parts, *(comment.parts if comment else ())]
    return [part.platform_post_id for part in reversed(parts)]

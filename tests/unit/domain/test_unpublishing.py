"""domain/unpublishing.py: what is taken back, what is deleted, and what stays in sight."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain import ids, unpublishing
from herald.domain.accounts import Platform
from herald.domain.errors import ConflictError
from herald.domain.outcomes import Published
from herald.domain.owners import Mode, Owner
from herald.domain.posts import Post, PostStatus
from herald.domain.targets import Kind, Target, TargetStatus, follow_up

NOW = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def target(status: TargetStatus, *live_parts: str, platform: Platform = Platform.BLUESKY) -> Target:
    return Target(
        id=ids.new("pp", NOW),
        account_id="acc_1",
        platform=platform,
        account_name="a",
        status=status,
        parts=tuple(Published(platform_post_id=part, url=None) for part in live_parts),
    )


def post(status: PostStatus, *targets: Target, follow_ups: tuple[Target, ...] = ()) -> Post:
    return Post(
        id=ids.new("post", NOW),
        owner=Owner("ws_1", Mode.LIVE),
        status=status,
        targets={target.id: target for target in targets},
        follow_ups={task.id: task for task in follow_ups},
        created_at=NOW,
        updated_at=NOW,
    )


def test_unpublishing_marks_what_was_live() -> None:
    live = target(TargetStatus.PUBLISHED)
    down = target(TargetStatus.FAILED)

    taken = unpublishing.unpublish(post(PostStatus.PARTIAL, live, down), NOW)

    assert taken.status is PostStatus.UNPUBLISHED
    assert taken.targets[live.id].status is TargetStatus.UNPUBLISHED
    assert taken.targets[down.id].status is TargetStatus.FAILED
    assert taken.due is None


def test_a_failed_post_with_nothing_live_cannot_be_unpublished() -> None:
    with pytest.raises(ConflictError):
        unpublishing.unpublish(post(PostStatus.FAILED, target(TargetStatus.FAILED)), NOW)


def test_a_comment_that_was_not_sent_is_skipped() -> None:
    live = target(TargetStatus.PUBLISHED, "1")
    comment = follow_up(live, Kind.COMMENT, "pc", LATER)

    taken = unpublishing.unpublish(post(PostStatus.PUBLISHED, live, follow_ups=(comment,)), NOW)

    assert taken.follow_ups[comment.id].status is TargetStatus.SKIPPED
    assert taken.due is None


def test_what_is_live_is_deleted_at_once_where_a_network_can() -> None:
    bluesky = target(TargetStatus.PUBLISHED, "1")
    instagram = target(TargetStatus.PUBLISHED, "2", platform=Platform.INSTAGRAM)

    taken = unpublishing.unpublish(post(PostStatus.PUBLISHED, bluesky, instagram), NOW, delete=True)

    deletions = {task.of: task for task in taken.follow_ups.values()}
    assert deletions[bluesky.id].due == NOW
    assert deletions[instagram.id].status is TargetStatus.SKIPPED


def test_a_deletion_that_failed_is_tried_again() -> None:
    gone = target(TargetStatus.UNPUBLISHED, "1")
    failed = follow_up(gone, Kind.DELETION, "pd", NOW)
    failed = replace(failed, status=TargetStatus.FAILED, due=None, fence=3)

    taken = unpublishing.unpublish(
        post(PostStatus.UNPUBLISHED, gone, follow_ups=(failed,)), LATER, delete=True
    )

    again = taken.follow_ups[failed.id]
    assert (again.status, again.due, again.fence) == (TargetStatus.PENDING, LATER, 4)


@pytest.mark.parametrize("status", [TargetStatus.PENDING, TargetStatus.RETRYING])
def test_a_deletion_that_is_owed_stays_owed_when_it_is_asked_for_again(
    status: TargetStatus,
) -> None:
    live = target(TargetStatus.UNPUBLISHED, "1")
    owed = replace(follow_up(live, Kind.DELETION, "pd", LATER), status=status)

    taken = unpublishing.unpublish(
        post(PostStatus.UNPUBLISHED, live, follow_ups=(owed,)), NOW, delete=True
    )

    assert taken.follow_ups == {owed.id: replace(owed, fence=owed.fence + 1)}
    assert taken.due == LATER


def test_a_failed_post_with_live_parts_cannot_be_deleted() -> None:
    unpublishing.check_deletable(post(PostStatus.FAILED, target(TargetStatus.FAILED)))
    with pytest.raises(ConflictError):
        unpublishing.check_deletable(post(PostStatus.FAILED, target(TargetStatus.FAILED, "1")))


def test_the_ids_at_a_network_come_latest_first_with_the_comment_before_the_parts() -> None:
    thread = target(TargetStatus.PUBLISHED, "1", "2")
    sent = Published(platform_post_id="3", url=None)
    comment = replace(follow_up(thread, Kind.COMMENT, "pc", NOW), parts=(sent,))

    ids_there = unpublishing.live_ids(
        post(PostStatus.PUBLISHED, thread, follow_ups=(comment,)), thread.id
    )

    assert ids_there == ["3", "2", "1"]

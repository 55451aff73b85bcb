"""A post rolled up from its targets, without a table or a network."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain import ids, posts
from herald.domain.accounts import Mode, Owner, Platform
from herald.domain.posts import Post, PostStatus, Target, TargetStatus

NOW = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)


def target(**fields: object) -> Target:
    base = Target(id=ids.new("pp", NOW), account_id=ids.new("acc", NOW), platform=Platform.BLUESKY, account_name="ann", due=NOW)
    return replace(base, **fields)  # type: ignore[arg-type]


def post(*targets: Target, status: PostStatus = PostStatus.PUBLISHING) -> Post:
    return Post(
        id=ids.new("post", NOW),
        owner=Owner("ws_1", Mode.LIVE),
        status=status,
        targets={each.id: each for each in targets},
        created_at=NOW,
        updated_at=NOW,
    )


@given(st.permutations([TargetStatus.PUBLISHED, TargetStatus.FAILED, TargetStatus.PUBLISHED, TargetStatus.FAILED]), st.booleans())
def test_the_rollup_does_not_depend_on_the_order_of_finishing(order: list[TargetStatus], only_good: bool) -> None:
    current = post(*(target() for _ in order))

    for key, status in zip(list(current.targets), order, strict=True):
        assert current.status is PostStatus.PUBLISHING
        final = TargetStatus.PUBLISHED if only_good else status
        current = posts.with_target(current, replace(current.targets[key], status=final, due=None), NOW)

    assert current.status is (PostStatus.PUBLISHED if only_good else PostStatus.PARTIAL)
    assert (current.open, current.due, current.published_at) == (0, None, NOW)


@pytest.mark.parametrize(
    ("statuses", "rolled"),
    [
        ((TargetStatus.PUBLISHED,), PostStatus.PUBLISHED),
        ((TargetStatus.FAILED, TargetStatus.FAILED), PostStatus.FAILED),
        ((TargetStatus.PUBLISHED, TargetStatus.FAILED), PostStatus.PARTIAL),
        ((TargetStatus.PUBLISHED, TargetStatus.UNKNOWN), PostStatus.PUBLISHING),
        ((TargetStatus.FAILED, TargetStatus.PROCESSING), PostStatus.PUBLISHING),
        ((TargetStatus.RETRYING,), PostStatus.PUBLISHING),
    ],
)
def test_the_rollup(statuses: tuple[TargetStatus, ...], rolled: PostStatus) -> None:
    assert posts.roll_up(statuses) is rolled


def test_a_post_is_due_when_its_earliest_target_is() -> None:
    first, second = target(due=NOW + timedelta(minutes=3)), target(due=NOW + timedelta(minutes=1))

    assert post(first, second, target(due=None)).due == NOW + timedelta(minutes=1)


def test_starting_a_post_leaves_published_targets_alone() -> None:
    live = target(status=TargetStatus.PUBLISHED, due=None)

    started = posts.start(post(live, target(due=None), status=PostStatus.DRAFT), NOW, status=PostStatus.SCHEDULED, now=NOW)

    assert [each.due for each in started.targets.values() if each.id == live.id] == [None]
    assert started.open == 1
    assert started.due == NOW

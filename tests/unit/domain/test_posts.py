"""A post rolled up from its targets, without a table or a network."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain import ids, posts
from herald.domain.accounts import Platform
from herald.domain.owners import Mode, Owner
from herald.domain.posts import MAX_TARGETS, Post, PostStatus
from herald.domain.targets import Target, TargetStatus

NOW = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)


def target(**fields: object) -> Target:
    base = Target(
        id=ids.new("pp", NOW),
        account_id=ids.new("acc", NOW),
        platform=Platform.BLUESKY,
        account_name="ann",
        due=NOW,
    )
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


@given(
    st.lists(
        st.sampled_from([TargetStatus.PUBLISHED, TargetStatus.FAILED]),
        min_size=1,
        max_size=MAX_TARGETS,
    ),
    st.randoms(),
)
def test_the_rollup_does_not_depend_on_the_order_of_finishing(
    outcomes: list[TargetStatus], dice: Random
) -> None:
    current = post(*(target() for _ in outcomes))
    order = list(zip(current.targets, outcomes, strict=True))
    dice.shuffle(order)

    for key, status in order:
        assert current.status is PostStatus.PUBLISHING
        current = posts.with_target(
            current, replace(current.targets[key], status=status, due=None), NOW
        )

    live = outcomes.count(TargetStatus.PUBLISHED)
    all_or_some = PostStatus.PUBLISHED if live == len(outcomes) else PostStatus.PARTIAL
    assert current.status is (all_or_some if live else PostStatus.FAILED)
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
    first = target(due=NOW + timedelta(minutes=3))
    second = target(due=NOW + timedelta(minutes=1))

    assert post(first, second, target(due=None)).due == NOW + timedelta(minutes=1)


def test_starting_a_post_leaves_published_targets_alone() -> None:
    live = target(status=TargetStatus.PUBLISHED, due=None)

    started = posts.schedule_targets(
        post(live, target(due=None), status=PostStatus.DRAFT),
        NOW,
        status=PostStatus.SCHEDULED,
        now=NOW,
    )

    assert [each.due for each in started.targets.values() if each.id == live.id] == [None]
    assert started.open == 1
    assert started.due == NOW

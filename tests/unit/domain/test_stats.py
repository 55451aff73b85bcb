"""domain/stats.py: which minutes are counted, and when one is to be counted again."""

from datetime import UTC, datetime, timedelta

import pytest

from herald.domain import ids, stats
from herald.domain.stats import MINUTE, OPEN, REST, Sources, Tally, Touch

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
CREATED = ids.new("del", NOON + timedelta(seconds=59))
LIFE = timedelta(minutes=1)


def minutes(number: float) -> datetime:
    return NOON + number * MINUTE


@pytest.mark.parametrize(
    ("tally", "rate"),
    [
        (Tally(delivered=139, failed=3), 97.9),
        (Tally(delivered=2, failed=1, pending=9), 66.7),
        (Tally(failed=4), 0.0),
        (Tally(pending=4), None),
        (Tally(), None),
    ],
)
def test_the_success_rate_is_of_what_has_ended_to_one_decimal(
    tally: Tally, rate: float | None
) -> None:
    assert tally.success_rate == rate


def test_who_does_not_touch_a_minute_has_written_before_it_is_counted() -> None:
    last = NOON + MINUTE + OPEN - REST - timedelta.resolution

    assert stats.touch(CREATED, last) is None
    assert stats.countable(last + LIFE) <= NOON


def test_who_may_write_after_a_minute_was_counted_touches_it() -> None:
    touched = stats.touch(CREATED, minutes(5.5))

    assert touched == Touch(minute=NOON, at=minutes(5))


def test_a_touch_is_ripe_when_its_writer_and_an_older_count_have_long_ended() -> None:
    touched = Touch(minute=NOON, at=minutes(5))
    latest = minutes(6)

    assert not stats.ripe(touched, latest + 2 * LIFE)
    assert stats.ripe(touched, latest + REST)


def test_a_minute_is_countable_when_it_has_been_over_for_long_enough() -> None:
    over = NOON + MINUTE + OPEN

    assert stats.countable(over - timedelta.resolution) == NOON
    assert stats.countable(over) == NOON + MINUTE


def test_what_is_not_settled_is_read() -> None:
    assert stats.sources(minutes(0.5), None, ()) == Sources(
        settled=None, read=[(minutes(0.5), None)]
    )
    assert stats.sources(minutes(9.5), minutes(9), ()) == Sources(
        settled=None, read=[(minutes(9.5), None)]
    )


def test_the_first_minute_is_read_when_only_its_end_is_asked_for() -> None:
    assert stats.sources(minutes(0.5), minutes(9), ()) == Sources(
        settled=(minutes(1), minutes(9)), read=[(minutes(0.5), minutes(1)), (minutes(9), None)]
    )
    assert stats.sources(minutes(0), minutes(9), ()) == Sources(
        settled=(minutes(0), minutes(9)), read=[(minutes(9), None)]
    )


def test_minutes_that_were_touched_are_read_neighbours_together() -> None:
    touched = {minutes(each) for each in (-3, 0, 1, 4, 5, 8, 12)}

    assert stats.sources(minutes(0.5), minutes(9), touched).read == [
        (minutes(0.5), minutes(2)),
        (minutes(4), minutes(6)),
        (minutes(8), None),
    ]

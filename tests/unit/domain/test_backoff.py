"""The retry schedules, as their sources say them.

A change of a schedule fails here and nowhere else.
"""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from herald.domain import backoff
from tests.schedules import PUBLISH_DELAYS

TENTH = 0.1


def test_publishing_is_tried_four_times_after_2_4_and_8_minutes() -> None:
    """The contract, section 3."""
    assert (backoff.PUBLISH_MINUTES, backoff.MAX_PUBLISH_ATTEMPTS) == ((2, 4, 8), 4)
    assert backoff.PUBLISH_JITTER == TENTH


def test_a_delivery_is_tried_again_after_1_5_and_15_minutes() -> None:
    """The contract, section 4."""
    assert backoff.WEBHOOK_MINUTES == (1, 5, 15)


def test_postfuze_doubles_its_minutes_to_an_hour() -> None:
    """PostFuze's page on webhooks, Retry policy: eight attempts."""
    assert backoff.POSTFUZE_MINUTES == (1, 2, 4, 8, 16, 32, 60)


@settings(deadline=None)
@given(seed=st.text(max_size=30), scale=st.sampled_from([1, 0.05]))
def test_a_publish_delay_is_the_schedules_give_or_take_a_tenth_and_the_same_for_one_seed(
    seed: str, scale: float
) -> None:
    delays = [
        backoff.publish_delay(attempt, seed, scale=scale)
        for attempt in range(1, backoff.MAX_PUBLISH_ATTEMPTS)
    ]

    for delay, planned in zip(delays, PUBLISH_DELAYS, strict=True):
        assert abs(delay / (planned * scale) - 1) <= TENTH + 1e-6
    assert delays[0] == backoff.publish_delay(1, seed, scale=scale)


@pytest.mark.parametrize(("asked", "seconds"), [(0, 60), (59, 60), (61, 61), (3600, 3600)])
def test_who_asks_for_a_longer_wait_gets_it(asked: float, seconds: float) -> None:
    assert backoff.webhook_delay(1, scale=1, at_least=asked) == timedelta(seconds=seconds)


def test_what_is_in_doubt_is_looked_for_less_and_less() -> None:
    delays = [backoff.find_delay(tries, scale=1) for tries in range(8)]

    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (timedelta(seconds=15), timedelta(minutes=5))

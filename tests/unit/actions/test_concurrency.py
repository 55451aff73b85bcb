"""Deliveries at the same time: all wait together, and no line holds up another.

What has not begun in time is left.
"""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest

from herald.actions.concurrency import ConcurrentBatch

LONG = timedelta(hours=1)
NOW = datetime(2026, 6, 15, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def flight(
    lines: Iterable[Iterable[str]],
    work: Callable[[str], str],
    *,
    most: int = 2,
    patience: timedelta = LONG,
    clock: Clock | None = None,
) -> ConcurrentBatch[str, str]:
    return ConcurrentBatch(lines, work, most=most, patience=patience, now=clock or Clock())


def landed(of: ConcurrentBatch[str, str]) -> list[str]:
    return [outcome.result() for _, outcome in of.outcomes()]


def test_all_lines_wait_at_once() -> None:
    """Nobody is answered before everybody has asked."""
    everybody = threading.Barrier(200)

    def ask(name: str) -> str:
        everybody.wait(30)
        return name

    assert sorted(landed(flight([[f"{number}"] for number in range(200)], ask))) == sorted(
        map(str, range(200))
    )


def test_of_one_line_only_so_many_are_in_the_air() -> None:
    lock = threading.Lock()
    air = 0
    most = 0
    two = threading.Barrier(2)

    def fly(name: str) -> str:
        nonlocal air, most
        with lock:
            air += 1
            most = max(most, air)
        two.wait(30)
        with lock:
            air -= 1
        return name

    assert sorted(landed(flight(["abcdef"], fly))) == list("abcdef")
    assert most == 2


def test_a_long_line_holds_no_short_one() -> None:
    """The long line's first ones wait until the short line has landed."""
    short = threading.Event()

    def fly(name: str) -> str:
        if name == "short":
            short.set()
        assert short.wait(30)
        return name

    outcomes = landed(flight([[f"long{number}" for number in range(50)], ["short"]], fly))

    assert len(outcomes) == 51


def test_what_fails_is_told_and_the_line_goes_on() -> None:
    def fly(name: str) -> str:
        if name == "b":
            raise ConnectionError(name)
        return name

    outcomes = {item: outcome.exception() for item, outcome in flight(["abc"], fly).outcomes()}

    assert {item: type(error) for item, error in outcomes.items()} == {
        "a": type(None),
        "b": ConnectionError,
        "c": type(None),
    }


def test_nothing_begins_when_patience_has_ended() -> None:
    clock = Clock()
    both = threading.Barrier(2)

    def fly(name: str) -> str:
        both.wait(30)
        clock.at = NOW + timedelta(seconds=5)
        return name

    of = flight(["abcdef", "gh"], fly, most=1, patience=timedelta(seconds=5), clock=clock)
    began = landed(of)

    assert sorted(began) == ["a", "g"]
    assert of.not_started == [["b", "c", "d", "e", "f"], ["h"]]


def test_those_in_the_air_when_patience_ends_are_told_of_once_and_still_land() -> None:
    clock = Clock()
    told = list[list[str]]()
    both = threading.Barrier(2)
    late = threading.Event()

    def fly(name: str) -> str:
        both.wait(30)
        if name == "slow":
            clock.at += timedelta(minutes=1)
            assert late.wait(30)
        return name

    def overdue(items: Iterable[str]) -> None:
        told.append(list(items))
        late.set()

    of = flight([["slow"], ["quick"]], fly, patience=timedelta(milliseconds=10), clock=clock)
    outcomes = [item for item, _ in of.outcomes(overdue)]

    assert sorted(outcomes) == ["quick", "slow"]
    assert [each for each in told if "slow" in each] == told
    assert len(told) == 1


@pytest.mark.parametrize("lines", [[], [[]]])
def test_a_flight_of_nobody_ends_at_once(lines: list[list[str]]) -> None:
    assert landed(flight(lines, str)) == []

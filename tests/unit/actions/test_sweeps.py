"""actions/sweeps.py: one list of sweeps."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from herald.actions.sweeps import Sweep, Sweeps, Window, ahead_horizon, now_horizon, overdue_horizon
from herald.domain.ids import EPOCH
from herald.domain.jobs import AHEAD, MESSAGE_TIME
from herald.store.due import DueEntry

if TYPE_CHECKING:
    from herald.actions.sweeps import Pages

NOW = datetime(2026, 6, 15, 14, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Index:
    """A due index that writes down what it is asked, and has two pages of each kind."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def seen_until(self, kinds: list[str]) -> dict[str, datetime]:
        self.asked.append(("read", *kinds))
        return dict.fromkeys(kinds, NOW - SECOND)

    def seen(self, until: Mapping[str, datetime]) -> None:
        self.asked.append(("write", dict(until)))

    def pages(self, kind: str, *, after: datetime, until: datetime) -> Iterator[list[DueEntry]]:
        self.asked.append((kind, after, until))
        yield [DueEntry(key=(kind, "1"), at=until, owes=None)]
        yield [DueEntry(key=(kind, str(number)), at=until, owes=None) for number in (2, 3)]


def count(pages: "Pages", _window: Window) -> int:
    return sum(map(len, pages))


def fail(_pages: "Pages", _window: Window) -> int:
    raise OSError("no table")


def run(index: Index, *sweeps: Sweep, scale: float = 1) -> dict[str, int]:
    due = cast(Any, index)
    return Sweeps(due=due, now=lambda: NOW, time_scale=scale, sweeps=sweeps).release()


def test_those_counted_together_share_a_reading_and_a_writing_of_their_marks() -> None:
    index = Index()

    sent = run(
        index,
        Sweep(kind="A", counted="a", horizon=ahead_horizon, enqueue=count, marked=True),
        Sweep(kind="B", counted="b", horizon=ahead_horizon, enqueue=count, marked=True),
        Sweep(kind="C", counted="b", horizon=now_horizon, enqueue=count, marked=True, once=True),
        Sweep(kind="D", counted="d", horizon=overdue_horizon, enqueue=count),
        scale=0.5,
    )

    ahead = NOW + AHEAD / 2
    assert list(sent.items()) == [("a", 3), ("b", 6), ("d", 3)]
    assert index.asked == [
        ("read", "A"),
        ("A", EPOCH, ahead),
        ("write", {"A": ahead}),
        ("read", "B", "C"),
        ("B", EPOCH, ahead),
        ("C", NOW - SECOND, NOW),
        ("write", {"B": ahead, "C": NOW}),
        ("D", EPOCH, NOW - MESSAGE_TIME),
    ]


def test_one_that_fails_marks_nothing_and_is_told() -> None:
    """Whoever called sees it, and what lies behind it is done by the next run."""
    index = Index()
    failing = Sweep(kind="A", counted="a", horizon=now_horizon, enqueue=fail, marked=True)
    behind = Sweep(kind="B", counted="b", horizon=now_horizon, enqueue=count)

    with pytest.raises(OSError, match="no table"):
        run(index, failing, behind)

    assert index.asked == [("read", "A")]

"""Every event reaches all who subscribe to it, and the log says so.

LEDGER_EVENTS makes the run longer, FAULT_SEED makes it another run.
"""

import logging
import os
from collections.abc import Iterator

import pytest

from herald.actions import sweeps
from tests.faults.ledger import CALM, SUBSCRIPTIONS, Chances, Ledger
from tests.faults.test_faults import SEED, report

EVENTS = int(os.environ.get("LEDGER_EVENTS", "400"))
pytestmark = [
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning"
    ),  # the killed close no sockets
    pytest.mark.timeout(600 + EVENTS),
]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A record of each failure, kept until the end, would be most of the memory."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_every_event_reaches_everyone_who_subscribes(aws: None) -> None:
    verdict = Ledger(SEED, Chances()).run(EVENTS)

    print(report(f"ledger: {EVENTS} events to four receivers, seed {SEED}", verdict))  # noqa: T201 - the ledger is the point
    counts = verdict.counts
    assert verdict.wrongs == []
    assert counts["events"] == EVENTS
    assert counts["steady: delivered"] == counts["steady: deliveries"] == EVENTS
    assert counts["steady: times disabled"] == counts["slow: times disabled"] == 0
    again = sum(counts[f"{name}: received again"] for name in SUBSCRIPTIONS)
    assert (
        again
        <= counts["delivery killed"] + counts["calls refused by the table"] + counts["answers lost"]
    )
    for name in (
        "fan-out killed",
        "delivery killed",
        "calls refused by the table",
        "answers of the table lost",
        "failing: failed",
    ):
        assert counts[name] > 0, name


def test_on_a_good_day_everything_is_received_once(aws: None) -> None:
    verdict = Ledger(SEED, CALM).run(150)

    assert verdict.wrongs == []
    assert {
        name: verdict.counts[f"{name}: received again"] for name in SUBSCRIPTIONS
    } == dict.fromkeys(SUBSCRIPTIONS, 0)


def test_the_ledger_shows_a_lost_event_when_there_is_one(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "send_unattempted", lambda *_, **__: 0)

    verdict = Ledger(SEED, Chances(kill=0, table=0, receivers=False, message=0.3)).run(100)

    assert any("was not told" in wrong for wrong in verdict.wrongs)


def test_the_ledger_shows_a_failure_that_is_not_counted(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("herald.store.deliveries.may_be_counted", lambda *_: None)

    verdict = Ledger(SEED, CALM).run(60)

    assert any("the log says" in wrong for wrong in verdict.wrongs)

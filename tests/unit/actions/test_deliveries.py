"""The pure parts of delivery and sweep."""

from datetime import UTC, datetime, timedelta

import pytest

from herald.actions import deliveries
from herald.actions.sweeps import Window
from herald.domain.deliveries import job
from herald.domain.endpoints import Endpoint
from herald.domain.events import Event, EventType
from herald.domain.jobs import AHEAD, ATTEMPT_TIME
from herald.domain.owners import Mode, Owner
from herald.store.deliveries import LoadedDelivery

NOW = datetime(2026, 6, 15, 14, tzinfo=UTC)
OWNER = Owner("ws_1", Mode.LIVE)
FACTS = {"post_id": "post_1", "content": "Hello", "status": "draft", "scheduled_for": None}
EVENT = Event(
    id="evt_000000001000000000000000",
    type=EventType.POST_CREATED,
    owner=OWNER,
    created_at=NOW,
    facts=FACTS,
)
JOB = job(OWNER, EVENT.id, "wh_1")


def window(seen_until: datetime) -> Window:
    return Window(now=NOW, scale=1, seen_until=seen_until, horizon=NOW + AHEAD)


def endpoint(name: str, *events: str) -> Endpoint:
    return Endpoint(
        id=name,
        owner=OWNER,
        url="https://a.example/",
        events=events,
        created_at=NOW,
        updated_at=NOW,
    )


@pytest.mark.parametrize(
    ("seconds", "unsent"),
    [
        (-600, True),  # its message is lost
        (-60, True),
        (-59, False),  # it may be on its way
        (0, False),
        (90, False),  # the last sweep sent it, or its worker did
        (91, True),  # newly in sight
    ],
)
def test_the_sweep_sends_what_is_overdue_or_newly_in_sight(seconds: int, unsent: bool) -> None:
    due = NOW + timedelta(seconds=seconds)

    assert window(NOW + timedelta(seconds=90)).unsent(due, ATTEMPT_TIME) is unsent


def test_a_sweep_that_comes_late_sends_what_fell_due_unseen() -> None:
    due = NOW - timedelta(seconds=1)

    assert window(NOW - timedelta(seconds=30)).unsent(due, ATTEMPT_TIME)


def test_without_an_event_or_an_endpoint_nothing_begins() -> None:
    loaded = LoadedDelivery(
        job=JOB, event=None, endpoint=endpoint("wh_1"), delivery=None, sealed=None
    )

    assert deliveries.delivery_of(loaded) is None

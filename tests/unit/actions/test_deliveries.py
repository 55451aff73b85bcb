"""The pure parts of fan-out, delivery and sweep."""

from datetime import UTC, datetime, timedelta

import pytest

from herald.actions import deliveries, fan_out, messages
from herald.actions.sweeps import Window
from herald.domain.deliveries import job
from herald.domain.endpoints import Endpoint
from herald.domain.events import Event, EventType
from herald.domain.jobs import AHEAD, ATTEMPT_TIME, DeliveryJob, check_after
from herald.domain.owners import Mode, Owner
from herald.store.deliveries import Loaded
from herald.store.event_rows import dumped

NOW = datetime(2026, 6, 15, 14, tzinfo=UTC)
OWNER = Owner("ws_1", Mode.LIVE)
FACTS = {"post_id": "post_1", "content": "Hello", "status": "draft", "scheduled_for": None}
EVENT = Event(id="evt_000000001000000000000000", type=EventType.POST_CREATED, owner=OWNER, created_at=NOW, facts=FACTS)
JOB = job(OWNER, EVENT.id, "wh_1")


def window(seen_until: datetime) -> Window:
    return Window(now=NOW, scale=1, seen_until=seen_until, horizon=NOW + AHEAD)


def endpoint(name: str, *events: str) -> Endpoint:
    return Endpoint(id=name, owner=OWNER, url="https://a.example/", events=events, created_at=NOW, updated_at=NOW)


def test_an_event_is_owed_to_those_that_want_it() -> None:
    owed = fan_out.owed_by(EVENT, [endpoint("wh_1", "post.created"), endpoint("wh_2", "post.failed")], NOW)

    assert [each.id for each in owed.endpoints] == ["wh_1"]
    assert fan_out.jobs_of(owed) == [JOB]


def test_a_message_names_its_job_again() -> None:
    message = messages.message(JOB)

    assert message.body == {"owner": "ws_1#live", "event": EVENT.id, "endpoint": "wh_1", "delivery": JOB.delivery_id}
    assert DeliveryJob.from_body(message.body) == JOB


@pytest.mark.parametrize(("early", "delay"), [(0, 0), (0.2, 1), (60, 60), (60.001, 61), (-0.5, 0), (-90, -90)])
def test_a_message_arrives_in_the_second_it_is_due_never_before(early: float, delay: int) -> None:
    assert messages.message(JOB, timedelta(seconds=early)).delay == delay


@pytest.mark.parametrize("body", [{}, {"owner": "ws_1#live", "event": "evt_1"}, {"owner": "ws_1", "event": "e", "endpoint": "w"}])
def test_a_message_that_is_none_of_ours_is_refused(body: dict[str, str]) -> None:
    with pytest.raises((KeyError, ValueError)):
        DeliveryJob.from_body(body)


def test_a_stream_record_carries_the_events_of_its_write() -> None:
    record = {"dynamodb": {"NewImage": {"events": {"S": dumped([EVENT])}}}}

    assert fan_out.happened(record) == [EVENT]


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


@pytest.mark.parametrize(("scale", "seconds"), [(1, 180), (0.5, 90), (0.01, 60)])
def test_events_are_looked_at_when_their_attempts_can_have_ended(scale: float, seconds: int) -> None:
    assert check_after(NOW, scale) == NOW + timedelta(seconds=seconds)


def test_without_an_event_or_an_endpoint_nothing_begins() -> None:
    loaded = Loaded(job=JOB, event=None, endpoint=endpoint("wh_1"), delivery=None, sealed=None)

    assert deliveries.begun(loaded) is None

"""Rows and back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from herald.domain import deliveries
from herald.domain.deliveries import Answer, Delivery, DeliveryStatus
from herald.domain.endpoints import Endpoint
from herald.domain.events import Event, EventType, Told
from herald.domain.owners import Mode, Owner
from herald.store import delivery_rows, endpoint_rows, event_rows, events, rows
from herald.store.due import entry_of
from herald.store.events import Owed

NOW = datetime(2026, 6, 15, 14, 0, 0, 123_000, tzinfo=UTC)
OWNER = Owner("ws_1", Mode.TEST)
TOLD = Told(id="evt_000000001000000000000000", type="post.created", owner=OWNER, created_at=NOW, bodies={"voxburst": '{"ü":1}'})
ENDPOINT = Endpoint(
    id="wh_1",
    owner=OWNER,
    url="https://a.example/",
    events=("post.created", "post.failed"),
    description="CRM",
    failure_count=3,
    last_delivery_at=NOW,
    created_at=NOW,
    updated_at=NOW,
)
DELIVERY = deliveries.first(TOLD, ENDPOINT)


def kept(row: dict[str, object]) -> dict[str, object]:
    """As the table gives it back."""
    return {name: value for name, value in row.items() if value is not None}


def test_an_endpoint_comes_back_as_it_was() -> None:
    assert endpoint_rows.endpoint_of(kept(endpoint_rows.endpoint_row(ENDPOINT))) == ENDPOINT


def test_no_endpoint_looks_like_an_event_to_the_stream() -> None:
    assert "events" not in endpoint_rows.endpoint_row(ENDPOINT)


def test_an_event_comes_back_as_it_was() -> None:
    assert events.told_of(events.event_row(Owed(told=TOLD, endpoints=[], check=NOW))) == TOLD


def test_what_an_event_owes_is_read_from_its_entry_in_the_due_index() -> None:
    row = events.event_row(Owed(told=TOLD, endpoints=[replace(ENDPOINT, id=each) for each in ("wh_1", "wh_2")], check=NOW))

    jobs = events.jobs_of_event(entry_of(row))

    assert [(job.owner, job.event_id, job.endpoint_id) for job in jobs] == [(OWNER, TOLD.id, each) for each in ("wh_1", "wh_2")]


def test_events_and_deliveries_expire_after_30_days() -> None:
    later = rows.seconds(NOW + timedelta(days=30))

    assert events.event_row(Owed(told=TOLD, endpoints=[], check=NOW))["expires_at"] == later
    assert delivery_rows.delivery_row(DELIVERY)["expires_at"] == later


@given(
    st.sampled_from(
        [Answer(status=200, body="ok"), Answer(status=None, error="x", permanent=True), Answer(status=500, error="y")]
    )
)
def test_a_delivery_comes_back_as_it_was(answer: Answer) -> None:
    delivery = deliveries.attempted(DELIVERY, answer, NOW, scale=1)

    assert delivery_rows.delivery_of(kept(delivery_rows.delivery_row(delivery))) == delivery


def test_only_a_delivery_that_waits_is_in_the_due_index() -> None:
    waiting = deliveries.attempted(DELIVERY, Answer(status=500, error="y"), NOW, scale=1)
    ended = deliveries.attempted(DELIVERY, Answer(status=200), NOW, scale=1)

    assert ended.status is DeliveryStatus.DELIVERED
    assert not {"due_shard", "due_at", "owes"} & set(delivery_rows.delivery_row(ended))
    entry = entry_of(delivery_rows.delivery_row(waiting))
    assert (entry.at, entry.owes) == (waiting.due, waiting.job.to_body())


@given(st.text(max_size=500))
def test_an_answers_body_comes_back_as_it_was(body: str) -> None:
    packed = delivery_rows.packed(body)

    assert delivery_rows.unpacked(packed) == body
    assert len(packed if isinstance(packed, bytes) else (packed or "").encode()) <= len(body.encode())


def test_no_body_is_no_attribute() -> None:
    delivery: Delivery = deliveries.attempted(DELIVERY, Answer(status=204), NOW, scale=1)

    assert delivery_rows.delivery_row(delivery)["response"] is None


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.none() | st.integers() | st.text(st.characters(codec="utf-8"))))
def test_events_come_back_from_the_stream_as_they_were(facts: dict[str, object]) -> None:
    event = Event(id="evt_1", type=EventType.POST_CREATED, owner=OWNER, created_at=NOW, facts=facts)

    other = replace(event, facts={"post_id": "post_1"})

    assert event_rows.loaded(event_rows.dumped([event, event, other]) or "") == [event, event, other]


def test_what_two_events_say_alike_is_kept_once() -> None:
    event = Event(id="evt_1", type=EventType.POST_CREATED, owner=OWNER, created_at=NOW, facts={"content": "Hello"})
    other = replace(event, id="evt_2", facts={"content": "Bye"})

    kept = event_rows.dumped([event, event, other, event]) or ""

    assert (kept.count("Hello"), kept.count("Bye")) == (2, 1)
    assert event_rows.loaded(kept) == [event, event, other, event]

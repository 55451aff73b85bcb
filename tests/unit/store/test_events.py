"""Events with what they owe, as rows, and back."""

from dataclasses import replace
from datetime import timedelta

from herald.store import delivery_rows, events, rows
from herald.store.due import entry_of
from herald.store.events import Owed
from tests.unit.store.samples import DELIVERY, ENDPOINT, NOW, OWNER, TOLD


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

"""Events on the items that caused them, and in the log.

They say what they owe, are as short as possible, and can be told in any format.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.events import Event
from herald.domain.formats import OFFERED, Format, Rendering, spelled
from herald.store import delivery_rows, event_rows, events, rows
from herald.store.due import entry_of
from herald.store.events import FanOutItem
from herald.webhooks import formats
from tests.unit.store import former
from tests.unit.store.samples import DELIVERY, ENDPOINT, NOW, OWNER, TOLD, kept
from tests.unit.webhooks import captured
from tests.unit.webhooks.happenings import WRITES, happened

TEXT = st.text(st.characters(codec="utf-8"))
FACTS = st.dictionaries(TEXT, st.none() | st.integers() | TEXT)


def row_of(event: Event, *renderings: Rendering) -> dict[str, object]:
    """The event in the log, as the table gives it back."""
    return kept(
        events.event_row(
            FanOutItem(told=formats.recorded(event, renderings), endpoints=[], check=NOW)
        )
    )


def renderings_of(event: Event) -> list[Rendering]:
    """Every format that has the event."""
    return [
        Rendering(form, spelled(form, event.type)) for form in Format if event.type in OFFERED[form]
    ]


@pytest.mark.parametrize("name", WRITES)
def test_a_kept_event_is_told_in_a_format_that_nobody_had_asked_for(name: str) -> None:
    for event, bodies in zip(happened(name), captured.BODIES[name], strict=True):
        found = events.event_of(row_of(event))

        assert {
            rendering.format: formats.body(found, rendering) for rendering in renderings_of(event)
        } == bodies


@pytest.mark.parametrize("name", WRITES)
def test_an_event_comes_back_from_the_log_with_all_it_says(name: str) -> None:
    for event in happened(name):
        for renderings in ([], renderings_of(event)):
            assert events.event_of(row_of(event, *renderings)) == formats.recorded(
                event, renderings
            )


@given(facts=FACTS, bodies=st.dictionaries(TEXT, TEXT | TEXT.map(lambda text: 2000 * text)))
def test_facts_come_back_whatever_lies_beside_them(
    facts: dict[str, object], bodies: dict[str, str]
) -> None:
    turned = dict(reversed(bodies.items()))

    assert events.unpacked_facts(events.packed_facts(facts, bodies), turned) == facts


@pytest.mark.parametrize("name", former.TEXTS)
def test_what_lies_on_an_item_is_no_longer_than_it_was(name: str) -> None:
    assert len((event_rows.dumped(WRITES[name]) or "").encode()) <= len(former.TEXTS[name].encode())


def test_an_event_comes_back_as_it_was() -> None:
    assert events.event_of(events.event_row(FanOutItem(told=TOLD, endpoints=[], check=NOW))) == TOLD


def test_what_an_event_owes_is_read_from_its_entry_in_the_due_index() -> None:
    row = events.event_row(
        FanOutItem(
            told=TOLD,
            endpoints=[replace(ENDPOINT, id=each) for each in ("wh_1", "wh_2")],
            check=NOW,
        )
    )

    jobs = events.jobs_of_event(entry_of(row))

    assert [(job.owner, job.event_id, job.endpoint_id) for job in jobs] == [
        (OWNER, TOLD.id, each) for each in ("wh_1", "wh_2")
    ]


def test_events_and_deliveries_expire_after_30_days() -> None:
    later = rows.seconds(NOW + timedelta(days=30))

    assert events.event_row(FanOutItem(told=TOLD, endpoints=[], check=NOW))["expires_at"] == later
    assert delivery_rows.delivery_row(DELIVERY)["expires_at"] == later

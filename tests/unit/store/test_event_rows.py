"""Events as they lie in a row, and back."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from herald.domain.events import Event, EventType, Named
from herald.store import event_rows
from tests.unit.store.samples import NOW, OWNER


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.none() | st.integers() | st.text(st.characters(codec="utf-8"))))
def test_events_come_back_from_the_stream_as_they_were(data: dict[str, object]) -> None:
    event = Event(id="evt_1", type=EventType.POST_CREATED, owner=OWNER, created_at=NOW, data=data)

    named = replace(event, accounts=(Named("acc_1", "brand"),))

    assert event_rows.loaded(event_rows.dumped([event, event, named]) or "") == [event, event, named]


def test_what_two_events_say_alike_is_kept_once() -> None:
    event = Event(id="evt_1", type=EventType.POST_CREATED, owner=OWNER, created_at=NOW, data={"content": "Hello"})
    other = replace(event, id="evt_2", data={"content": "Bye"})

    kept = event_rows.dumped([event, event, other, event]) or ""

    assert (kept.count("Hello"), kept.count("Bye")) == (2, 1)
    assert event_rows.loaded(kept) == [event, event, other, event]

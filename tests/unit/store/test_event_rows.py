"""Events as they lie in a row, and back."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from herald.domain.events import Event, EventType
from herald.store import event_rows
from tests.unit.store.samples import NOW, OWNER


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8")),
        st.none() | st.integers() | st.text(st.characters(codec="utf-8")),
    )
)
def test_events_come_back_from_the_stream_as_they_were(facts: dict[str, object]) -> None:
    event = Event(id="evt_1", type=EventType.POST_CREATED, owner=OWNER, created_at=NOW, facts=facts)

    other = replace(event, facts={"post_id": "post_1"})

    assert event_rows.loaded(event_rows.dumped([event, event, other]) or "") == [
        event,
        event,
        other,
    ]


def test_what_two_events_say_alike_is_kept_once() -> None:
    event = Event(
        id="evt_1",
        type=EventType.POST_CREATED,
        owner=OWNER,
        created_at=NOW,
        facts={"content": "Hello"},
    )
    other = replace(event, id="evt_2", facts={"content": "Bye"})

    kept = event_rows.dumped([event, event, other, event]) or ""

    assert (kept.count("Hello"), kept.count("Bye")) == (2, 1)
    assert event_rows.loaded(kept) == [event, event, other, event]

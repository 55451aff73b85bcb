"""What the version before wrote is still read, and told in the same bytes."""

import pytest

from herald.aws.dynamodb import Item, to_wire
from herald.domain.events import RecordedEvent
from herald.domain.formats import OFFERED, Format, Rendering, spelled
from herald.store import events, stream
from herald.store.event_rows import dumped
from herald.store.post_rows import state_row
from herald.webhooks import formats
from tests.unit.store import former
from tests.unit.webhooks import captured
from tests.unit.webhooks.happenings import POSTS, WRITES, happened


def item_of(name: str) -> Item:
    """The item as that write left it."""
    item: Item = {"pk": "FACT#1", "sk": "FACT"}
    return state_row(POSTS[name], ()) if name in POSTS else item


def bodies(told: RecordedEvent) -> dict[str, str]:
    """The event in every format that has it."""
    forms = [form for form in Format if told.type in OFFERED[form]]
    return {form: formats.body(told, Rendering(form, spelled(form, told.type))) for form in forms}


@pytest.mark.parametrize("name", former.TEXTS)
def test_a_stream_record_of_the_version_before_is_told_in_the_same_bytes(name: str) -> None:
    found = stream.happened(to_wire(item_of(name) | {"events": former.TEXTS[name]}))

    assert [bodies(formats.recorded(event, [])) for event in found] == captured.BODIES[name]


@pytest.mark.parametrize("name", former.ROWS)
def test_a_row_of_the_log_of_the_version_before_is_told_in_the_same_bytes(name: str) -> None:
    found = [events.event_of(row) for row in former.ROWS[name]]

    assert [bodies(told) for told in found] == captured.BODIES[name]


@pytest.mark.parametrize("name", former.TEXTS)
def test_a_stream_record_brings_its_events_with_all_they_say(name: str) -> None:
    image = to_wire(item_of(name) | {"events": dumped(WRITES[name])})

    assert stream.happened(image) == happened(name)

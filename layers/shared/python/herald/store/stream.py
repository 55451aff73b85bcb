"""The table's stream: what happened, out of the image that a write left of its item."""

from collections.abc import Mapping
from typing import Any

from herald.aws.dynamodb import from_wire
from herald.domain.events import ENDINGS, Event
from herald.store.event_rows import loaded


def happened(image: Mapping[str, Any]) -> list[Event]:
    """The events of that write. Raises KeyError, ValueError or TypeError for an image that is none of ours."""
    events = loaded(image["events"]["S"])
    if ENDINGS.isdisjoint(each.type for each in events):
        return events
    from herald.domain.payloads import completed  # noqa: PLC0415 - only the end of a post needs them
    from herald.store.post_rows import post_of  # noqa: PLC0415

    post = post_of(from_wire(image))
    return [completed(each, post) if each.type in ENDINGS else each for each in events]

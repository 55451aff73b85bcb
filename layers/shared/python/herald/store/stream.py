"""The table's stream: events from the image of an item after a write."""

from collections.abc import Mapping
from typing import Any

from herald.aws.dynamodb import from_wire
from herald.domain.events import ENDINGS, Event
from herald.store.event_rows import loaded


def happened(image: Mapping[str, Any]) -> list[Event]:
    """Return the events of that write.

    Raises KeyError, ValueError or TypeError for an image that is none of ours.
    """
    events = loaded(image["events"]["S"])
    if ENDINGS.isdisjoint(event.type for event in events):
        return events
    # Imported here, because only the end of a post needs them.
    from herald.domain.payloads import completed  # noqa: PLC0415
    from herald.store.post_rows import post_of  # noqa: PLC0415

    post = post_of(from_wire(image))
    return [completed(event, post) if event.type in ENDINGS else event for event in events]

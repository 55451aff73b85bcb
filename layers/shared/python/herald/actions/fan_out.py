"""Fan-out: turn an event into a delivery for each subscriber."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from herald.actions.messages import message
from herald.domain import deliveries
from herald.domain.endpoints import Endpoint
from herald.domain.events import ON_DEMAND, RecordedEvent
from herald.domain.jobs import DeliveryJob, check_after
from herald.domain.values import frozen
from herald.store import stream
from herald.store.endpoints import EndpointStore
from herald.store.events import EventStore, FanOutItem
from herald.webhooks import formats

if TYPE_CHECKING:
    from herald.actions.lanes import Lanes
    from herald.domain.events import Event


@frozen
class FanOut:
    """Keeps events, and sends their deliveries to the queue."""

    endpoints: EndpointStore
    events: EventStore
    queue: Lanes
    now: Callable[[], datetime]
    time_scale: float

    def record(self, happened: Sequence[Event]) -> None:
        """Keep each event, and send a message for each enabled endpoint that subscribes to it.

        It is harmless to call this again, because an event's row and its deliveries have the same
        ids each time.
        """
        events = {event.id: event for event in happened}.values()
        endpoints = {
            owner: self.endpoints.list(owner)
            for owner in dict.fromkeys(event.owner for event in events)
        }
        check = check_after(self.now(), self.time_scale)
        items = [fan_out_item(event, endpoints[event.owner], check) for event in events]
        kept = [item for item in items if belongs_in_log(item.told, endpoints[item.told.owner])]
        self.events.record(kept)
        jobs = chain.from_iterable(jobs_of(item) for item in kept)
        self.queue.offer([message(job) for job in jobs])


def fan_out_item(event: Event, endpoints: Iterable[Endpoint], check: datetime) -> FanOutItem:
    """Return the event in the formats of the endpoints that want it, with these endpoints."""
    subscribers = [endpoint for endpoint in endpoints if endpoint.wants(event.type)]
    renderings = [endpoint.rendering(event.type) for endpoint in subscribers]
    recorded = formats.recorded(event, renderings)
    return FanOutItem(told=recorded, endpoints=subscribers, check=check)


def belongs_in_log(told: RecordedEvent, endpoints: Iterable[Endpoint]) -> bool:
    """Whether the log keeps an event.

    Some types are kept only where an endpoint subscribes to them. A disabled endpoint counts,
    because its events may be replayed.
    """
    return told.type not in ON_DEMAND or any(
        endpoint.subscribes_to(told.type) for endpoint in endpoints
    )


def jobs_of(owed: FanOutItem) -> list[DeliveryJob]:
    event = owed.told
    return [
        deliveries.job(event.owner, event.id, endpoint.id, endpoint.lane)
        for endpoint in owed.endpoints
    ]


def events_in(record: Mapping[str, Any]) -> list[Event]:
    """Return the events that a change of the table caused.

    Raises KeyError or ValueError for a record that herald did not write.
    """
    return stream.happened(record["dynamodb"]["NewImage"])

"""Fan-out: an event becomes what each subscriber is owed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
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
    """Turns what happened into what is owed to subscribers."""

    endpoints: EndpointStore
    events: EventStore
    queue: Lanes
    now: Callable[[], datetime]
    time_scale: float

    def record(self, happened: Sequence[Event]) -> None:
        """Keep each event, and send a message for each enabled endpoint that subscribes to it.

        Harmless to call again: an event's row and its deliveries have ids of their own, whoever writes them.
        """
        events = {event.id: event for event in happened}.values()
        endpoints = {
            owner: self.endpoints.list(owner)
            for owner in dict.fromkeys(event.owner for event in events)
        }
        check = check_after(self.now(), self.time_scale)
        dressed = [fan_out_item(event, endpoints[event.owner], check) for event in events]
        owed = [each for each in dressed if belongs_in_log(each.told, endpoints[each.told.owner])]
        self.events.record(owed)
        self.queue.offer([message(job) for each in owed for job in jobs_of(each)])


def fan_out_item(event: Event, endpoints: Iterable[Endpoint], check: datetime) -> FanOutItem:
    """The event dressed for those endpoints that want it."""
    wanting = [endpoint for endpoint in endpoints if endpoint.wants(event.type)]
    told = formats.recorded(event, [endpoint.rendering(event.type) for endpoint in wanting])
    return FanOutItem(told=told, endpoints=wanting, check=check)


def belongs_in_log(told: RecordedEvent, endpoints: Iterable[Endpoint]) -> bool:
    """Whether the log gets it: some only where an endpoint asks for it, though disabled, for that may be replayed."""
    return told.type not in ON_DEMAND or any(each.subscribes_to(told.type) for each in endpoints)


def jobs_of(owed: FanOutItem) -> list[DeliveryJob]:
    return [
        deliveries.job(owed.told.owner, owed.told.id, each.id, each.lane) for each in owed.endpoints
    ]


def events_in(record: Mapping[str, Any]) -> list[Event]:
    """The events that a change of the table caused. Raises KeyError or ValueError for a record that is none of ours."""
    return stream.happened(record["dynamodb"]["NewImage"])

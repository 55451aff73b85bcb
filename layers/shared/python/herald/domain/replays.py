"""Replays: missed events are delivered to an endpoint again. Source: the contract, section 4."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from herald.domain import deliveries, endpoints, events, formats, ids
from herald.domain.deliveries import Delivery, DeliveryStatus
from herald.domain.endpoints import Endpoint
from herald.domain.events import RecordedEvent
from herald.domain.owners import Owner
from herald.domain.values import frozen


@frozen
class Replay:
    """A search through the events of a time span, in their order, for events of these types.

    `after` is the id of the last event that was looked at.
    """

    id: str
    owner: Owner
    endpoint_id: str
    start: datetime
    end: datetime
    types: tuple[str, ...]
    after: str | None = None
    created_at: datetime


def begin(
    endpoint: Endpoint, start: datetime, end: datetime, types: Sequence[str] | None, now: datetime
) -> Replay:
    """Begin a replay of events that happened until now and are kept.

    Without `types` it is about the types that the endpoint subscribes to.
    Raises ConflictError while the endpoint is disabled, and ValidationError for a type that its
    format does not have.
    """
    endpoints.check_enabled(endpoint)
    formats.check_offered(endpoint.format, types if types else (), field="types")
    return Replay(
        id=ids.new("rpl", now),
        owner=endpoint.owner,
        endpoint_id=endpoint.id,
        start=max(start, now - events.EVENT_RETENTION),
        end=min(end, now),
        types=tuple(types if types else endpoint.events),
        created_at=now,
    )


def asks_for(replay: Replay, endpoint: Endpoint, event: RecordedEvent) -> bool:
    """Return whether the replay is about events of this type.

    What the endpoint subscribes to by now makes no difference.
    """
    return replace(endpoint, events=replay.types).wants(event.type)


def was_missed(owed: bool, deliveries: Sequence[Delivery]) -> bool:
    """Return whether the endpoint never accepted the event, and no delivery is on its way.

    `deliveries` are the deliveries of the event. When there is none, and one is `owed`, its first
    attempt is yet to come. A delivery that waits without a time is parked, because its endpoint was
    disabled. It is not sent any more.
    """
    for delivery in deliveries:
        if delivery.status is DeliveryStatus.DELIVERED:
            return False
        if delivery.status is DeliveryStatus.PENDING and delivery.due:
            return False
    return not owed or len(deliveries) > 0


def replayed_delivery(
    event: RecordedEvent, endpoint: Endpoint, replay: Replay, now: datetime
) -> Delivery:
    """Return a delivery that is due at once and as old as the replay.

    Its id follows from the ids of the replay and the event, so that making it twice makes one.
    """
    first = deliveries.first(event, endpoint)
    return replace(
        first,
        id=ids.derive("del", replay.id, event.id),
        created_at=replay.created_at,
        due=now,
        lane=endpoint.lane,
    )

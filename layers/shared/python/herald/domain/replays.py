"""Replays: what an endpoint missed is delivered to it again. Source: the contract, section 4."""

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
    """The events of a time, by name, that are looked through in their order. `after` is the last one looked at."""

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
    """Of what happened until now and is kept; without `types`, of what the endpoint subscribes to.

    Raises ConflictError while it is disabled, ValidationError for a type that its format does not have.
    """
    endpoints.check_enabled(endpoint)
    formats.check_offered(endpoint.format, types or (), field="types")
    return Replay(
        id=ids.new("rpl", now),
        owner=endpoint.owner,
        endpoint_id=endpoint.id,
        start=max(start, now - events.EVENT_RETENTION),
        end=min(end, now),
        types=tuple(types or endpoint.events),
        created_at=now,
    )


def asks_for(replay: Replay, endpoint: Endpoint, event: RecordedEvent) -> bool:
    """By the names that the replay asks for, whatever the endpoint subscribes to by now."""
    return replace(endpoint, events=replay.types).wants(event.type)


def was_missed(owed: bool, deliveries: Sequence[Delivery]) -> bool:
    """Whether the endpoint never accepted the event, and nothing is on its way to it.

    `deliveries` are those made of it. When there is none, and one is owed, its first attempt is yet to come. One that waits
    without a time is parked: its endpoint was disabled, and it comes no more.
    """
    waiting = any(each.status is DeliveryStatus.PENDING and each.due for each in deliveries)
    delivered = any(each.status is DeliveryStatus.DELIVERED for each in deliveries)
    return not (delivered or waiting or (owed and not deliveries))


def replayed_delivery(
    event: RecordedEvent, endpoint: Endpoint, replay: Replay, now: datetime
) -> Delivery:
    """A delivery due at once, as old as the replay. Its id follows from theirs, so that made twice it is one."""
    first = deliveries.first(event, endpoint)
    return replace(
        first,
        id=ids.derive("del", replay.id, event.id),
        created_at=replay.created_at,
        due=now,
        lane=endpoint.lane,
    )

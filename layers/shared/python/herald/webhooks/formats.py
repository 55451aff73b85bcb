"""Formats: how an event is dressed for its subscribers. A new one is a renderer and a line in RENDER.

Source: VoxBurst's guide, Webhook Payload and Delivery Headers; the contract, section 4.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from herald import VERSION
from herald.domain import times
from herald.domain.accounts import Secret
from herald.domain.events import Event, EventType
from herald.domain.webhooks import Delivery, Dress, Format, Told
from herald.webhooks import signing


def voxburst(event: Event, name: str) -> dict[str, object]:
    """`{id, type, createdAt, data}`: also how the event log shows an event."""
    return {"id": event.id, "type": name, "createdAt": times.wire(event.created_at), "data": event.data}


RENDER: Mapping[Format, Callable[[Event, str], dict[str, object]]] = {Format.VOXBURST: voxburst}


def told(event: Event, dresses: Iterable[Dress]) -> Told:
    """The event as it is kept: in VoxBurst's dress, and in whichever others its subscribers asked for."""
    wanted = {Dress(Format.VOXBURST, event.type), *dresses}
    return Told(
        id=event.id,
        type=event.type,
        owner=event.owner,
        created_at=event.created_at,
        bodies={kept_as(event.type, each): rendered(event, each) for each in wanted},
    )


def rendered(event: Event, dress: Dress) -> str:
    return json.dumps(RENDER[dress.format](event, dress.name), ensure_ascii=False, separators=(",", ":"))


def kept_as(kind: str, dress: Dress) -> str:
    """Where that body lies in `Told.bodies`: under its format, with the name where it is an alias."""
    return dress.format if dress.name == kind else f"{dress.format} {dress.name}"


def body(event: Told, dress: Dress) -> str:
    """What is sent. A dress that nobody asked for when the event happened is made now, of what is kept, always the same."""
    kept = event.bodies.get(kept_as(event.type, dress))
    return kept or rendered(again(event), dress)


def again(event: Told) -> Event:
    """The event as it happened."""
    data = json.loads(event.bodies[Format.VOXBURST])["data"]
    return Event(id=event.id, type=EventType(event.type), owner=event.owner, created_at=event.created_at, data=data)


def headers(delivery: Delivery, body: bytes, secrets: Sequence[Secret], at: datetime) -> dict[str, str]:
    """The headers of the attempt that starts `at`: VoxBurst's and those of Standard Webhooks, both signed anew."""
    timestamp = int(at.timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": f"herald-webhooks/{VERSION}",
        "X-VoxBurst-Signature": signing.voxburst(secrets, timestamp, body),
        "X-VoxBurst-Timestamp": str(timestamp),
        "X-VoxBurst-Delivery-Id": delivery.id,
        "X-VoxBurst-Event": delivery.event_type,
        "X-VoxBurst-Attempt": str(delivery.attempts + 1),
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signing.standard(secrets, delivery.event_id, timestamp, body),
    }

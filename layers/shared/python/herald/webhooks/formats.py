"""Formats: how an event is dressed for its subscribers. A new one is a renderer and a line in RENDER.

Source: VoxBurst's guide, Webhook Payload and Delivery Headers; the contract, section 4.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from herald import VERSION
from herald.domain import times
from herald.domain.accounts import Secret
from herald.domain.events import Event
from herald.domain.webhooks import Delivery, Format, Told
from herald.webhooks import signing


def voxburst(event: Event) -> str:
    """`{id, type, createdAt, data}`: also how the event log shows an event."""
    envelope = {"id": event.id, "type": event.type, "createdAt": times.wire(event.created_at), "data": event.data}
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))


RENDER: Mapping[Format, Callable[[Event], str]] = {Format.VOXBURST: voxburst}


def told(event: Event, formats: Iterable[Format]) -> Told:
    """The event as it is kept, in VoxBurst's format and whichever others its subscribers asked for."""
    wanted = {Format.VOXBURST, *formats}
    return Told(
        id=event.id,
        type=event.type,
        owner=event.owner,
        created_at=event.created_at,
        bodies={each.value: RENDER[each](event) for each in wanted},
    )


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

"""Formats: the bodies and headers that an event's subscribers get.

A new format is a module that renders facts, and a line in ENVELOPES and in HEADERS.
Sources: VoxBurst's guide, Delivery Headers; PostFuze's, Delivery format; the contract, section 4.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from herald import VERSION
from herald.domain.deliveries import Delivery
from herald.domain.events import Event, RecordedEvent
from herald.domain.formats import Format, Rendering, spelled
from herald.domain.owners import Secret
from herald.webhooks import signing


def voxburst(event: Event | RecordedEvent, name: str) -> dict[str, object]:
    from herald.webhooks.voxburst import envelope  # noqa: PLC0415 - most attempts send what is kept

    return envelope(event, name)


def postfuze(event: Event | RecordedEvent, name: str) -> dict[str, object]:
    from herald.webhooks.postfuze import envelope  # noqa: PLC0415 - few have such an endpoint

    return envelope(event, name)


ENVELOPES: Mapping[Format, Callable[[Event | RecordedEvent, str], dict[str, object]]] = {
    Format.VOXBURST: voxburst,
    Format.POSTFUZE: postfuze,
}


def recorded(event: Event, renderings: Iterable[Rendering]) -> RecordedEvent:
    """Return the event as the log keeps it.

    It has a body in VoxBurst's format, and one in each rendering that its subscribers asked for.
    """
    wanted = {Rendering(Format.VOXBURST, event.type), *renderings}
    bodies = {body_key(event.type, rendering): rendered(event, rendering) for rendering in wanted}
    return RecordedEvent(
        id=event.id,
        type=event.type,
        owner=event.owner,
        created_at=event.created_at,
        bodies=bodies,
        facts=event.facts,
    )


def rendered(event: Event | RecordedEvent, rendering: Rendering) -> str:
    envelope = ENVELOPES[rendering.format](event, rendering.name)
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))


def body_key(kind: str, rendering: Rendering) -> str:
    """Return the key of a body in `RecordedEvent.bodies`.

    It is the format, followed by the name where that is an alias.
    """
    if rendering.name == spelled(rendering.format, kind):
        return rendering.format
    return f"{rendering.format} {rendering.name}"


def body(event: RecordedEvent, rendering: Rendering) -> str:
    """Return the body to send.

    A body that nobody asked for when the event happened is rendered now, from the event's facts.
    """
    kept = event.bodies.get(body_key(event.type, rendering))
    return kept if kept else rendered(event, rendering)


def headers(
    kind: Format, delivery: Delivery, body: bytes, secrets: Sequence[Secret], at: datetime
) -> dict[str, str]:
    """Return the headers of the attempt that starts `at`, signed anew.

    They are the format's own headers and those of Standard Webhooks.

    With two secrets, every other attempt reverses the order of the format's signatures. The guides'
    verifiers read only the last signature. So they accept this attempt or the next one, whichever
    secret they know.
    """
    timestamp = int(at.timestamp())
    turned = secrets if delivery.attempts % 2 == 0 else secrets[::-1]
    return {
        "Content-Type": "application/json",
        **HEADERS[kind](delivery, body, turned, timestamp),
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signing.standard(secrets, delivery.event_id, timestamp, body),
    }


def voxburst_headers(
    delivery: Delivery, body: bytes, secrets: Sequence[Secret], timestamp: int
) -> dict[str, str]:
    return {
        "User-Agent": f"herald-webhooks/{VERSION}",
        "X-VoxBurst-Signature": signing.stamped("v2", secrets, timestamp, body),
        "X-VoxBurst-Timestamp": str(timestamp),
        "X-VoxBurst-Delivery-Id": delivery.id,
        "X-VoxBurst-Event": delivery.event_type,
        "X-VoxBurst-Attempt": str(delivery.attempts + 1),
    }


def postfuze_headers(
    _delivery: Delivery, body: bytes, secrets: Sequence[Secret], timestamp: int
) -> dict[str, str]:
    signature = signing.stamped("v1", secrets, timestamp, body)
    return {"User-Agent": "Postfuze-Webhooks/1.0", "X-Postfuze-Signature": signature}


HEADERS: Mapping[Format, Callable[[Delivery, bytes, Sequence[Secret], int], dict[str, str]]] = {
    Format.VOXBURST: voxburst_headers,
    Format.POSTFUZE: postfuze_headers,
}

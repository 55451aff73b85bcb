"""Formats: how an event is dressed for its subscribers.

A new one is a module that renders facts, and a line in ENVELOPES and in HEADERS.
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


def recorded(event: Event, dresses: Iterable[Rendering]) -> RecordedEvent:
    """The event as it is kept: in VoxBurst's dress, and in whichever others its subscribers asked for."""
    wanted = {Rendering(Format.VOXBURST, event.type), *dresses}
    return RecordedEvent(
        id=event.id,
        type=event.type,
        owner=event.owner,
        created_at=event.created_at,
        bodies={body_key(event.type, each): rendered(event, each) for each in wanted},
        facts=event.facts,
    )


def rendered(event: Event | RecordedEvent, dress: Rendering) -> str:
    return json.dumps(
        ENVELOPES[dress.format](event, dress.name), ensure_ascii=False, separators=(",", ":")
    )


def body_key(kind: str, dress: Rendering) -> str:
    """Where that body lies in `RecordedEvent.bodies`: under its format, with the name where it is an alias."""
    return (
        dress.format
        if dress.name == spelled(dress.format, kind)
        else f"{dress.format} {dress.name}"
    )


def body(event: RecordedEvent, dress: Rendering) -> str:
    """What is sent. A dress that nobody asked for as it happened is rendered now, from its facts."""
    kept = event.bodies.get(body_key(event.type, dress))
    return kept or rendered(event, dress)


def headers(
    kind: Format, delivery: Delivery, body: bytes, secrets: Sequence[Secret], at: datetime
) -> dict[str, str]:
    """The headers of the attempt that starts `at`: the format's own and those of Standard Webhooks, all signed anew.

    With two secrets, every other attempt turns their order round: the guides' verifiers read the last signature alone, so
    whichever secret they know, the attempt or the next one is accepted.
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

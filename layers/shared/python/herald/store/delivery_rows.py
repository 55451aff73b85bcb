"""Rows of deliveries and of their attempts."""

from __future__ import annotations

import json

from herald.aws.dynamodb import Item
from herald.domain.deliveries import Attempt, Delivery, DeliveryStatus
from herald.domain.events import EVENT_RETENTION
from herald.store import keys, packing, rows


def delivery_row(delivery: Delivery) -> Item:
    pk, sk = keys.delivery(delivery.endpoint_id, delivery.id)
    earlier = [attempt_row(attempt) for attempt in delivery.earlier]
    row: Item = {
        "pk": pk,
        "sk": sk,
        "owner": str(delivery.owner),
        "event": delivery.event_id,
        "type": delivery.event_type,
        "url": delivery.url,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "status_code": delivery.status_code,
        "latency_ms": delivery.latency_ms,
        "response": packed_text(delivery.response_body),
        "error": delivery.error,
        "attempted_at": rows.time_text(delivery.attempted_at),
        "headers": packed_text(json.dumps(delivery.headers)) if delivery.headers else None,
        "earlier": earlier if earlier else None,
        "created_at": rows.time_text(delivery.created_at),
        "delivered_at": rows.time_text(delivery.delivered_at),
        "expires_at": rows.seconds(delivery.created_at + EVENT_RETENTION),
    }
    if delivery.due:
        row |= rows.due("DELIVERY", delivery.id, delivery.due)
        row |= {"owes": json.dumps(delivery.job.to_body())}
    return row


def again_row(delivery: Delivery) -> Item:
    """Return the row by which an event's redelivery is found.

    The id of a redelivery does not follow from its event.
    """
    pk, sk = keys.redelivery(delivery.endpoint_id, delivery.event_id, delivery.id)
    return {"pk": pk, "sk": sk, "expires_at": rows.seconds(delivery.created_at + EVENT_RETENTION)}


def delivery_of(row: Item) -> Delivery:
    headers = unpacked_text(row.get("headers"))
    return Delivery(
        id=row["sk"].removeprefix("DEL#"),
        endpoint_id=row["pk"].removeprefix("WH#"),
        event_id=row["event"],
        event_type=row["type"],
        owner=rows.owner(row),
        url=row["url"],
        status=DeliveryStatus(row["status"]),
        attempts=row["attempts"],
        due=rows.from_milliseconds(row["due_at"]) if "due_at" in row else None,
        status_code=row.get("status_code"),
        latency_ms=row.get("latency_ms"),
        response_body=unpacked_text(row.get("response")),
        error=row.get("error"),
        attempted_at=rows.time(row, "attempted_at"),
        headers=json.loads(headers) if headers else {},
        earlier=tuple(attempt_of(attempt) for attempt in row.get("earlier", ())),
        created_at=rows.must_time(row, "created_at"),
        delivered_at=rows.time(row, "delivered_at"),
    )


def attempt_row(attempt: Attempt) -> Item:
    row = {
        "at": rows.time_text(attempt.at),
        "status_code": attempt.status_code,
        "latency_ms": attempt.latency_ms,
        "error": attempt.error,
        "response": packed_text(attempt.response_body),
    }
    return rows.without_none(row)


def attempt_of(row: Item) -> Attempt:
    return Attempt(
        at=rows.must_time(row, "at"),
        status_code=row.get("status_code"),
        latency_ms=row.get("latency_ms"),
        error=row.get("error"),
        response_body=unpacked_text(row.get("response")),
    )


def packed_text(text: str | None) -> str | bytes | None:
    """Return the text, compressed if that is smaller. A write is billed by the kilobyte."""
    if text is None:
        return None
    small = packing.packed(text)
    return small if len(small) < len(text.encode()) else text


def unpacked_text(kept: str | bytes | None) -> str | None:
    return None if kept is None else packing.text_of(kept)

"""Rows of endpoints, with their sealed secrets."""

from __future__ import annotations

from datetime import datetime

from herald.aws.dynamodb import Item
from herald.domain.endpoints import Edit, Endpoint, Sealed
from herald.domain.formats import Format
from herald.store import keys, rows

STREAK_ENDS = {"consecutive_failures": 0, "failing_since": None, "last_error": None}


def endpoint_row(endpoint: Endpoint) -> Item:
    pk, sk = keys.owned(endpoint.owner, "WH", endpoint.id)
    return {
        "pk": pk,
        "sk": sk,
        "owner": str(endpoint.owner),
        "url": endpoint.url,
        "subscribed": list(endpoint.events),
        "enabled": endpoint.enabled,
        "description": endpoint.description,
        "format": endpoint.format,
        "failure_count": endpoint.failure_count,
        "consecutive_failures": endpoint.consecutive_failures,
        "auto_disabled_at": rows.time_text(endpoint.auto_disabled_at),
        "last_delivery_at": rows.time_text(endpoint.last_delivery_at),
        "latency_ms": endpoint.latency_ms,
        "last_failure_at": rows.time_text(endpoint.last_failure_at),
        "last_error": endpoint.last_error,
        "failing_since": rows.time_text(endpoint.failing_since),
        "settled_until": rows.time_text(endpoint.settled_until),
        "created_at": rows.time_text(endpoint.created_at),
        "updated_at": rows.time_text(endpoint.updated_at),
        **rows.due("STATS", endpoint.id, endpoint.due),
    }


def edited(edit: Edit, now: datetime) -> Item:
    """Return the attributes that change. None removes an attribute."""
    named: Item = {
        "url": edit.url,
        "subscribed": list(edit.events) if edit.events else None,
        "description": edit.description,
        "enabled": edit.enabled,
    }
    changed = rows.without_none(named)
    if edit.undescribed:
        changed["description"] = None
    if edit.url:
        changed["latency_ms"] = None  # another receiver has another history
    if edit.enabled:
        changed |= {**STREAK_ENDS, "auto_disabled_at": None, "last_failure_at": None}
    return changed | {"updated_at": rows.time_text(now)}


def endpoint_of(row: Item) -> Endpoint:
    return Endpoint(
        id=row["sk"].removeprefix("WH#"),
        owner=rows.owner(row),
        url=row["url"],
        events=tuple(row["subscribed"]),
        enabled=row["enabled"],
        description=row.get("description"),
        format=Format(row["format"]),
        failure_count=row["failure_count"],
        consecutive_failures=row["consecutive_failures"],
        auto_disabled_at=rows.time(row, "auto_disabled_at"),
        last_delivery_at=rows.time(row, "last_delivery_at"),
        latency_ms=row.get("latency_ms", 0),
        settled_until=rows.time(row, "settled_until"),
        due=rows.from_milliseconds(row["due_at"]) if "due_at" in row else None,
        last_failure_at=rows.time(row, "last_failure_at"),
        last_error=row.get("last_error"),
        failing_since=rows.time(row, "failing_since"),
        created_at=rows.must_time(row, "created_at"),
        updated_at=rows.must_time(row, "updated_at"),
    )


def sealed_of(row: Item) -> Sealed:
    return Sealed(
        secret=row["sealed"],
        before=row.get("sealed_before"),
        before_until=rows.time(row, "before_until"),
    )

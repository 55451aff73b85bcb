"""Conversion between dataclasses and plain rows. Times are text, and None is left out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from herald.domain import times
from herald.domain.ids import EPOCH
from herald.domain.owners import Owner
from herald.store import keys


def time(row: Mapping[str, Any], name: str) -> datetime | None:
    return times.parse(row[name]) if row.get(name) else None


def must_time(row: Mapping[str, Any], name: str) -> datetime:
    return times.parse(row[name])


time_text = times.optional


def without_none(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row that stands inside another one. The table leaves out None only at the top."""
    return {name: value for name, value in row.items() if value is not None}


def due(kind: str, identifier: str, at: datetime | None) -> dict[str, Any]:
    """Return the attributes that put an item into the due index, or take it out."""
    if at is None:
        return {"due_shard": None, "due_at": None}
    return {"due_shard": keys.shard(kind, identifier), "due_at": ceil_milliseconds(at)}


def seconds(at: datetime) -> int:
    """Return the time for `expires_at`, which DynamoDB reads as epoch seconds."""
    return int(at.timestamp())


def from_seconds(value: int) -> datetime:
    return EPOCH + timedelta(seconds=value)


def ceil_milliseconds(at: datetime) -> int:
    """Return the time for `due_at`: epoch milliseconds, never before `at`."""
    return -((EPOCH - at) // timedelta(milliseconds=1))


def owner(row: Mapping[str, Any]) -> Owner:
    return Owner.parse(row["owner"])


def from_milliseconds(value: int) -> datetime:
    return EPOCH + timedelta(milliseconds=value)

"""Between dataclasses and plain rows: times as text, what is None left out."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from herald.domain import times
from herald.domain.events import Event, EventType, Named
from herald.domain.ids import EPOCH
from herald.domain.owners import Mode, Owner
from herald.store import keys


def time(row: Mapping[str, Any], name: str) -> datetime | None:
    return times.parse(row[name]) if row.get(name) else None


def must_time(row: Mapping[str, Any], name: str) -> datetime:
    return times.parse(row[name])


text = times.optional


def due(kind: str, identifier: str, at: datetime | None) -> dict[str, Any]:
    """What puts an item into the due index, or takes it out."""
    if at is None:
        return {"due_shard": None, "due_at": None}
    return {"due_shard": keys.shard(kind, identifier), "due_at": ceil_milliseconds(at)}


def seconds(at: datetime) -> int:
    """For `expires_at`, which DynamoDB reads as epoch seconds."""
    return int(at.timestamp())


def from_seconds(value: int) -> datetime:
    return EPOCH + timedelta(seconds=value)


def ceil_milliseconds(at: datetime) -> int:
    """For `due_at`: epoch milliseconds, never before `at`."""
    return -((EPOCH - at) // timedelta(milliseconds=1))


def owner(row: Mapping[str, Any]) -> Owner:
    workspace_id, _, mode = row["owner"].partition("#")
    return Owner(workspace_id, Mode(mode))


def from_milliseconds(value: int) -> datetime:
    return EPOCH + timedelta(milliseconds=value)


def dumped(events: Iterable[Event]) -> str | None:
    """The events an update caused, as the text the stream's filter looks for; None clears those of the last update.

    What neighbours say alike is said once: the text lies in an item that is billed by the kilobyte.
    """
    alike = groupby(events, lambda each: (each.owner, each.created_at, each.data, each.accounts))
    rows = [
        {"owner": str(owner), "createdAt": times.wire(at), "data": data, "events": [[each.id, each.type] for each in group]}
        | ({"accounts": accounts} if accounts else {})
        for (owner, at, data, accounts), group in alike
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) if rows else None


def named(row: Mapping[str, Any]) -> tuple[Named, ...]:
    """The accounts that an event, or what lies of it, is about."""
    return tuple(Named(*each) for each in row.get("accounts") or ())


def loaded(text: str) -> list[Event]:
    """What `dumped` wrote. Raises ValueError, KeyError or TypeError for a text that is no such list."""
    return [
        Event(
            id=identifier,
            type=EventType(kind),
            owner=owner(row),
            created_at=times.parse(row["createdAt"]),
            data=row["data"],
            accounts=named(row),
        )
        for row in json.loads(text)
        for identifier, kind in row["events"]
    ]

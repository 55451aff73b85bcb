"""How events lie in the table: in what caused them, and in the log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from herald.domain import times
from herald.domain.events import Event, EventType, Named
from herald.store.rows import owner


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

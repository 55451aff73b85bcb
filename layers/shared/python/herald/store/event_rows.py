"""Events as a text on the items that caused them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from herald.domain import times
from herald.domain.events import Event, EventType
from herald.store.rows import owner


def dumped(events: Iterable[Event]) -> str | None:
    """Return the events that an update caused, as the text that the stream's filter looks for.

    Return None for no events: it clears those of the last update. Neighbours that share owner, time
    and facts are one row, because the text lies in an item that is billed by the kilobyte.
    """
    alike = groupby(events, lambda event: (event.owner, event.created_at, event.facts))
    rows = [
        {
            "owner": str(owner),
            "at": times.wire(at),
            "facts": facts,
            "events": [[event.id, event.type] for event in group],
        }
        for (owner, at, facts), group in alike
    ]
    return json_text(rows) if rows else None


def json_text(value: object) -> str:
    """Return the value as the shortest JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def loaded(text: str) -> list[Event]:
    """Read the text that `dumped` wrote.

    Raises ValueError, KeyError or TypeError for a text that is no such list.
    """
    return [event for row in json.loads(text) for event in events_of(row)]


def events_of(row: Mapping[str, Any]) -> list[Event]:
    """Return the events of one row of the text."""
    if "facts" not in row:
        # The version before wrote this row.
        from herald.store.former import renamed_row  # noqa: PLC0415

        row = renamed_row(row)
    return [
        Event(
            id=identifier,
            type=EventType(kind),
            owner=owner(row),
            created_at=times.parse(row["at"]),
            facts=row["facts"],
        )
        for identifier, kind in row["events"]
    ]

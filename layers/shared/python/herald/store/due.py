"""The due index: whatever owes work, by the time of its next work; and how far the sweep has got in it."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from herald.aws.dynamodb import ConditionBase, Key, Table, Update
from herald.domain.ids import EPOCH
from herald.domain.values import frozen
from herald.store import keys, rows

POSITION = ("due_shard", "due_at", "pk", "sk")  # what names a place in the index


@frozen
class Entry:
    """One item that owes work at `at`. `owes` holds the messages it owes, where the index carries them."""

    key: keys.KeyPair
    at: datetime
    owes: Any


class DueIndex:
    def __init__(self, table: Table) -> None:
        self.table = table

    def entries(self, kind: str, *, until: datetime) -> Iterator[Entry]:
        """What is due until then, shard by shard, earliest first within each. One call per shard and 1 MB."""
        for page in self.pages(kind, until=until):
            yield from page

    def pages(self, kind: str, *, after: datetime = EPOCH, until: datetime) -> Iterator[list[Entry]]:
        """What is due in (after, until], one list per call."""
        start, end = rows.ceil_milliseconds(after) + 1, rows.ceil_milliseconds(until)
        if start <= end:
            for shard in keys.shards(kind):
                yield from self._pages(Key("due_shard").eq(shard) & Key("due_at").between(start, end))

    def _pages(self, where: ConditionBase) -> Iterator[list[Entry]]:
        last = None
        while True:
            page = self.table.query(where, index=keys.DUE, start=last)
            yield [entry_of(item) for item in page.items]
            if not page.more:
                return
            last = {name: page.items[-1][name] for name in POSITION}

    def released_until(self) -> datetime:
        """Up to which time the last sweep has sent what was due; the epoch when there was none."""
        row = self.table.get(keys.CURSOR) or {}
        return rows.time(row, "released_until") or EPOCH

    def released(self, until: datetime) -> None:
        self.table.update(Update(key=keys.CURSOR, values={"released_until": rows.text(until)}))

    def webhooks_until(self) -> tuple[datetime, datetime]:
        """Up to which times the last sweep has sent deliveries, and verified events; the epoch when there was none."""
        row = self.table.get(keys.CURSOR) or {}
        return rows.time(row, "delivered_until") or EPOCH, rows.time(row, "verified_until") or EPOCH

    def webhooks_swept(self, *, deliveries: datetime, events: datetime) -> None:
        values = {"delivered_until": rows.text(deliveries), "verified_until": rows.text(events)}
        self.table.update(Update(key=keys.CURSOR, values=values))


def entry_of(row: dict[str, Any]) -> Entry:
    return Entry(
        key=(row["pk"], row["sk"]),
        at=rows.from_milliseconds(row["due_at"]),
        owes=json.loads(row["owes"]) if "owes" in row else None,
    )

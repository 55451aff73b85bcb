"""The due index: whatever owes work, by the time of its next work; and how far the sweep has got in it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from herald.aws.dynamodb import Key, Table, Update
from herald.domain.ids import EPOCH
from herald.store import keys, rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item that owes work at `at`. `owes` holds the messages it owes, where the index carries them."""

    key: keys.KeyPair
    at: datetime
    owes: Any


class DueIndex:
    def __init__(self, table: Table) -> None:
        self.table = table

    def entries(self, kind: str, *, after: datetime = EPOCH, until: datetime) -> Iterator[Entry]:
        """What is due in (after, until], shard by shard, earliest first within each. One call per shard and 1 MB."""
        for shard in keys.shards(kind):
            start, end = rows.ceil_milliseconds(after) + 1, rows.ceil_milliseconds(until)
            while start <= end:
                page = self.table.query(Key("due_shard").eq(shard) & Key("due_at").between(start, end), index=keys.DUE)
                yield from map(entry_of, page.items)
                if not page.more:
                    break
                start = page.items[-1]["due_at"]  # those of the same millisecond come again; sending twice is harmless

    def released_until(self) -> datetime:
        """Up to which time the last sweep has sent what was due; the epoch when there was none."""
        row = self.table.get(keys.CURSOR) or {}
        return rows.time(row, "released_until") or EPOCH

    def released(self, until: datetime) -> None:
        self.table.update(Update(key=keys.CURSOR, values={"released_until": rows.text(until)}))


def entry_of(row: dict[str, Any]) -> Entry:
    return Entry(
        key=(row["pk"], row["sk"]),
        at=rows.from_milliseconds(row["due_at"]),
        owes=json.loads(row["owes"]) if "owes" in row else None,
    )

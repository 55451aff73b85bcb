"""The due index: whatever owes work, by the time of its next work; and how far the sweep has got in it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from herald.aws.dynamodb import ConditionBase, Key, Table, Update
from herald.domain.ids import EPOCH
from herald.domain.values import frozen
from herald.store import keys, rows

MARKS = {"POST": "released_until", "DELIVERY": "delivered_until", "EVENT": "verified_until"}
POSITION = ("due_shard", "due_at", "pk", "sk")  # what names a place in the index


@frozen
class DueEntry:
    """One item that owes work at `at`. `owes` holds the messages it owes, where the index carries them."""

    key: keys.KeyPair
    at: datetime
    owes: Any


class DueIndex:
    def __init__(self, table: Table) -> None:
        self.table = table

    def entries(self, kind: str, *, until: datetime) -> Iterator[DueEntry]:
        """What is due until then, shard by shard, earliest first within each. One call per shard and 1 MB."""
        for page in self.pages(kind, until=until):
            yield from page

    def pages(
        self, kind: str, *, after: datetime = EPOCH, until: datetime
    ) -> Iterator[list[DueEntry]]:
        """What is due in (after, until], one list per call."""
        start, end = rows.ceil_milliseconds(after) + 1, rows.ceil_milliseconds(until)
        if start <= end:
            for shard in keys.shards(kind):
                yield from self._pages(
                    Key("due_shard").eq(shard) & Key("due_at").between(start, end)
                )

    def _pages(self, where: ConditionBase) -> Iterator[list[DueEntry]]:
        last = None
        while True:
            page = self.table.query(where, index=keys.DUE, start=last)
            yield [entry_of(item) for item in page.items]
            if not page.more:
                return
            last = {name: page.items[-1][name] for name in POSITION}

    def seen_until(self, kinds: Iterable[str]) -> dict[str, datetime]:
        """Up to which time the last sweep of each has seen what was due; the epoch if none has."""
        row = self.table.get(keys.CURSOR) or {}
        return {kind: rows.time(row, MARKS[kind]) or EPOCH for kind in kinds}

    def seen(self, until: Mapping[str, datetime]) -> None:
        """Remember that; what is not named stays."""
        values = {MARKS[kind]: rows.time_text(at) for kind, at in until.items()}
        self.table.update(Update(key=keys.CURSOR, values=values))


def entry_of(row: dict[str, Any]) -> DueEntry:
    return DueEntry(
        key=(row["pk"], row["sk"]),
        at=rows.from_milliseconds(row["due_at"]),
        owes=json.loads(row["owes"]) if "owes" in row else None,
    )

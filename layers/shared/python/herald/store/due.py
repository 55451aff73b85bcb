"""The due index: items that owe work, by the time of their next work.

The sweep's cursor says up to which time the sweep has seen them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from herald.aws.dynamodb import ConditionBase, Key, Table, Update
from herald.domain.ids import EPOCH
from herald.domain.values import frozen
from herald.store import keys, rows

MARKS = {"POST": "released_until", "DELIVERY": "delivered_until", "EVENT": "verified_until"}
POSITION = ("due_shard", "due_at", "pk", "sk")  # the attributes that name a place in the index


@frozen
class DueEntry:
    """One item that owes work at `at`.

    `owes` holds the messages that the item owes, where the index carries them.
    """

    key: keys.KeyPair
    at: datetime
    owes: Any


class DueIndex:
    def __init__(self, table: Table) -> None:
        self.table = table

    def entries(self, kind: str, *, until: datetime) -> Iterator[DueEntry]:
        """Yield what is due until then, shard by shard, the earliest of each shard first.

        One call per shard and 1 MB.
        """
        for page in self.pages(kind, until=until):
            yield from page

    def pages(
        self, kind: str, *, after: datetime = EPOCH, until: datetime
    ) -> Iterator[list[DueEntry]]:
        """Yield what is due in (after, until], one list per call."""
        start = rows.ceil_milliseconds(after) + 1
        end = rows.ceil_milliseconds(until)
        if start > end:
            return
        due = Key("due_at").between(start, end)
        for shard in keys.shards(kind):
            yield from self._pages(Key("due_shard").eq(shard) & due)

    def _pages(self, where: ConditionBase) -> Iterator[list[DueEntry]]:
        last = None
        while True:
            page = self.table.query(where, index=keys.DUE, start=last)
            yield [entry_of(item) for item in page.items]
            if not page.more:
                return
            last = {name: page.items[-1][name] for name in POSITION}

    def seen_until(self, kinds: Iterable[str]) -> dict[str, datetime]:
        """Return the time up to which the last sweep of each kind has seen what was due.

        The time is the epoch if there was no sweep.
        """
        row = self.table.get(keys.CURSOR)
        if row is None:
            row = {}
        seen = {}
        for kind in kinds:
            at = rows.time(row, MARKS[kind])
            seen[kind] = at if at else EPOCH
        return seen

    def seen(self, until: Mapping[str, datetime]) -> None:
        """Remember these times. The time of a kind that is not named stays."""
        values = {MARKS[kind]: rows.time_text(at) for kind, at in until.items()}
        self.table.update(Update(key=keys.CURSOR, values=values))


def entry_of(row: dict[str, Any]) -> DueEntry:
    return DueEntry(
        key=(row["pk"], row["sk"]),
        at=rows.from_milliseconds(row["due_at"]),
        owes=json.loads(row["owes"]) if "owes" in row else None,
    )

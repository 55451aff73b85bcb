"""Pages of what lies in the table in the order of its ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from herald.aws.dynamodb import ConditionBase, Item, Key, Table
from herald.domain import ids
from herald.domain.paging import Page
from herald.store import keys

Row = TypeVar("Row")
TimeSpan = tuple[datetime, datetime]
ALWAYS: TimeSpan = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def bounds(prefix: str, span: TimeSpan) -> tuple[str, str]:
    """The ids between which those of that time lie."""
    start, end = span
    return ids.floor(prefix, start), ids.ceiling(prefix, end)


def all_items(table: Table, where: ConditionBase, *, names: Sequence[str] = ()) -> Iterator[Item]:
    """All items, as they are taken. One call per 1 MB."""
    start: Item | None = None
    while True:
        page = table.query(where, names=names, start=start)
        yield from page.items
        start = page.end
        if start is None:
            return


def page_of(
    table: Table,
    prefix: str,
    key: Callable[[str], keys.KeyPair],
    read: Callable[[Item], Row],
    *,
    before: str | None,
    limit: int,
    span: TimeSpan,
    only: ConditionBase | None,
) -> Page[Row]:
    """Those of that time with an id below `before`. One call; what `only` leaves out is read too."""
    (pk, low), (_, high) = (key(bound) for bound in bounds(prefix, span))
    if low > (
        key(before)[1] if before else high
    ):  # a range that the table refuses: it is empty, or has passed its start
        return Page(items=[], end=None)
    found = table.query(
        Key("pk").eq(pk) & Key("sk").between(low, high),
        only=only,
        limit=limit,
        forward=False,
        start=key(before) if before else None,
    )
    end = found.end["sk"].partition("#")[2] if found.end else None
    return Page(items=[read(row) for row in found.items], end=end)

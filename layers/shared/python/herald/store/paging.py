"""Pages of items that lie in the table in the order of their ids."""

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
    """Return the lowest and the highest id of that time."""
    start, end = span
    return ids.floor(prefix, start), ids.ceiling(prefix, end)


def all_items(table: Table, where: ConditionBase, *, names: Sequence[str] = ()) -> Iterator[Item]:
    """Yield all items, and read them as they are taken. One call per 1 MB."""
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
    """Return the items of that time with an id below `before`, newest first.

    One call. Items that `only` leaves out are read too.
    """
    first, last = bounds(prefix, span)
    pk, low = key(first)
    _, high = key(last)
    start = key(before) if before else None
    top = start[1] if start else high
    if low > top:  # the table refuses such a range: it is empty, or `before` is below its start
        return Page(items=[], end=None)
    page = table.query(
        Key("pk").eq(pk) & Key("sk").between(low, high),
        only=only,
        limit=limit,
        forward=False,
        start=start,
    )
    end = page.end["sk"].partition("#")[2] if page.end else None
    return Page(items=[read(row) for row in page.items], end=end)

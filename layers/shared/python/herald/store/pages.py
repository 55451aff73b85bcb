"""A query read to its end. One page holds 1 MB at most: what is read from one page alone may lack the rest."""

from collections.abc import Iterator, Sequence

from herald.aws.dynamodb import ConditionBase, Item, Table


def every(table: Table, where: ConditionBase, *, names: Sequence[str] = ()) -> Iterator[Item]:
    """All items, as they are taken. One call per 1 MB."""
    start: Item | None = None
    while True:
        page = table.query(where, names=names, start=start)
        yield from page.items
        start = page.end
        if start is None:
            return

"""The table without an account: plain dicts that answer as `aws.dynamodb.Table` does.

A long run so takes only minutes. It sometimes refuses calls, as a table does whose throughput is
used up, and sometimes carries one out and loses the answer.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from herald.aws.dynamodb import (
    ConditionBase,
    Conflict,
    Delete,
    Item,
    Page,
    Put,
    TransactionConflict,
    Update,
)

KeyPair = tuple[str, str]
Answer = TypeVar("Answer")
Write = Put | Update | Delete
COMPARISONS: Mapping[str, Callable[..., bool]] = {
    "=": lambda value, wanted: value == wanted,
    "<": lambda value, wanted: value < wanted,
    "<=": lambda value, wanted: value <= wanted,
    ">": lambda value, wanted: value > wanted,
    ">=": lambda value, wanted: value >= wanted,
    "BETWEEN": lambda value, low, high: low <= value <= high,
    "begins_with": lambda value, start: value.startswith(start),
}


class Table:
    """Rows by partition.

    `changes` holds the text of every `events` attribute that was written, until it is taken.
    """

    def __init__(self, dice: random.Random, chance: float, counts: Counter[str]) -> None:
        self.rows: dict[str, dict[str, Item]] = {}
        self.changes: list[str] = []
        self._dice, self._chance, self._counts = dice, chance, counts

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Nothing is refused for as long as the block lasts."""
        chance, self._chance = self._chance, 0
        yield
        self._chance = chance

    def get(self, key: KeyPair, *, consistent: bool = True) -> Item | None:
        return self._call(lambda: self._found(key))

    def get_many(
        self, wanted: Iterable[KeyPair], *, consistent: bool = True
    ) -> dict[KeyPair, Item]:
        return self._call(lambda: {key: item for key in wanted if (item := self._found(key))})

    def query(
        self,
        where: ConditionBase,
        *,
        index: str | None = None,
        only: ConditionBase | None = None,
        names: Sequence[str] = (),
        limit: int | None = None,
        forward: bool = True,
        start: KeyPair | Item | None = None,
        consistent: bool = True,
    ) -> Page:
        order = ("due_at", "pk", "sk") if index else ("sk",)

        def place(item: Item) -> tuple[Any, ...]:
            return tuple(item[name] for name in order)

        def read() -> Page:
            found = sorted(
                (row for row in self._candidates(where, index) if holds(where, row)),
                key=place,
                reverse=not forward,
            )
            if start:
                last = place(start) if isinstance(start, dict) else (start[1],)
                found = [
                    row for row in found if (place(row) > last if forward else place(row) < last)
                ]
            page = found[:limit] if limit else found
            items = [shown(row, names) for row in page if only is None or holds(only, row)]
            end = (
                {name: page[-1][name] for name in {"pk", *order}}
                if page and len(page) == limit
                else None
            )  # more or not
            return Page(items=items, end=end)

        return self._call(read)

    def put(self, write: Put) -> None:
        self._call(lambda: self._apply(write))

    def update(self, write: Update) -> Item:
        self._call(lambda: self._apply(write))
        return dict(self.rows[write.key[0]][write.key[1]])

    def delete(self, key: KeyPair) -> bool:
        return self._call(lambda: self.rows.get(key[0], {}).pop(key[1], None)) is not None

    def put_all(self, items: Iterable[Item]) -> None:
        for item in items:
            self.put(Put(item=item))

    def delete_all(self, wanted: Iterable[KeyPair]) -> None:
        for key in wanted:
            self.delete(key)

    def transact(self, writes: Sequence[Write]) -> None:
        def apply() -> None:
            before = [self._found(key_of(each)) for each in writes]
            pairs = enumerate(zip(writes, before, strict=True))
            if failed := {
                index: item for index, (each, item) in pairs if not holds(each.condition, item)
            }:
                raise TransactionConflict(failed)
            for each in writes:
                self._apply(each)

        self._call(apply)

    def _call(self, work: Callable[[], Answer]) -> Answer:
        roll = self._dice.random()
        if roll < self._chance / 2:
            self._counts["calls refused by the table"] += 1
            raise refusal("ProvisionedThroughputExceededException")
        answer = work()
        if roll < self._chance:
            self._counts["answers of the table lost"] += 1
            raise refusal("InternalServerError")
        return answer

    def _found(self, key: KeyPair) -> Item | None:
        item = self.rows.get(key[0], {}).get(key[1])
        return None if item is None else dict(item)

    def _candidates(self, where: ConditionBase, index: str | None) -> Iterable[Item]:
        partition, _ = where.get_expression()["values"]
        _, value = partition.get_expression()["values"]
        if index is None:
            return list(self.rows.get(value, {}).values())
        return [
            row
            for rows in list(self.rows.values())
            for row in list(rows.values())
            if row.get("due_shard") == value
        ]

    def _apply(self, write: Write) -> None:
        pk, sk = key_of(write)
        before = self._found((pk, sk))
        if not holds(write.condition, before):
            raise Conflict(before)
        match write:
            case Put():
                after = write.item
            case Update():
                after = dict(write.defaults) | (before or {"pk": pk, "sk": sk}) | dict(write.values)
                after |= {name: (before or {}).get(name, 0) + by for name, by in write.add.items()}
            case Delete():
                self.rows.get(pk, {}).pop(sk, None)
                return
        self.rows.setdefault(pk, {})[sk] = kept = {
            name: value for name, value in after.items() if value is not None
        }
        if "events" in kept:
            self.changes.append(kept["events"])


def shown(row: Item, names: Sequence[str]) -> Item:
    return {name: row[name] for name in names if name in row} if names else dict(row)


def holds(condition: ConditionBase | None, item: Item | None) -> bool:
    """Whether the condition is true of an item, or of none."""
    if condition is None:
        return True
    expression = condition.get_expression()
    operator, values = expression["operator"], expression["values"]
    match operator:
        case "AND" | "OR":
            return (all if operator == "AND" else any)(holds(each, item) for each in values)
        case "NOT":
            return not holds(values[0], item)
    return true_of((item or {}).get(values[0].name), operator, values[1:])


def true_of(value: Any, operator: str, wanted: Sequence[Any]) -> bool:
    """Whether a comparison is true of an attribute, which is None when it is not there."""
    if operator.startswith("attribute_"):
        return (value is None) is (operator == "attribute_not_exists")
    if operator == "<>":
        return bool(value != wanted[0])
    return value is not None and COMPARISONS[operator](value, *wanted)


def key_of(write: Write) -> KeyPair:
    return (write.item["pk"], write.item["sk"]) if isinstance(write, Put) else write.key


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "slow down"}}, "Any")

"""The table in memory gives the account's answers to the same calls.

Where a page ends, the account is not exact.
"""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from herald import runtime
from herald.aws.dynamodb import (
    Attr,
    ConditionBase,
    Conflict,
    Delete,
    Key,
    Put,
    TransactionConflict,
    Update,
)
from herald.store import keys
from tests.faults.memory import Table

PARTITIONS = "AB"
ROWS = range(6)
CONDITIONS: tuple[ConditionBase | None, ...] = (
    None,
    None,
    Attr("pk").exists(),
    Attr("pk").not_exists(),
    Attr("n").eq(1),
    Attr("n").ne(1),
    Attr("n").lt(2) | Attr("n").gte(4),
    Attr("n").gt(1) & Attr("pk").exists(),
    Attr("n").lte(2) & ~Attr("text").eq("b"),
    Attr("text").begins_with("a"),
)


class Caller:
    """Makes calls at random; each is a function of a table, so that two can be asked the same."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def key(self) -> tuple[str, str]:
        return self.dice.choice(PARTITIONS), f"ROW#{self.dice.choice(ROWS)}"

    def item(self) -> dict[str, Any]:
        pk, sk = self.key()
        due = (
            {"due_shard": self.dice.choice(("x", "y")), "due_at": self.dice.randrange(9)}
            if self.dice.random() < 0.7
            else {}
        )
        return {
            "pk": pk,
            "sk": sk,
            "n": self.dice.randrange(5),
            "text": self.dice.choice(("a", "ab", "b", None)),
            **due,
        }

    def write(self) -> Put | Update | Delete:
        condition = self.dice.choice(CONDITIONS)
        values = {"text": self.dice.choice(("a", "b", None)), "due_at": None, "due_shard": None}
        change = Update(
            key=self.key(), values=values, add={"n": self.dice.randrange(3)}, condition=condition
        )
        removal = Delete(key=self.key(), condition=condition)
        writes: list[Put | Update | Delete] = [
            Put(item=self.item(), condition=condition),
            change,
            removal,
        ]
        return self.dice.choice(writes)

    def call(self) -> Callable[[Any], Any]:
        match self.dice.randrange(7):
            case 0:
                key = self.key()
                return lambda table: table.get(key)
            case 1:
                some = [self.key() for _ in range(4)]
                return lambda table: table.get_many(some)
            case 2:
                return self.query()
            case 3:
                writes = list(
                    {id_of(each): each for each in (self.write() for _ in range(3))}.values()
                )
                return lambda table: table.transact(writes)
            case 4:
                items = list(
                    {
                        (each["pk"], each["sk"]): each for each in (self.item() for _ in range(3))
                    }.values()
                )
                return lambda table: table.put_all(items)
            case _:
                write = self.write()
                name = {Put: "put", Update: "update", Delete: "delete"}[type(write)]
                return lambda table: getattr(table, name)(
                    write.key if isinstance(write, Delete) else write
                )

    def query(self) -> Callable[[Any], Any]:
        limit = self.dice.choice((None, 1, 2))
        forward = self.dice.random() < 0.5
        only = self.dice.choice(CONDITIONS)
        if self.dice.random() < 0.5:
            low = self.dice.randrange(9)
            where = Key("due_shard").eq("x") & Key("due_at").between(low, 8)
            return lambda table: [row["due_at"] for row in table.query(where, index=keys.DUE).items]
        rest = self.dice.choice(
            [Key("sk").begins_with("ROW#"), Key("sk").between("ROW#1", "ROW#4")]
        )
        pk = self.dice.choice(PARTITIONS)
        start = self.dice.choice((None, (pk, "ROW#1"), (pk, "ROW#3")))
        names = self.dice.choice(((), ("sk", "text")))
        return lambda table: (
            table.query(
                Key("pk").eq(pk) & rest,
                only=only,
                names=names,
                limit=limit,
                forward=forward,
                start=start,
            ).items
        )


def id_of(write: Put | Update | Delete) -> tuple[str, str]:
    return (write.item["pk"], write.item["sk"]) if isinstance(write, Put) else write.key


def said(table: Any, call: Callable[[Any], Any]) -> Any:
    try:
        return call(table)
    except Conflict as conflict:
        return "conflict", conflict.item
    except TransactionConflict as conflict:
        return "transaction", conflict.failed


@pytest.mark.parametrize("seed", range(3))
def test_both_tables_say_the_same(aws: None, seed: int) -> None:
    memory = Table(random.Random(0), 0, Counter())
    account = runtime.table()
    caller = Caller(seed)

    for _ in range(200):
        call = caller.call()
        assert said(memory, call) == said(account, call)


def test_a_call_that_is_refused_changes_nothing_and_one_whose_answer_is_lost_does() -> None:
    counts: Counter[str] = Counter()
    table = Table(random.Random(1), 0.9, counts)

    for number in range(100):
        with suppress(ClientError):
            table.put(Put(item={"pk": "A", "sk": f"ROW#{number}"}))

    assert len(table.rows["A"]) == 100 - counts["calls refused by the table"]
    assert min(counts.values()) > 20

"""What a piece of work costs at AWS: its calls, by service, and the capacity units that DynamoDB would bill for it.

moto does not meter, so the units are computed from the items themselves, as each call found and left them.
Source: the DynamoDB developer guide: Item sizes and formats; Read/write capacity mode; Global secondary indexes, throughput.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING, Any

import boto3

from tests.template import resources

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

READ_UNIT, WRITE_UNIT = 4096, 1024  # bytes
KEY = ("pk", "sk")
UNPAID = {"FilterExpression", "ProjectionExpression"}  # leave out of the answer what was read
PLACEHOLDERS = ("ExpressionAttributeNames", "ExpressionAttributeValues")

Typed = dict[str, Any]
"""An item as DynamoDB's wire has it: `{"pk": {"S": "…"}}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A global secondary index: its keys, and what is copied into it beside them and the table's key; None for everything."""

    keys: tuple[str, ...]
    copied: frozenset[str] | None

    def entry(self, item: Typed | None) -> Typed | None:
        """The item's entry; None when it has none, because a key is missing."""
        if item is None or not all(name in item for name in self.keys):
            return None
        return {
            name: value
            for name, value in item.items()
            if self.copied is None or name in {*KEY, *self.keys, *self.copied}
        }

    def units(self, before: Typed | None, after: Typed | None) -> int:
        """What a change of the item costs here: nothing, one write, or two when the entry moves to another key."""
        old = self.entry(before)
        new = self.entry(after)
        if old == new:
            return 0
        if old and new and all(old[name] == new[name] for name in self.keys):
            return write_units(old, new)
        return sum(write_units(each, None) for each in (old, new) if each)


def indexes() -> dict[str, Index]:
    """Those of the template's table, by name."""
    [table] = resources("AWS::DynamoDB::Table").values()
    return {
        each["IndexName"]: index_of(each["KeySchema"], each["Projection"])
        for each in table["GlobalSecondaryIndexes"]
    }


def index_of(schema: Iterable[Mapping[str, str]], projection: Mapping[str, Any]) -> Index:
    copied = (
        None
        if projection["ProjectionType"] == "ALL"
        else frozenset(projection.get("NonKeyAttributes", ()))
    )
    return Index(keys=tuple(each["AttributeName"] for each in schema), copied=copied)


def size(item: Typed) -> int:
    """Bytes of an item: its names and its values."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(typed: Mapping[str, Any]) -> int:
    [(kind, value)] = typed.items()
    return SIZE[kind](value)


def number_size(text: str) -> int:
    """One byte per two significant digits, one more, and one for a sign. The guide says `approximately`."""
    digits = text.lstrip("-").replace(".", "").strip("0")
    return ceil(len(digits) / 2) + 1 + text.startswith("-")


SIZE: Mapping[str, Callable[[Any], int]] = {
    "S": lambda value: len(value.encode()),
    "B": len,
    "N": number_size,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "L": lambda value: 3 + sum(1 + value_size(each) for each in value),
    "M": lambda value: (
        3 + sum(1 + len(name.encode()) + value_size(each) for name, each in value.items())
    ),
    "SS": lambda value: sum(len(each.encode()) for each in value),
    "NS": lambda value: sum(number_size(each) for each in value),
    "BS": lambda value: sum(map(len, value)),
}


def write_units(before: Typed | None, after: Typed | None) -> int:
    """By the larger of what was there and what is; at least one, also when nothing is."""
    return max(ceil(max(size(each) for each in (before or {}, after or {})) / WRITE_UNIT), 1)


def read_units(sizes: Iterable[int], *, consistent: bool) -> float:
    """For items read together: one unit for each 4 KB begun, at least one; half of it when an old answer will do."""
    return max(ceil(sum(sizes) / READ_UNIT), 1) * (1 if consistent else 0.5)


@dataclass(slots=True)
class Cost:
    """Filled while it is measured."""

    calls: Counter[str] = field(default_factory=Counter)
    write_units: int = 0
    read_units: float = 0


class Meter:
    """Watches every client that `boto3.client` makes from now on, on one table. To be made after moto is started."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._indexes = indexes()
        self._cost = Cost()
        self._lock = Lock()
        self._eye: DynamoDBClient = boto3.Session().client(
            "dynamodb"
        )  # another session's: it is not watched
        boto3.setup_default_session()
        assert boto3.DEFAULT_SESSION is not None
        events = boto3.DEFAULT_SESSION.events
        events.register("before-call", self._count)
        events.register("before-call.dynamodb", self._note)
        events.register("after-call.dynamodb", self._charge)

    @contextmanager
    def measured(self) -> Iterator[Cost]:
        """What happens inside, in whichever thread, is in the cost."""
        self._cost = cost = Cost()
        yield cost
        self._cost = Cost()

    def _count(self, model: Any, **_: Any) -> None:
        with self._lock:
            self._cost.calls[model.service_model.service_name] += 1

    def _note(
        self, model: Any, params: Mapping[str, Any], context: dict[str, Any], **_: Any
    ) -> None:
        """The request, and what lies there before it."""
        request = json.loads(params["body"])
        context["request"] = request
        context["before"] = [self._look(key) for key in written(model.name, request)]

    def _charge(
        self, model: Any, parsed: Mapping[str, Any], context: dict[str, Any], **_: Any
    ) -> None:
        request = context["request"]
        after = [self._look(key) for key in written(model.name, request)]
        times = 2 if model.name == "TransactWriteItems" else 1
        changes = list(zip(context["before"], after, strict=True))
        writes = sum(times * write_units(*change) for change in changes)
        copies = sum(index.units(*change) for index in self._indexes.values() for change in changes)
        reads = sum(
            read_units(sizes, consistent=sure)
            for sizes, sure in self._read(model.name, request, parsed)
        )
        with self._lock:
            self._cost.write_units += writes + copies
            self._cost.read_units += reads

    def _look(self, key: Typed) -> Typed | None:
        return self._eye.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")

    def _read(
        self, name: str, request: Mapping[str, Any], parsed: Mapping[str, Any]
    ) -> Iterator[tuple[list[int], bool]]:
        """The sizes of what was read together, and whether consistently."""
        match name:
            case "GetItem":
                yield [size(parsed.get("Item", {}))], request.get("ConsistentRead", False)
            case "BatchGetItem":
                asked, found = (
                    request["RequestItems"][self._table],
                    parsed["Responses"][self._table],
                )
                for each in [*found, *({} for _ in range(len(asked["Keys"]) - len(found)))]:
                    yield [size(each)], asked.get("ConsistentRead", False)
            case "Query":
                index = self._indexes.get(request.get("IndexName", ""))
                found = (
                    self._eye.query(**unfiltered(request))["Items"]
                    if UNPAID & request.keys()
                    else parsed["Items"]
                )
                items = [index.entry(each) if index else each for each in found]
                yield [size(each) for each in items if each], request.get("ConsistentRead", False)


def unfiltered(request: Mapping[str, Any]) -> Any:
    """The same query without its filter, of whole items: what was read, and is paid for, whatever of it was answered."""
    names = set(re.findall(r"[#:]\w+", request["KeyConditionExpression"]))
    kept = {
        each: {name: value for name, value in request[each].items() if name in names}
        for each in PLACEHOLDERS
    }
    return {name: value for name, value in request.items() if name not in UNPAID} | kept


def written(name: str, request: Mapping[str, Any]) -> list[Typed]:
    """The keys of the items that a call may write."""
    match name:
        case "PutItem" | "UpdateItem" | "DeleteItem":
            return [key_of(request)]
        case "BatchWriteItem":
            return [
                key_of(write)
                for writes in request["RequestItems"].values()
                for each in writes
                for write in each.values()
            ]
        case "TransactWriteItems":
            return [key_of(write) for each in request["TransactItems"] for write in each.values()]
        case _:
            return []


def key_of(write: Mapping[str, Any]) -> Typed:
    named = write.get("Key") or write["Item"]
    return {name: named[name] for name in KEY}

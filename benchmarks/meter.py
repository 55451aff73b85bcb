"""Measures what work costs at AWS: calls by service, and capacity units that DynamoDB would bill.

moto does not meter, so the units are computed from the items, as each call found and left them.
Source: the DynamoDB developer guide: Item sizes and formats; Read/write capacity mode; Global
secondary indexes, throughput.
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

READ_UNIT = 4096  # bytes
WRITE_UNIT = 1024  # bytes
KEY = ("pk", "sk")
UNPAID = {"FilterExpression", "ProjectionExpression"}  # shorten the answer, not the bill
PLACEHOLDERS = ("ExpressionAttributeNames", "ExpressionAttributeValues")

Typed = dict[str, Any]
"""An item as DynamoDB's wire has it: `{"pk": {"S": "…"}}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A global secondary index.

    `copied` names the attributes in it beside its keys and the table's; None is all of them.
    """

    keys: tuple[str, ...]
    copied: frozenset[str] | None

    def entry(self, item: Typed | None) -> Typed | None:
        """Return the item's entry, or None when it has none, because a key is missing."""
        if item is None or not all(name in item for name in self.keys):
            return None
        return {
            name: value
            for name, value in item.items()
            if self.copied is None or name in {*KEY, *self.keys, *self.copied}
        }

    def units(self, before: Typed | None, after: Typed | None) -> int:
        """Return what a change of the item costs in this index.

        It costs nothing, one write, or two writes when the entry moves to another key.
        """
        old = self.entry(before)
        new = self.entry(after)
        if old == new:
            return 0
        if old and new and all(old[name] == new[name] for name in self.keys):
            return write_units(old, new)
        return sum(write_units(entry, None) for entry in (old, new) if entry)


def indexes() -> dict[str, Index]:
    """Return the indexes of the template's table, by name."""
    [table] = resources("AWS::DynamoDB::Table").values()
    return {
        index["IndexName"]: index_of(index["KeySchema"], index["Projection"])
        for index in table["GlobalSecondaryIndexes"]
    }


def index_of(schema: Iterable[Mapping[str, str]], projection: Mapping[str, Any]) -> Index:
    everything = projection["ProjectionType"] == "ALL"
    copied = None if everything else frozenset(projection.get("NonKeyAttributes", ()))
    return Index(keys=tuple(key["AttributeName"] for key in schema), copied=copied)


def size(item: Typed) -> int:
    """Return the bytes of an item: of its names and its values."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(typed: Mapping[str, Any]) -> int:
    [(kind, value)] = typed.items()
    return SIZE[kind](value)


def number_size(text: str) -> int:
    """Return one byte per two significant digits, one more, and one for a sign.

    The guide says `approximately`.
    """
    digits = text.lstrip("-").replace(".", "").strip("0")
    return ceil(len(digits) / 2) + 1 + text.startswith("-")


SIZE: Mapping[str, Callable[[Any], int]] = {
    "S": lambda value: len(value.encode()),
    "B": len,
    "N": number_size,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "L": lambda values: 3 + sum(1 + value_size(value) for value in values),
    "M": lambda fields: 3 + len(fields) + size(fields),
    "SS": lambda texts: sum(len(text.encode()) for text in texts),
    "NS": lambda numbers: sum(number_size(number) for number in numbers),
    "BS": lambda value: sum(map(len, value)),
}


def write_units(before: Typed | None, after: Typed | None) -> int:
    """Return the units of a write, by the larger of the item before and after. At least one."""
    larger = max(size(before or {}), size(after or {}))
    return max(ceil(larger / WRITE_UNIT), 1)


def read_units(sizes: Iterable[int], *, consistent: bool) -> float:
    """Return the units of items that are read together.

    One unit for each 4 KB begun, at least one. Half of it for an eventually consistent read.
    """
    return max(ceil(sum(sizes) / READ_UNIT), 1) * (1 if consistent else 0.5)


@dataclass(slots=True)
class Cost:
    """The cost of some work, filled while the work is done."""

    calls: Counter[str] = field(default_factory=Counter)
    write_units: int = 0
    read_units: float = 0


class Meter:
    """Watches every client that `boto3.client` makes from now on, on one table.

    Make it after moto is started.
    """

    def __init__(self, table: str) -> None:
        self._table = table
        self._indexes = indexes()
        self._cost = Cost()
        self._lock = Lock()
        # a client of another session, which is not watched
        self._eye: DynamoDBClient = boto3.Session().client("dynamodb")
        boto3.setup_default_session()
        assert boto3.DEFAULT_SESSION is not None
        events = boto3.DEFAULT_SESSION.events
        events.register("before-call", self._count)
        events.register("before-call.dynamodb", self._note)
        events.register("after-call.dynamodb", self._charge)

    @contextmanager
    def measured(self) -> Iterator[Cost]:
        """Measure the block. The cost holds what happens inside it, in any thread."""
        cost = Cost()
        self._cost = cost
        yield cost
        self._cost = Cost()

    def _count(self, model: Any, **_: Any) -> None:
        with self._lock:
            self._cost.calls[model.service_model.service_name] += 1

    def _note(
        self, model: Any, params: Mapping[str, Any], context: dict[str, Any], **_: Any
    ) -> None:
        """Remember the request, and the items before it."""
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
            read_units(sizes, consistent=consistent)
            for sizes, consistent in self._read(model.name, request, parsed)
        )
        with self._lock:
            self._cost.write_units += writes + copies
            self._cost.read_units += reads

    def _look(self, key: Typed) -> Typed | None:
        return self._eye.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")

    def _read(
        self, name: str, request: Mapping[str, Any], parsed: Mapping[str, Any]
    ) -> Iterator[tuple[list[int], bool]]:
        """Return the sizes of the items read together, and whether consistently."""
        match name:
            case "GetItem":
                yield [size(parsed.get("Item", {}))], request.get("ConsistentRead", False)
            case "BatchGetItem":
                asked = request["RequestItems"][self._table]
                items = parsed["Responses"][self._table]
                missing = len(asked["Keys"]) - len(items)
                for item_size in [*map(size, items), *[0] * missing]:
                    yield [item_size], asked.get("ConsistentRead", False)
            case "Query":
                index = self._indexes.get(request.get("IndexName", ""))
                items = parsed["Items"]
                if UNPAID & request.keys():
                    items = self._eye.query(**unfiltered(request))["Items"]
                entries = [index.entry(item) if index else item for item in items]
                sizes = [size(entry) for entry in entries if entry]
                yield sizes, request.get("ConsistentRead", False)


def unfiltered(request: Mapping[str, Any]) -> Any:
    """Return the same query without its filter, of whole items.

    It answers what was read, and so is paid for, however little of it was answered.
    """
    names = set(re.findall(r"[#:]\w+", request["KeyConditionExpression"]))
    kept = {
        field: {name: value for name, value in request[field].items() if name in names}
        for field in PLACEHOLDERS
    }
    return {name: value for name, value in request.items() if name not in UNPAID} | kept


def written(name: str, request: Mapping[str, Any]) -> list[Typed]:
    """Return the keys of the items that a call may write."""
    match name:
        case "PutItem" | "UpdateItem" | "DeleteItem":
            return [key_of(request)]
        case "BatchWriteItem":
            writes = [write for table in request["RequestItems"].values() for write in table]
            return [key_of(action) for write in writes for action in write.values()]
        case "TransactWriteItems":
            writes = request["TransactItems"]
            return [key_of(action) for write in writes for action in write.values()]
        case _:
            return []


def key_of(write: Mapping[str, Any]) -> Typed:
    named = write.get("Key") or write["Item"]
    return {name: named[name] for name in KEY}

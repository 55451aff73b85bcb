"""DynamoDB: one table, plain dicts in and out. One file holds all that knows AWS's own shapes.

Every public method of `Table` is one call to AWS, unless it says otherwise.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

import boto3
from boto3.dynamodb.conditions import Attr, ConditionBase, ConditionExpressionBuilder, Key
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from herald.domain.values import frozen

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = [
    "Attr",
    "ConditionBase",
    "Conflict",
    "Delete",
    "Item",
    "Key",
    "Page",
    "Put",
    "Table",
    "TransactionConflict",
    "Update",
]

Item = dict[str, Any]
KeyPair = tuple[str, str]
BATCH_GET, BATCH_WRITE = 100, 25  # items per call
# Writes at the same time. botocore keeps as many connections, and throws a further one away after
# its TLS handshake.
AT_ONCE = 10
PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4)  # seconds; a transaction takes some 20 ms


class PlainNumbers(TypeDeserializer):
    """A deserializer that gives numbers as int or float, and binary as bytes.

    Nothing outside this module knows Decimal or Binary.
    """

    def _deserialize_n(self, value: str) -> int | float:
        return int(value) if value.lstrip("-").isdigit() else float(value)

    def _deserialize_b(self, value: bytes) -> bytes:
        return value


dump = TypeSerializer().serialize
load = PlainNumbers().deserialize


class Conflict(Exception):  # noqa: N818 - an answer to expect, not a fault
    """The condition did not hold. `item` is the item that lies there instead, or None."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("the condition did not hold")
        self.item = item


class TransactionConflict(Exception):  # noqa: N818
    """Nothing was written.

    `failed` maps the position of each write whose condition did not hold to the item that lies
    there, or to None.
    """

    def __init__(self, failed: Mapping[int, Item | None]) -> None:
        super().__init__("the transaction did not hold")
        self.failed = failed


@frozen
class Page:
    """One page of a query.

    `end` is where the next page starts, or None when the table has nothing more.
    """

    items: Sequence[Item]
    end: Item | None

    @property
    def more(self) -> bool:
        return self.end is not None


@frozen
class Put:
    """A whole item to write. Attributes that are None are left out."""

    item: Item
    condition: ConditionBase | None = None


@frozen
class Update:
    """A change of some attributes.

    Paths are dotted: `targets.pp_1`. A value of None removes its path. A default is set only where
    the attribute does not exist. `add` adds to a number or to a set.
    """

    key: KeyPair
    values: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, int | frozenset[str]] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    condition: ConditionBase | None = None


@frozen
class Delete:
    """An item to remove. An item that does not exist is no error, unless the condition says so."""

    key: KeyPair
    condition: ConditionBase | None = None


class Table:
    """The one table."""

    def __init__(self, name: str, wait: Callable[[float], None]) -> None:
        self.name = name
        self._wait = wait
        self._writing = BoundedSemaphore(AT_ONCE)
        self.client: DynamoDBClient = boto3.client("dynamodb")

    def get(self, key: KeyPair, *, consistent: bool = True) -> Item | None:
        answer = self.client.get_item(TableName=self.name, Key=keys(key), ConsistentRead=consistent)
        return from_wire(answer["Item"]) if "Item" in answer else None

    def get_many(
        self, wanted: Iterable[KeyPair], *, consistent: bool = True
    ) -> dict[KeyPair, Item]:
        """Return the items that exist, by key.

        One call per 100 keys, and one more for each time AWS leaves some out.
        """
        pending = [keys(key) for key in dict.fromkeys(wanted)]
        items: dict[KeyPair, Item] = {}
        while pending:
            batch = pending[:BATCH_GET]
            pending = pending[BATCH_GET:]
            answer = self.client.batch_get_item(
                RequestItems={self.name: {"Keys": batch, "ConsistentRead": consistent}}
            )
            for raw in answer["Responses"].get(self.name, []):
                item = from_wire(raw)
                items[item["pk"], item["sk"]] = item
            unprocessed: Any = answer["UnprocessedKeys"]
            pending += unprocessed[self.name]["Keys"] if unprocessed else []
        return items

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
        """Return one page of at most `limit` items, or 1 MB.

        The page starts behind the item `start`, which need not exist. An index needs all key
        attributes to find that place: its own and the table's.

        An item that `only` leaves out is read all the same: it counts towards the limit, and is
        paid for. So are the attributes of an item that are not among `names`.
        """
        builder = ConditionExpressionBuilder()
        built = builder.build_expression(where, is_key_condition=True)
        paths = dict(built.attribute_name_placeholders)
        values = dict(built.attribute_value_placeholders)
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": built.condition_expression,
            "ScanIndexForward": forward,
        }
        if only is not None:
            built = builder.build_expression(only)
            paths |= built.attribute_name_placeholders
            values |= built.attribute_value_placeholders
            request["FilterExpression"] = built.condition_expression
        if names:
            projected = [placeholder(name, paths) for name in names]
            request["ProjectionExpression"] = ", ".join(projected)
        request["ExpressionAttributeNames"] = paths
        request["ExpressionAttributeValues"] = {name: dump(value) for name, value in values.items()}
        if index:
            request["IndexName"] = index
        else:
            request["ConsistentRead"] = consistent
        if limit:
            request["Limit"] = limit
        if start:
            place = to_wire(start) if isinstance(start, dict) else keys(start)
            request["ExclusiveStartKey"] = place
        answer = self.client.query(**request)
        items = [from_wire(item) for item in answer["Items"]]
        end = answer.get("LastEvaluatedKey")
        return Page(items=items, end=from_wire(end) if end else None)

    def put(self, write: Put) -> None:
        """Write the item. Raises Conflict."""
        self._attempt("put_item", put_request(write))

    def update(self, write: Update) -> Item:
        """Change the item, and return the whole of it after the change. Raises Conflict."""
        request = {**update_request(write), "ReturnValues": "ALL_NEW"}
        answer = self._attempt("update_item", request)
        return from_wire(answer["Attributes"])

    def delete(self, key: KeyPair) -> bool:
        """Delete the item. Return False when it did not exist."""
        return self.take(key) is not None

    def take(self, key: KeyPair) -> Item | None:
        """Delete the item and return it. Of several calls at once, one gets the item."""
        answer = self.client.delete_item(TableName=self.name, Key=keys(key), ReturnValues="ALL_OLD")
        return from_wire(answer["Attributes"]) if "Attributes" in answer else None

    def put_all(self, items: Iterable[Item]) -> None:
        """Write the items without a condition.

        One call per 25 items, and one more for each time AWS leaves some out.
        """
        self._write_all([{"PutRequest": {"Item": to_wire(item)}} for item in items])

    def delete_all(self, wanted: Iterable[KeyPair]) -> None:
        """Delete the items.

        One call per 25 items, and one more for each time AWS leaves some out.
        """
        self._write_all([{"DeleteRequest": {"Key": keys(key)}} for key in wanted])

    def _write_all(self, pending: list[Any]) -> None:
        while pending:
            batch = pending[:BATCH_WRITE]
            pending = pending[BATCH_WRITE:]
            answer = self.client.batch_write_item(RequestItems={self.name: batch})
            pending += answer["UnprocessedItems"].get(self.name, [])

    def transact(self, writes: Sequence[Put | Update | Delete]) -> None:
        """Do all of the writes, or none. Raises TransactionConflict."""
        request = [self._action(write) for write in writes]
        try:
            self._patiently(lambda: self.client.transact_write_items(TransactItems=request))
        except self.client.exceptions.TransactionCanceledException as error:
            reasons = error.response["CancellationReasons"]
            failed = {
                index: from_wire(reason["Item"]) if reason.get("Item") else None
                for index, reason in enumerate(reasons)
                if reason.get("Code") == "ConditionalCheckFailed"
            }
            parallel = any(reason.get("Code") == "TransactionConflict" for reason in reasons)
            if not failed and not parallel:
                raise
            raise TransactionConflict(failed) from error

    def _action(self, write: Put | Update | Delete) -> Any:
        match write:
            case Put():
                return {"Put": {"TableName": self.name, **put_request(write)}}
            case Update():
                return {"Update": {"TableName": self.name, **update_request(write)}}
            case Delete():
                request = condition_request(write.condition, {}, {})
                return {"Delete": {"TableName": self.name, "Key": keys(write.key), **request}}

    def _attempt(self, operation: str, request: dict[str, Any]) -> Any:
        try:
            return self._patiently(
                lambda: getattr(self.client, operation)(TableName=self.name, **request)
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            lies_there: Any = error.response.get("Item")
            raise Conflict(from_wire(lies_there) if lies_there else None) from error

    def _patiently(self, call: Callable[[], Any]) -> Any:
        """Make the call, and make it again while another transaction with the same item runs.

        The SDK does not do so, and no condition has failed.
        """
        for pause in PAUSES:
            try:
                with self._writing:
                    return call()
            except ClientError as error:
                if not in_parallel(error):
                    raise
            self._wait(pause)
        with self._writing:
            return call()


def in_parallel(error: ClientError) -> bool:
    """Return whether a write was refused only because another one of the item had not ended."""
    if error.response["Error"]["Code"] == "TransactionConflictException":
        return True
    reasons: Any = error.response.get("CancellationReasons", ())
    return {reason.get("Code", "None") for reason in reasons} - {"None"} == {"TransactionConflict"}


def keys(key: KeyPair) -> Any:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def from_wire(raw: Mapping[str, Any]) -> Item:
    return {name: load(value) for name, value in raw.items()}


def to_wire(item: Item) -> Any:
    return {name: dump(value) for name, value in item.items() if value is not None}


def put_request(write: Put) -> dict[str, Any]:
    request: dict[str, Any] = {"Item": to_wire(write.item)}
    return request | condition_request(write.condition, {}, {})


def update_request(write: Update) -> dict[str, Any]:
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    sets = [
        f"{placeholder(path, names)} = {literal(value, values)}"
        for path, value in write.values.items()
        if value is not None
    ]
    for path, value in write.defaults.items():
        name = placeholder(path, names)
        sets.append(f"{name} = if_not_exists({name}, {literal(value, values)})")
    adds = [
        f"{placeholder(path, names)} {literal(value, values)}" for path, value in write.add.items()
    ]
    removes = [placeholder(path, names) for path, value in write.values.items() if value is None]
    clauses = [
        f"{verb} {', '.join(parts)}"
        for verb, parts in (("SET", sets), ("ADD", adds), ("REMOVE", removes))
        if parts
    ]
    request: dict[str, Any] = {"Key": keys(write.key), "UpdateExpression": " ".join(clauses)}
    return request | condition_request(write.condition, names, values)


def condition_request(
    condition: ConditionBase | None, names: dict[str, str], values: dict[str, Any]
) -> dict[str, Any]:
    """Return the condition, with the names and values of it and of the update it belongs to."""
    request: dict[str, Any] = {}
    if condition is not None:
        built = ConditionExpressionBuilder().build_expression(condition)
        names |= built.attribute_name_placeholders
        values |= {name: dump(value) for name, value in built.attribute_value_placeholders.items()}
        request = {
            "ConditionExpression": built.condition_expression,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    if names:
        request["ExpressionAttributeNames"] = names
    if values:
        request["ExpressionAttributeValues"] = values
    return request


def placeholder(path: str, names: dict[str, str]) -> str:
    """Return the path with every part as a placeholder: `targets.pp_1` is `#p0.#p1`."""
    parts = []
    for part in path.split("."):
        parts.append(f"#p{len(names)}")
        names[parts[-1]] = part
    return ".".join(parts)


def literal(value: Any, values: dict[str, Any]) -> str:
    name = f":p{len(values)}"
    values[name] = dump(value)
    return name

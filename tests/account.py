"""The AWS account in memory, made from template.yaml's own definitions.

Every test gets an account of its own. Parts that are the same in each are made once: the resources,
among them a key, for which moto makes a pair of RSA keys; AWS's clients, which cost botocore as
much as some calls; and what moto works out anew for every call and transaction.
"""

import copy
import os
import pickle
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from inspect import signature
from threading import Lock, local
from typing import Any, Literal

import boto3
import botocore.session
from botocore.loaders import Loader
from moto import mock_aws
from moto.core import responses
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table as MotoTable
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from tests.template import environment, resources

REGION: Literal["eu-west-1"] = "eu-west-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "t", "AWS_SECRET_ACCESS_KEY": "t", "AWS_DEFAULT_REGION": REGION}
TABLE, BUCKET = "herald", "herald-media"


@contextmanager
def account() -> Iterator[Mapping[str, str]]:
    """Make the template's table, queues, key and bucket for the block. Return their environment."""
    with mock_aws():
        boto3.DEFAULT_SESSION = session()
        clients().collect()
        yield built()


@dataclass(frozen=True)
class Made:
    """The template's resources, untouched, and the environment that names them."""

    environment: Mapping[str, str]
    table: Any
    topics: Mapping[str, Any]
    bucket: Any
    key: Any


def built() -> Mapping[str, str]:
    """Make the template's resources. Returns the environment that names them."""
    first = not made.cache_info().currsize
    kept = made()
    if first:
        return kept.environment
    here = DEFAULT_ACCOUNT_ID
    dynamodb_backends[here][REGION].tables[TABLE] = copy.deepcopy(kept.table)
    for name in resources("AWS::SQS::Queue"):
        sqs_backends[here][REGION].create_queue(name)
    topics = sns_backends[here][REGION]
    topics.topics.update(
        copy.deepcopy(
            kept.topics, {id(topic.sns_backend): topics for topic in kept.topics.values()}
        )
    )
    s3_backends[here]["aws"].buckets[BUCKET] = copy.deepcopy(kept.bucket)
    s3_backends.bucket_accounts[BUCKET] = ("aws", here)
    kms_backends[here][REGION].keys[kept.key.id] = kept.key
    return kept.environment


@cache
def made() -> Made:
    """Make the resources once, as a deployment asks for them.

    AWS's own descriptions so check the template's words.
    """
    table = next(iter(resources("AWS::DynamoDB::Table").values()))
    stream = table["StreamSpecification"] | {"StreamEnabled": True}
    wanted = {
        name: table[name]
        for name in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    }
    boto3.client("dynamodb").create_table(TableName=TABLE, StreamSpecification=stream, **wanted)
    sqs = boto3.client("sqs")
    sns = boto3.client("sns")
    topics = {
        name: sns.create_topic(Name=name)["TopicArn"] for name in resources("AWS::SNS::Topic")
    }
    queues = {
        name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in resources("AWS::SQS::Queue")
    }
    boto3.client("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    key = boto3.client("kms").create_key()["KeyMetadata"]
    names = {"Table": TABLE, "MediaBucket": BUCKET, "Key.Arn": key["Arn"], **queues, **topics}
    names |= {"AllowPrivateTargets": "127.0.0.1,::1"}
    tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables
    tables[TABLE].__class__ = Table  # type: ignore[type-abstract]
    notified = sns_backends[DEFAULT_ACCOUNT_ID][REGION]
    return Made(
        environment=environment(names),
        table=copy.deepcopy(tables[TABLE]),
        topics=copy.deepcopy(notified.topics, {id(notified): notified}),
        bucket=copy.deepcopy(s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[BUCKET]),
        key=kms_backends[DEFAULT_ACCOUNT_ID][REGION].keys[key["KeyId"]],
    )


# --- Clients --------------------------------------------------------------------------------------


class Clients(botocore.session.Session):
    """Hands out the clients that it made for an earlier test.

    Two clients that one test asks for are two.
    """

    def __init__(self) -> None:
        super().__init__()
        self.register_component("data_loader", Loader())
        self._idle: defaultdict[str, list[Any]] = defaultdict(list)
        self._lent: list[tuple[str, Any, int]] = []

    def create_client(self, service_name: str, *arguments: Any, **options: Any) -> Any:
        config = options.get("config")
        environment = sorted(each for each in os.environ.items() if each[0].startswith("AWS_"))
        wanted = repr(
            (
                service_name,
                arguments,
                options | {"config": config and config._user_provided_options},
                environment,
            )
        )
        idle = self._idle[wanted]
        client = idle.pop() if idle else super().create_client(service_name, *arguments, **options)
        self._lent.append((wanted, client, listeners(client)))
        return client

    def collect(self) -> None:
        """The test has ended: take back its clients, but for those that somebody listens at."""
        for wanted, client, before in self._lent:
            if listeners(client) == before:
                self._idle[wanted].append(client)
        self._lent.clear()


def listeners(client: Any) -> int:
    """How many handlers a client's events have."""
    nodes, found = [client.meta.events._emitter._handlers._root], 0
    while nodes:
        node = nodes.pop()
        found += sum(len(section) for section in node["values"] or ())
        nodes += node["children"].values()
    return found


@cache
def clients() -> Clients:
    return Clients()


@cache
def session() -> boto3.Session:
    return boto3.Session(botocore_session=clients())


# --- What moto does too often ---------------------------------------------------------------------


QUERY = signature(MotoTable.query)
ASKED = local()
"""What this thread's query asks for: an attribute, None for the table's own key, and its value."""


class Table(MotoTable):
    """A table that keeps a copy of the items that a running transaction touches, to go back to.

    moto copies the whole table, and every record of its stream, for each item of a transaction.
    """

    touched: frozenset[tuple[str, str]] | None = None
    before: MotoTable | None = None

    def query(self, hash_key: Any, *arguments: Any, **options: Any) -> Any:
        """A query, as moto makes it, of the one partition that it asks for.

        moto sorts all items of the table for each query of an index, and then leaves most out.
        """
        index = QUERY.bind(self, hash_key, *arguments, **options).arguments.get("index_name")
        [(name, value)] = options["hash_key_conditions"] if index else [(None, hash_key)]
        ASKED.partition = (name, value)
        try:
            return super().query(hash_key, *arguments, **options)
        finally:
            ASKED.partition = None

    def all_items(self) -> list[Item]:
        """All items, unsorted; while a query runs, those of its partition."""
        partition = getattr(ASKED, "partition", None)
        if partition is None:
            return super().all_items()
        name, value = partition
        if name is None:
            return [*self.items.get(value, {}).values()]
        items = (item for rows in [*self.items.values()] for item in [*rows.values()])
        return [item for item in items if name in item.attrs and item.attrs[name] == value]

    def __deepcopy__(self, memo: dict[int, Any]) -> MotoTable:
        if self.touched is None:
            return whole(self, memo)
        if self.before is None:
            self.before = self._before(self.touched)
        return self.before

    def _before(self, touched: frozenset[tuple[str, str]]) -> MotoTable:
        kept = copy.copy(self)
        kept.touched = kept.before = None
        kept.items = copy.copy(self.items)
        for partition, name in (
            (DynamoType({"S": pk}), DynamoType({"S": sk})) for pk, sk in touched
        ):
            if partition in self.items:
                if kept.items[partition] is self.items[partition]:
                    kept.items[partition] = dict(self.items[partition])
                if item := self.items[partition].get(name):
                    kept.items[partition][name] = pickle.loads(pickle.dumps(item))
        if self.stream_shard:
            kept.stream_shard = copy.copy(self.stream_shard)
            kept.stream_shard.table = kept
            kept.stream_shard.items = list(self.stream_shard.items)
        return kept


def whole(table: Table, memo: dict[int, Any]) -> Table:
    kept = copy.copy(table)
    kept.__dict__ = copy.deepcopy(table.__dict__, memo)
    return kept


ONE_AT_A_TIME = Lock()
transact_write_items = DynamoDBBackend.transact_write_items


def transact(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    """A transaction, as moto makes it."""
    table = backend.tables.get(TABLE)
    if not isinstance(table, Table):
        transact_write_items(backend, transact_items)
        return
    asked = [next(iter(each.values())) for each in transact_items]
    keys = [each.get("Key") or each["Item"] for each in asked]
    with ONE_AT_A_TIME:
        table.touched = frozenset((each["pk"]["S"], each["sk"]["S"]) for each in keys)
        try:
            transact_write_items(backend, transact_items)
        finally:
            table.touched = table.before = None


def attribute_value(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """Serialize the one member that an attribute's value has.

    moto looks for all ten, under four spellings each.
    """
    if shape.name != "AttributeValue" or not isinstance(value, dict):
        structure(self, serialized, value, shape, key)
        return
    wrapper = self.MAP_TYPE()
    for name, member in value.items():
        self._serialize(wrapper, member, shape.members[name], name)
    self._default_serialize(serialized, wrapper, shape, key)


DynamoDBBackend.transact_write_items = transact  # type: ignore[method-assign, assignment]
responses.method_names_from_class = cache(responses.method_names_from_class)  # type: ignore[attr-defined]
structure = BaseJSONSerializer._serialize_type_structure
BaseJSONSerializer._serialize_type_structure = attribute_value  # type: ignore[method-assign]

"""The account in memory: tests do not see what it keeps, and its transactions are whole ones."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.account import CREDENTIALS, TABLE, account
from tests.integration.subscribers import operations


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


def key(name: str) -> dict[str, Any]:
    return {"pk": {"S": "a"}, "sk": {"S": name}}


def update(name: str, expression: str, condition: str) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": TABLE,
            "Key": key(name),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": {":n": {"N": "1"}},
        }
    }


def put(name: str) -> dict[str, Any]:
    return {"Put": {"TableName": TABLE, "Item": key(name)}}


def everything(client: Any) -> tuple[list[Any], int]:
    """The items, and how many changes the stream tells of."""
    streams: Any = boto3.client("dynamodbstreams")
    [stream] = streams.list_streams(TableName=TABLE)["Streams"]
    [shard] = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
    begin = {
        "StreamArn": stream["StreamArn"],
        "ShardId": shard["ShardId"],
        "ShardIteratorType": "TRIM_HORIZON",
    }
    records = streams.get_records(
        ShardIterator=streams.get_shard_iterator(**begin)["ShardIterator"]
    )["Records"]
    return sorted(client.scan(TableName=TABLE)["Items"], key=lambda each: str(each["sk"])), len(
        records
    )


@pytest.mark.parametrize("first", [True, False])
def test_a_transaction_that_is_refused_changes_nothing(aws: None, first: bool) -> None:
    client: Any = boto3.client("dynamodb")
    client.put_item(
        TableName=TABLE, Item=key("old") | {"doc": {"M": {"n": {"N": "1"}}}, "n": {"N": "5"}}
    )
    client.put_item(TableName=TABLE, Item=key("bystander"))
    before = everything(client)
    allowed = [put("new"), update("old", "SET doc.n = :n ADD n :n", "n > :n")]
    refused = update("bystander", "SET n = :n", "n = :n")

    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        client.transact_write_items(
            TransactItems=[refused, *allowed] if first else [*allowed, refused]
        )

    assert everything(client) == before
    client.transact_write_items(TransactItems=allowed)
    items, records = everything(client)
    assert [each["sk"]["S"] for each in items] == ["bystander", "new", "old"]
    assert items[-1]["n"] == {"N": "6"}
    assert records == before[1] + 2


def test_two_clients_of_one_test_are_two() -> None:
    with account():
        assert boto3.client("dynamodb") is not boto3.client("dynamodb")


def test_the_next_test_gets_the_clients_again_but_for_one_that_is_watched() -> None:
    with account():
        plain = {boto3.client("sns") for _ in range(3)}
        watched = boto3.client("sns")
        operations(watched)

    with account():
        again = {boto3.client("sns") for _ in range(9)}

    assert len(plain & again) >= 2  # the account itself may have taken one
    assert watched not in again


def test_another_test_sees_nothing_of_what_one_stored() -> None:
    with account() as first:
        boto3.client("dynamodb").put_item(TableName=TABLE, Item=key("mine"))
        boto3.client("sqs").send_message(QueueUrl=first["PUBLISH_QUEUE_URL"], MessageBody="mine")
        boto3.client("s3").put_object(Bucket=first["MEDIA_BUCKET"], Key="mine", Body=b"")

    with account() as second:
        assert boto3.client("dynamodb").scan(TableName=TABLE)["Items"] == []
        assert "Messages" not in boto3.client("sqs").receive_message(
            QueueUrl=second["PUBLISH_QUEUE_URL"]
        )
        assert boto3.client("s3").list_objects_v2(Bucket=second["MEDIA_BUCKET"])["KeyCount"] == 0
    assert first == second

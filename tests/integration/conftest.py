"""An AWS account in memory, made from template.yaml's own definitions; and doors called as API Gateway calls them."""

import base64
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Literal

import boto3
import botocore.session
import pytest
from botocore.loaders import Loader
from moto import mock_aws

from herald import runtime
from herald.aws.dynamodb import Table
from herald.domain.api_keys import Plan
from tests.documented import complaints
from tests.doors import door
from tests.template import resources

REGION: Literal["eu-west-1"] = "eu-west-1"
LOADER = Loader()  # it remembers the services' models, a fifth of a second in each test otherwise
CONTEXT = SimpleNamespace(aws_request_id="8c1a6f0e-0000-4000-8000-000000000000", function_name="f", memory_limit_in_mb=512)


def forget_wiring() -> None:
    """Every client and collaborator that runtime keeps."""
    for each in vars(runtime).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The table, queues, key and bucket of the template; the environment its Globals give."""
    for name, value in {"AWS_ACCESS_KEY_ID": "t", "AWS_SECRET_ACCESS_KEY": "t", "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        session = botocore.session.Session()
        session.register_component("data_loader", LOADER)
        boto3.setup_default_session(botocore_session=session)
        for name, value in built().items():
            monkeypatch.setenv(name, value)
        forget_wiring()
        yield
        forget_wiring()


def built() -> dict[str, str]:
    """Make the template's resources. Returns the environment that names them."""
    table = next(iter(resources("AWS::DynamoDB::Table").values()))
    stream = table["StreamSpecification"] | {"StreamEnabled": True}
    wanted = {name: table[name] for name in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")}
    boto3.client("dynamodb").create_table(TableName="herald", StreamSpecification=stream, **wanted)
    sqs = boto3.client("sqs")
    topics = {name: boto3.client("sns").create_topic(Name=name)["TopicArn"] for name in resources("AWS::SNS::Topic")}
    queues = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in resources("AWS::SQS::Queue")}
    boto3.client("s3").create_bucket(Bucket="herald-media", CreateBucketConfiguration={"LocationConstraint": REGION})
    return {
        "TABLE_NAME": "herald",
        "PUBLISH_QUEUE_URL": queues["PublishQueue"],
        "DELIVERY_QUEUE_URL": queues["DeliveryQueue"],
        "SLOW_DELIVERY_QUEUE_URL": queues["SlowDeliveryQueue"],
        "MEDIA_QUEUE_URL": queues["MediaQueue"],
        "MEDIA_BUCKET": "herald-media",
        "KEY_ARN": boto3.client("kms").create_key()["KeyMetadata"]["Arn"],
        "NOTICE_TOPIC_ARN": topics["NoticeTopic"],
        "ALLOW_PRIVATE_TARGETS": "127.0.0.1,::1",
        "TIME_SCALE": "1",
    }


@pytest.fixture
def table(aws: None) -> Table:
    return runtime.table()


def messages(url: str) -> list[dict[str, Any]]:
    """The bodies of what waits in a queue, taken out of it; delayed ones are not seen."""
    client, found = boto3.client("sqs"), []
    while batch := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=900).get("Messages"):
        found += [json.loads(each["Body"]) for each in batch]
        for each in batch:
            client.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return found


def drain(*, times: int = 1) -> None:
    """Do all the work that is queued for publishing, and what that queues; each message comes in so many times.

    One at a time: the account in memory judges a condition and writes in two steps.
    """
    while waiting := messages(runtime.configured().publish_queue_url):
        for each in waiting * times:
            assert door("publish_target").handler(sqs_event(each), CONTEXT) == {"batchItemFailures": []}


def sqs_event(*bodies: Mapping[str, Any]) -> dict[str, Any]:
    """What Lambda is handed for these messages."""
    return {"Records": [{"messageId": str(number), "body": json.dumps(body)} for number, body in enumerate(bodies)]}


def body_of(answer: Mapping[str, Any]) -> Any:
    """What a door said, as a client reads it: decompressed, JSON parsed, another text as it is."""
    said = base64.b64decode(answer["body"]) if answer.get("isBase64Encoded") else answer["body"].encode()
    text = (gzip.decompress(said) if answer["headers"].get("Content-Encoding") == "gzip" else said).decode()
    return json.loads(text) if answer["headers"]["Content-Type"] == "application/json" else text


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Caller:
    """Calls the doors with one key, as API Gateway's payload 2.0 does. Every answer must be a documented one."""

    key: str | None = None

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Keyword arguments are headers: `idempotency_key="…"`. A body that is a str or bytes goes out as it is."""
        raw, _, query = path.partition("?")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {"authorization": f"Bearer {self.key}"} if self.key else {}
        pairs = [pair.split("=", 1) for pair in query.split("&") if pair]
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": raw,
            "rawQueryString": query,
            "headers": sent,
            "queryStringParameters": {name: value.replace("%20", " ") for name, value in pairs} or None,
            "requestContext": {"http": {"method": method, "path": raw, "sourceIp": "203.0.113.7"}, "stage": "$default"},
            "isBase64Encoded": False,
        }
        if isinstance(body, bytes):
            event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
        elif body is not None:
            event["body"] = body if isinstance(body, str) else json.dumps(body)
        noun = raw.split("/")[2] if raw.count("/") > 1 else ""
        nouns = {each: each for each in ("posts", "accounts", "media", "webhooks")} | {"events": "webhooks"}
        name = nouns.get(noun, "workspaces")
        answer = door(name).handler(event, CONTEXT)
        said = Answer(answer["statusCode"], answer["headers"], body_of(answer))
        assert not complaints(method, raw, said.status, said.body)
        return said


@pytest.fixture
def workspace(aws: None) -> tuple[Caller, Caller]:
    """A new workspace's live and test caller."""
    made = runtime.workspaces().provision("Acme", "owner@example.com", Plan.PRO)
    return Caller(made.live_key), Caller(made.test_key)


@pytest.fixture
def live(workspace: tuple[Caller, Caller]) -> Caller:
    return workspace[0]


@pytest.fixture
def test(workspace: tuple[Caller, Caller]) -> Caller:
    return workspace[1]


@pytest.fixture
def stranger(aws: None) -> Caller:
    return Caller()

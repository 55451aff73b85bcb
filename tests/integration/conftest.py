"""An AWS account in memory, made from template.yaml, and doors called as API Gateway calls them."""

import base64
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from herald import runtime
from herald.aws.dynamodb import Table
from herald.domain.api_keys import Plan
from herald.domain.owners import Mode, Owner
from tests.account import CREDENTIALS, account
from tests.documented import complaints
from tests.doors import door
from tests.integration.subscribers import Box, House, Subscriber, house, listening, stream_records
from tests.template import function_of

UNDOCUMENTED = {"HEAD", "OPTIONS"}  # each route has them, and they answer alike
CONTEXT = SimpleNamespace(
    aws_request_id="8c1a6f0e-0000-4000-8000-000000000000", function_name="f", memory_limit_in_mb=512
)


def forget_wiring() -> None:
    """Every client and collaborator that runtime keeps."""
    for each in vars(runtime).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The table, queues, key and bucket of the template; the environment its Globals give."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with account() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        forget_wiring()
        yield
        forget_wiring()


@pytest.fixture
def table(aws: None) -> Table:
    return runtime.table()


def messages(url: str) -> list[dict[str, Any]]:
    """The bodies of what waits in a queue, taken out of it; delayed ones are not seen."""
    client = boto3.client("sqs")
    found = []
    while batch := client.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=900
    ).get("Messages"):
        found += [json.loads(each["Body"]) for each in batch]
        for each in batch:
            client.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return found


def drain(*, times: int = 1) -> None:
    """Do all the work that is queued for publishing, and what that queues.

    Each message comes in so many times. They come one at a time, because the account in memory
    judges a condition and writes in two steps.
    """
    while waiting := messages(runtime.configured().publish_queue_url):
        for each in waiting * times:
            assert door("publish_target").handler(sqs_event(each), CONTEXT) == {
                "batchItemFailures": []
            }


def fan_out(records: Sequence[Mapping[str, Any]]) -> None:
    """These stream records arrive, as Lambda hands them over."""
    assert door("fan_out_events").handler({"Records": records}, CONTEXT) == {
        "batchItemFailures": []
    }


def deliver() -> None:
    """What waits in the queue of deliveries arrives, as Lambda hands it over."""
    if queued := messages(runtime.configured().delivery_queue_url):
        assert door("deliver_webhook").handler(sqs_event(*queued), CONTEXT) == {
            "batchItemFailures": []
        }


def tell() -> None:
    """The stream's records arrive, then the messages that they caused."""
    fan_out(stream_records())
    deliver()


def sqs_event(*bodies: Mapping[str, Any]) -> dict[str, Any]:
    """What Lambda is handed for these messages."""
    return {
        "Records": [
            {"messageId": str(number), "body": json.dumps(body)}
            for number, body in enumerate(bodies)
        ]
    }


def body_of(answer: Mapping[str, Any]) -> Any:
    """What a door said: JSON parsed, a page as it is, None where there is nothing."""
    raw = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
    text = (gzip.decompress(raw) if "Content-Encoding" in answer["headers"] else raw).decode()
    return (json.loads(text, parse_constant=no_json) if text else None) if is_json(answer) else text


def is_json(answer: Mapping[str, Any]) -> bool:
    return bool(answer["headers"].get("Content-Type") == "application/json")


def no_json(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Caller:
    """Calls the doors with one key, as API Gateway's payload 2.0 does.

    Every answer must be a documented one.
    """

    key: str | None = None

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Send a request. Keyword arguments are headers: `idempotency_key="…"`.

        A body that is a str or bytes goes out as it is.
        """
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
            "queryStringParameters": {name: value.replace("%20", " ") for name, value in pairs}
            or None,
            "requestContext": {
                "http": {"method": method, "path": raw, "sourceIp": "203.0.113.7"},
                "domainName": "api.example.com",
                "stage": "$default",
            },
            "isBase64Encoded": False,
        }
        if isinstance(body, bytes):
            event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
        elif body is not None:
            event["body"] = body if isinstance(body, str) else json.dumps(body)
        answer = door(function_of(raw)).handler(event, CONTEXT)
        said = Answer(answer["statusCode"], answer["headers"], body_of(answer))
        if method not in UNDOCUMENTED:
            assert not complaints(method, raw.removesuffix("/") or "/", said.status, said.body)
        return said


def owner_of(caller: Caller) -> Owner:
    """Whose its key is."""
    me = caller("GET", "/v1/auth/me").body
    return Owner(me["workspaceId"], Mode(me["mode"]))


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


@pytest.fixture
def herald(aws: None) -> House:
    """The parts that webhooks are made of, with a clock of ours."""
    return house()


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    with listening() as subscriber:
        yield subscriber


@pytest.fixture
def heard(herald: House) -> Box:
    """Whoever subscribed to the topic of notices."""
    return Box()


@pytest.fixture(name="account")
def bluesky_account(test: Caller) -> str:
    """A Bluesky account in the sandbox."""
    answer = test("POST", "/v1/accounts/connect/bluesky", {"username": "brand"})
    assert answer.status == 201
    identifier: str = answer.body["account"]["id"]
    return identifier

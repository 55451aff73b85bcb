"""Subscribers in Node and Python, by VoxBurst's guide and by stock Standard Webhooks packages, accept what herald delivers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain import ids, webhooks
from herald.domain.accounts import Mode, Owner, Secret
from herald.domain.events import Event, EventType
from herald.domain.webhooks import Answer, Delivery, Endpoint, Format
from herald.net.client import Client
from herald.net.guard import Guard
from herald.webhooks import delivery as wire
from herald.webhooks import formats, signing
from tests.receivers.fixtures import VERIFIERS, Receiver

CONTENT = 'Grüße 🚀 "quoted" \\ </script> \u2028 日本語'
OWNER = Owner("ws_1", Mode.LIVE)


@dataclass(frozen=True)
class Sent:
    """One event's delivery to an endpoint of a receiver that knows the secret."""

    receiver: Receiver
    name: str
    delivery: Delivery
    body: bytes
    secret: Secret

    def attempt(self, *, at: datetime | None = None, tamper: Callable[[bytes], bytes] = bytes) -> Answer:
        """Signed for `body`, but what goes out is what `tamper` makes of it."""
        headers = formats.headers(Format.VOXBURST, self.delivery, self.body, [self.secret], at or now())
        client = Client(Guard(["127.0.0.1"]))
        return wire.attempt(client, self.delivery.url, headers, tamper(self.body), now=now)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(params=VERIFIERS)
def sent(receiver: Receiver, request: pytest.FixtureRequest) -> Sent:
    at = now()
    name = ids.new("wh", at)
    event = Event(
        id=ids.new("evt", at), type=EventType.POST_CREATED, owner=OWNER, created_at=at, data={"id": "post_1", "content": CONTENT}
    )
    told = formats.told(event, [])
    url = receiver.endpoint(name, verifier=request.param)
    endpoint = Endpoint(id=name, owner=OWNER, url=url, events=(event.type,), created_at=at, updated_at=at)
    secret = signing.new_secret()
    receiver.trust(name, secret)
    body = told.bodies[endpoint.format].encode()
    return Sent(receiver=receiver, name=name, delivery=webhooks.first(told, endpoint), body=body, secret=secret)


def test_a_delivery_is_accepted_and_read(sent: Sent) -> None:
    answer = sent.attempt()

    assert (answer.status, answer.body) == (200, "OK")
    [received] = sent.receiver.received(sent.name)
    assert received["body"].encode() == sent.body
    assert json.loads(received["body"])["data"]["content"] == CONTENT
    assert received["headers"]["x-voxburst-delivery-id"] == sent.delivery.id
    assert received["headers"]["content-type"] == "application/json"


@pytest.mark.parametrize(
    "tamper", [lambda body: body + b" ", lambda body: body.replace(b"post_1", b"post_2"), lambda body: b"{}", lambda body: b""]
)
def test_a_tampered_body_is_refused(sent: Sent, tamper: Callable[[bytes], bytes]) -> None:
    answer = sent.attempt(tamper=tamper)

    assert (answer.status, answer.error) == (401, "answered 401")
    assert sent.receiver.received(sent.name) == []
    assert sent.receiver.refused(sent.name) == 1


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_replay_and_a_time_to_come_are_refused(sent: Sent, minutes: int) -> None:
    assert sent.attempt(at=now() + timedelta(minutes=minutes)).status == 401


def test_another_endpoints_secret_is_refused(sent: Sent) -> None:
    assert replace(sent, secret=signing.new_secret()).attempt().status == 401


def test_a_later_attempt_is_accepted_under_the_same_id_with_the_same_bytes(sent: Sent) -> None:
    sent.receiver.answer(sent.name, 500)

    first = sent.attempt()
    again = webhooks.attempted(sent.delivery, first, now(), scale=1)
    second = replace(sent, delivery=again).attempt()

    assert (first.status, second.status) == (500, 200)
    one, two = sent.receiver.received(sent.name)
    assert one["body"] == two["body"]
    assert one["headers"]["x-voxburst-delivery-id"] == two["headers"]["x-voxburst-delivery-id"]
    assert [each["headers"]["x-voxburst-attempt"] for each in (one, two)] == ["1", "2"]

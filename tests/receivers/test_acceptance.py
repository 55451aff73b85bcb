"""Subscribers in Node and Python accept what herald delivers.

They verify by VoxBurst's and PostFuze's guides and by stock packages.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain import deliveries, ids
from herald.domain.deliveries import AttemptResult, Delivery
from herald.domain.endpoints import Endpoint
from herald.domain.events import Event, EventType
from herald.domain.formats import Format
from herald.domain.owners import Mode, Owner, Secret
from herald.net.client import Client
from herald.net.guard import Guard
from herald.webhooks import delivery as wire
from herald.webhooks import formats, signing
from tests.receivers.fixtures import POSTFUZE, VERIFIERS, Receiver

CONTENT = 'Grüße 🚀 "quoted" \\ </script> \u2028 日本語'
OWNER = Owner("ws_1", Mode.LIVE)


@dataclass(frozen=True)
class Sent:
    """One event's delivery to an endpoint of a receiver that knows the last of these secrets."""

    receiver: Receiver
    name: str
    delivery: Delivery
    body: bytes
    kind: Format
    secrets: tuple[Secret, ...]

    @property
    def verified_by_packages(self) -> bool:
        return self.delivery.url.split("/")[3] != self.kind

    def attempt(
        self, *, at: datetime | None = None, tamper: Callable[[bytes], bytes] = bytes
    ) -> AttemptResult:
        """Signed for `body`, but what goes out is what `tamper` makes of it."""
        headers = formats.headers(self.kind, self.delivery, self.body, self.secrets, at or now())
        client = Client(Guard(["127.0.0.1"]))
        return wire.attempt(client, self.delivery.url, headers, tamper(self.body), now=now)


def now() -> datetime:
    return datetime.now(UTC)


CASES = [(Format.VOXBURST, each) for each in VERIFIERS] + [
    (Format.POSTFUZE, each) for each in POSTFUZE
]
FACTS: Mapping[str, object] = {
    "post_id": "post_1",
    "content": CONTENT,
    "status": "failed",
    "published_at": "2026-06-15T14:00:00.000Z",
    "targets": [
        {
            "account_id": "acc_1",
            "username": "brand",
            "platform": "twitter",
            "status": "failed",
            "failure": {"code": "PUBLISH_ERROR", "message": CONTENT},
        }
    ],
}


@pytest.fixture(params=CASES, ids="-".join)
def sent(receiver: Receiver, request: pytest.FixtureRequest) -> Sent:
    kind, verifier = request.param
    at = now()
    name = ids.new("wh", at)
    event = Event(
        id=ids.new("evt", at),
        type=EventType.POST_FAILED,
        owner=OWNER,
        created_at=at,
        facts=FACTS,
    )
    url = receiver.endpoint(name, verifier=verifier)
    endpoint = Endpoint(
        id=name,
        owner=OWNER,
        url=url,
        events=(event.type,),
        format=kind,
        created_at=at,
        updated_at=at,
    )
    told = formats.recorded(event, [endpoint.rendering(event.type)])
    secret = signing.new_secret()
    receiver.trust(name, secret)
    body = formats.body(told, endpoint.rendering(event.type)).encode()
    delivery = deliveries.first(told, endpoint)
    return Sent(
        receiver=receiver, name=name, delivery=delivery, body=body, kind=kind, secrets=(secret,)
    )


def test_a_delivery_is_accepted_and_read(sent: Sent) -> None:
    answer = sent.attempt()

    assert (answer.status, answer.body) == (200, "OK")
    [received] = sent.receiver.received(sent.name)
    assert received["body"].encode() == sent.body
    assert json.dumps(CONTENT, ensure_ascii=False)[1:-1] in received["body"]
    assert received["headers"]["webhook-id"] == sent.delivery.event_id
    assert received["headers"]["content-type"] == "application/json"


@pytest.mark.parametrize(
    "tamper",
    [
        lambda body: body + b" ",
        lambda body: body.replace(b"post_1", b"post_2"),
        lambda body: b"{}",
        lambda body: b"",
    ],
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
    assert replace(sent, secrets=(signing.new_secret(),)).attempt().status == 401


def test_a_later_attempt_is_accepted_under_the_same_id_with_the_same_bytes(sent: Sent) -> None:
    sent.receiver.answer(sent.name, 500)

    first = sent.attempt()
    again = deliveries.with_attempt(sent.delivery, first, now(), scale=1)
    second = replace(sent, delivery=again).attempt()

    assert (first.status, second.status) == (500, 200)
    one, two = sent.receiver.received(sent.name)
    assert one["body"] == two["body"]
    assert one["headers"]["webhook-id"] == two["headers"]["webhook-id"]
    if sent.kind is Format.VOXBURST:
        assert one["headers"]["x-voxburst-delivery-id"] == two["headers"]["x-voxburst-delivery-id"]
        assert [each["headers"]["x-voxburst-attempt"] for each in (one, two)] == ["1", "2"]


@pytest.mark.parametrize("knows", ["the new secret", "the one before"])
def test_in_the_grace_of_a_rotation_whoever_knows_one_secret_accepts_the_next_attempt_at_the_latest(
    sent: Sent, knows: str
) -> None:
    other = signing.new_secret()
    rotated = replace(
        sent,
        secrets=(*sent.secrets, other) if knows == "the new secret" else (other, *sent.secrets),
    )

    first = rotated.attempt()
    second = replace(
        rotated, delivery=deliveries.with_attempt(sent.delivery, first, now(), scale=1)
    ).attempt()

    accepted = [each.status == 200 for each in (first, second)]
    by_the_guide = [False, True] if knows == "the new secret" else [True, False]
    assert accepted == ([True, True] if sent.verified_by_packages else by_the_guide)


@pytest.mark.parametrize("secret", ["correct horse battery staple", 'quoted "and" back\\slashed'])
def test_a_secret_of_ones_own_is_enough_for_the_guide(sent: Sent, secret: str) -> None:
    sent.receiver.trust(sent.name, secret)
    own = replace(sent, secrets=(Secret(secret),)).attempt()

    assert own.status == (401 if sent.verified_by_packages else 200)

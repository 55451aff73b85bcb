"""The ways to check a signature that the pages show, each on a delivery that went out."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from herald.actions.attempts import send_attempt
from herald.actions.endpoints import DeliveryDetails
from herald.api.voxburst import webhooks as wire
from herald.aws.kms import Vault
from herald.domain import deliveries, ids
from herald.domain.deliveries import Delivery
from herald.domain.endpoints import Endpoint, Sealed
from herald.domain.events import Event, EventType
from herald.domain.owners import Mode, Owner
from herald.net.client import Client
from herald.net.guard import Guard
from herald.webhooks import formats, signing
from local import receiver
from tests.fakes.http import headers_of, read_body, say, serving
from tests.pages import blocks, page, section

SECTION = section(page("webhooks.md"), "## Verify a delivery")
FIELD = next(block for block in blocks(page("api.md"), "sh") if "field() {" in block)
OWNER = Owner("ws_1", Mode.LIVE)


def block(language: str) -> str:
    [found] = blocks(SECTION, language)
    return found


class Open(Vault):
    """Secrets that lie open."""

    def __init__(self) -> None:
        """Needs no key."""

    def open(self, sealed: bytes, *, owner: str) -> bytes:
        return sealed


@dataclass(frozen=True)
class Sent:
    """A delivery that arrived, and the secrets that signed it: the present and the former one."""

    headers: Mapping[str, str]
    body: bytes
    secrets: tuple[str, str]
    delivery: Delivery


def deliver(*, ago: timedelta = timedelta(), rotated: bool = False) -> Sent:
    """One goes out, signed so long ago, and arrives."""
    arrived: list[tuple[dict[str, str], bytes]] = []

    def take(request: BaseHTTPRequestHandler) -> None:
        arrived.append((headers_of(request), read_body(request)))
        say(request, 200, b"OK")

    at = datetime.now(UTC) - ago
    facts = {
        "post_id": "post_1",
        "content": 'Grüße 🚀 "x" \\ \u2028',
        "status": "draft",
        "scheduled_for": None,
    }
    event = Event(
        id=ids.new("evt", at), type=EventType.POST_CREATED, owner=OWNER, created_at=at, facts=facts
    )
    told = formats.recorded(event, [])
    secrets = (signing.new_secret(), signing.new_secret())
    sealed = Sealed(
        secret=secrets[0].encode(),
        before=secrets[1].encode() if rotated else None,
        before_until=at + timedelta(hours=1),
    )
    with serving(take) as url:
        endpoint = Endpoint(
            id=ids.new("wh", at),
            owner=OWNER,
            url=url,
            events=("post.created",),
            created_at=at,
            updated_at=at,
        )
        delivery = deliveries.first(told, endpoint)
        answer = send_attempt(
            delivery,
            told,
            endpoint,
            sealed,
            vault=Open(),
            http=Client(Guard(["127.0.0.1"])),
            now=lambda: at,
        )
    [(headers, body)] = arrived
    return Sent(
        headers=headers,
        body=body,
        secrets=secrets,
        delivery=deliveries.with_attempt(delivery, answer, at, scale=1),
    )


def in_python(sent: Sent, secret: str) -> bool:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    return bool(names["verified"](sent.headers, sent.body, secret))


def in_node(sent: Sent, secret: str) -> bool:
    asks = (
        "import { readFileSync } from 'node:fs'\n"
        + block("js")
        + (
            "const { headers, body, secret } = JSON.parse(readFileSync(0, 'utf8'))\n"
            "console.log(JSON.stringify(verified(headers, Buffer.from(body, 'hex'), secret)))"
        )
    )
    said = json.dumps({"headers": sent.headers, "body": sent.body.hex(), "secret": secret})
    done = subprocess.run(
        ["node", "--input-type=module", "-e", asks],
        input=said,
        capture_output=True,
        text=True,
        check=True,
    )
    return bool(json.loads(done.stdout))


def by_our_receiver(sent: Sent, secret: str) -> bool:
    return receiver.verdict(sent.headers, sent.body, secret, datetime.now(UTC).timestamp()) is None


VERIFIED = pytest.mark.parametrize("verified", [in_python, in_node, by_our_receiver])
Verifier = Callable[[Sent, str], bool]


@VERIFIED
def test_a_delivery_is_verified_and_another_secret_or_body_is_not(verified: Verifier) -> None:
    sent = deliver()

    assert verified(sent, sent.secrets[0])
    assert not verified(sent, sent.secrets[1])
    assert not verified(replace(sent, body=sent.body + b" "), sent.secrets[0])


@VERIFIED
def test_while_a_secret_is_rotated_both_verify(verified: Verifier) -> None:
    sent = deliver(rotated=True)

    assert [verified(sent, each) for each in sent.secrets] == [True, True]


@VERIFIED
@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_delivery_and_one_of_a_time_to_come_are_not_verified(
    verified: Verifier, minutes: int
) -> None:
    sent = deliver(ago=timedelta(minutes=minutes))

    assert not verified(sent, sent.secrets[0])


REFUSED = '{"error": {"code": "NOT_FOUND", "message": "There is no such post.", "requestId": "r"}}'


def field(said: str, *names: str) -> subprocess.CompletedProcess[str]:
    """The tour's own `field`, in a shell."""
    script = f'{defined("field")}\nfield "$@"'
    return subprocess.run(
        ["bash", "-c", script, "tour", *names],
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )


def defined(function: str) -> str:
    begun, *_ = FIELD.split(f"{function}() {{")[1].split("\n\n")
    return f"{function}() {{{begun}"


@pytest.mark.parametrize(
    ("said", "names", "found"),
    [
        ('{"account": {"id": "acc_1"}}', ["account", "id"], "acc_1"),
        ('{"data": [{"id": "del_1"}]}', ["data", "0", "id"], "del_1"),
        ('{"headers": {"1": "🚀"}}', ["headers", "1"], "🚀"),
    ],
)
def test_a_field_of_an_answer_is_found(said: str, names: list[str], found: str) -> None:
    done = field(said, *names)

    assert (done.returncode, done.stdout, done.stderr) == (0, f"{found}\n", "")


@pytest.mark.parametrize(
    ("said", "names"),
    [
        (REFUSED, ["id"]),
        (REFUSED, ["account", "id"]),
        (REFUSED, ["error", "code", "id"]),
        ('{"data": []}', ["data", "0", "id"]),
        ('{"data": null}', ["data", "0"]),
        ('{"data": []}', ["data", "first"]),
        ("<html>502 Bad Gateway</html>", ["id"]),
        ("", ["id"]),
    ],
)
def test_an_answer_without_the_field_is_shown_and_python_says_nothing(
    said: str, names: list[str]
) -> None:
    done = field(said, *names)

    assert (done.returncode != 0, done.stdout) == (True, "")
    assert done.stderr == f"There is no {' '.join(names)} in this answer: {said}\n"


def test_by_hand_both_lines_end_alike() -> None:
    sent = deliver()
    asked: list[str] = []

    def detail(request: BaseHTTPRequestHandler) -> None:
        asked.append(f"{request.path} {request.headers['authorization']}")
        shown = wire.delivery_response(
            DeliveryDetails(delivery=sent.delivery, body=sent.body.decode()),
            sent.delivery.created_at,
        )
        say(request, 200, json.dumps(shown.body).encode())

    with serving(detail) as url:
        delivery = sent.delivery
        told = {
            "HERALD": url,
            "KEY": "vb_test_1",
            "WEBHOOK": delivery.endpoint_id,
            "DELIVERY": delivery.id,
            "SECRET": sent.secrets[0],
        }
        command = ["bash", "-euo", "pipefail", "-c", f"{defined('field')}\n{block('sh')}"]
        done = subprocess.run(
            command, env=os.environ | told, capture_output=True, text=True, check=True
        )

    signed, by_hand = done.stdout.splitlines()
    assert asked == [
        f"/v1/webhooks/{delivery.endpoint_id}/deliveries/{delivery.id} Bearer vb_test_1"
    ]
    assert signed == sent.headers["x-voxburst-signature"]
    assert signed[-64:] == by_hand[-64:]

"""PostFuze's format through its doors: what one may ask for, what arrives, and who signs it."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import boto3
import pytest
from standardwebhooks import Webhook

from herald import runtime
from herald.domain.backoff import POSTFUZE_MINUTES
from herald.domain.deliveries import DeliveryStatus
from herald.domain.formats import OFFERED, Format
from tests.integration.conftest import Answer, Caller, tell
from tests.integration.subscribers import Clock, Received, Subscriber
from tests.integration.test_events import published
from tests.integration.test_posts import connect
from tests.schedules import POSTFUZE_ATTEMPTS

TEN = list(OFFERED[Format.POSTFUZE].values())
HOOK: dict[str, Any] = {"url": "https://192.0.43.8/hook", "format": "postfuze"}
OWN = 'my "Rumpelstilz" secret \\o/ of 30 letters'


def subscribe(
    caller: Caller, subscriber: Subscriber, *events: str, **more: object
) -> dict[str, Any]:
    made = caller(
        "POST",
        "/v1/webhooks",
        {"url": subscriber.url, "format": "postfuze", "events": list(events or TEN)} | more,
    )
    assert made.status == 201, made.body
    body: dict[str, Any] = made.body
    return body


def signed(received: Received, secret: str) -> bool:
    """As PostFuze's page tells: the parts of the header by their names, the last of each."""
    parts = dict(part.split("=", 1) for part in received.headers["x-postfuze-signature"].split(","))
    message = parts["t"].encode() + b"." + received.body
    return hmac.compare_digest(
        parts["v1"], hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    )


def test_it_offers_ten_events_by_its_own_names(live: Caller) -> None:
    made = live("POST", "/v1/webhooks", HOOK | {"events": TEN})

    assert (made.status, len(TEN)) == (201, 10)
    assert (made.body["format"], made.body["events"]) == ("postfuze", TEN)
    assert live("GET", f"/v1/webhooks/{made.body['id']}").body["events"] == TEN


@pytest.mark.parametrize(
    ("kind", "name"), [("postfuze", "post.error"), ("voxburst", "post.failed")]
)
def test_either_spelling_is_understood_and_the_formats_own_is_shown(
    live: Caller, kind: str, name: str
) -> None:
    made = live(
        "POST",
        "/v1/webhooks",
        HOOK | {"format": kind, "events": ["post.failed", "post.error", "POST.ERROR"]},
    ).body
    edited = live("PATCH", f"/v1/webhooks/{made['id']}", {"events": ["post.error"]}).body

    assert made["events"] == edited["events"] == [name]


def refused(answer: Answer) -> str:
    assert (answer.status, answer.body["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert answer.body["error"]["details"]["field"] == "events"
    message: str = answer.body["error"]["message"]
    return message


def test_an_event_that_it_does_not_have_is_refused_with_those_it_has(live: Caller) -> None:
    hook = live("POST", "/v1/webhooks", HOOK | {"events": TEN}).body["id"]
    asked = {"events": ["post.error", "post.created"]}

    for answer in (
        live("POST", "/v1/webhooks", HOOK | asked),
        live("PATCH", f"/v1/webhooks/{hook}", asked),
    ):
        message = refused(answer)
        assert "post.created" in message
        assert all(each in message for each in TEN)
    assert live("GET", f"/v1/webhooks/{hook}").body["events"] == TEN
    assert live("PATCH", "/v1/webhooks/wh_000000000000000000000000", asked).status == 404


def test_a_post_arrives_in_its_envelope_with_each_account(
    test: Caller, subscriber: Subscriber
) -> None:
    accounts = [connect(test, each) for each in ("twitter", "linkedin")]
    hook = subscribe(test, subscriber, "post.published", "post.error")
    post = published(test, *accounts, content="Hello #sandbox:linkedin:quota")
    published(test, accounts[1], content="Hello #sandbox:quota")

    tell()

    assert all(signed(each, hook["secret"]) for each in subscriber.received)
    assert {each.headers["user-agent"] for each in subscriber.received} == {"Postfuze-Webhooks/1.0"}
    assert not any(
        name.startswith("x-voxburst") for each in subscriber.received for name in each.headers
    )
    heard = {
        each["event"]: each for each in (json.loads(each.body) for each in subscriber.received)
    }
    assert set(heard) == {"post.published", "post.error"}
    live_one = heard["post.published"]
    log = test("GET", "/v1/events?type=post.published").body["data"]
    assert set(live_one) == {"event", "timestamp", "data"}
    assert live_one["timestamp"] == log[0]["createdAt"]
    assert live_one["data"] == {
        "postId": post["id"],
        "orgId": post["workspaceId"],
        "socialAccounts": [
            social(each)
            for each in sorted(post["platforms"], key=lambda each: str(each["postPlatformId"]))
        ],
    }
    assert [set(each) for each in heard["post.error"]["data"]["socialAccounts"]] == [
        {"accountId", "network", "username", "error"}
    ]


def social(target: dict[str, Any]) -> dict[str, Any]:
    named = {"accountId": target["accountId"], "username": target["accountName"]}
    if target["error"]:
        return {**named, "network": "linkedin", "error": target["error"]["message"]}
    return {**named, "network": "x", "platformPostId": target["platformPostId"]}


def test_targets_and_accounts_arrive(test: Caller, subscriber: Subscriber) -> None:
    subscribe(
        test, subscriber, "post.target.published", "account.connected", "account.disconnected"
    )
    account = connect(test, "twitter")
    published(test, account)
    test("DELETE", f"/v1/accounts/{account}")

    tell()

    heard = {
        each["event"]: each["data"]
        for each in (json.loads(each.body) for each in subscriber.received)
    }
    found = test("GET", f"/v1/accounts/{account}").body
    whose = {"accountId": account, "network": "x", "username": found["username"]}
    assert (
        heard["account.connected"]
        == heard["account.disconnected"]
        == whose | {"orgId": found["workspaceId"]}
    )
    [entry] = heard["post.target.published"]["socialAccounts"]
    assert entry.items() >= whose.items()


def test_each_endpoint_gets_one_event_in_its_own_format(
    test: Caller, subscriber: Subscriber
) -> None:
    account = connect(test, "twitter")
    subscribe(test, subscriber, "post.error", url=f"{subscriber.url}/postfuze")
    subscribe(test, subscriber, "post.failed", url=f"{subscriber.url}/voxburst", format="voxburst")
    published(test, account, content="Hello #sandbox:quota")

    tell()

    heard = {each.path: json.loads(each.body) for each in subscriber.received}
    assert heard["/hook/postfuze"]["event"] == "post.error"
    assert heard["/hook/voxburst"]["type"] == "post.failed"
    assert len(set(subscriber.events)) == 1
    hook = test("GET", "/v1/webhooks").body["data"][0]["id"]
    for spelling in ("post.error", "post.failed"):
        [delivery] = test("GET", f"/v1/webhooks/{hook}/deliveries?eventType={spelling}").body[
            "data"
        ]
        assert delivery["eventType"] == "post.error"
    assert (
        json.loads(
            test("GET", f"/v1/webhooks/{hook}/deliveries/{delivery['id']}").body["requestBody"]
        )["event"]
        == "post.error"
    )
    [logged] = test("GET", "/v1/events?type=post.error").body["data"]
    assert logged == heard["/hook/voxburst"]


def test_it_is_tried_as_scheduled_with_the_same_bytes(test: Caller, subscriber: Subscriber) -> None:
    account = connect(test, "twitter")
    hook = subscribe(test, subscriber, "post.published")
    subscriber.answers = [500] * 2 * POSTFUZE_ATTEMPTS
    published(test, account)
    tell()

    for _ in range(POSTFUZE_ATTEMPTS):
        [delivery] = runtime.delivery_store().list(hook["id"], before=None, limit=2).items
        clock = Clock()
        clock.at = delivery.due or runtime.now() + timedelta(days=1)
        replace(runtime.deliverer(), now=clock).deliver([delivery.job])

    assert (delivery.status, delivery.attempts) == (DeliveryStatus.FAILED, POSTFUZE_ATTEMPTS)
    assert len(subscriber.received) == POSTFUZE_ATTEMPTS
    assert len({each.body for each in subscriber.received}) == len(set(subscriber.events)) == 1
    assert all(signed(each, hook["secret"]) for each in subscriber.received)
    times = [each.at for each in delivery.all_attempts]
    waited = [round((after - before).total_seconds() / 60) for before, after in pairwise(times)]
    assert waited == list(POSTFUZE_MINUTES)


def test_a_test_is_dressed_and_signed_alike(test: Caller, subscriber: Subscriber) -> None:
    hook = subscribe(test, subscriber, "post.error")

    answer = test("POST", f"/v1/webhooks/{hook['id']}/test").body

    [received] = subscriber.received
    assert (answer["event"], answer["delivered"], answer["signed"]) == ("webhook.test", True, True)
    assert signed(received, hook["secret"])
    said = json.loads(received.body)
    assert (said["event"], said["data"]["webhookId"]) == ("webhook.test", hook["id"])


@pytest.mark.parametrize("field", ["signing_secret", "signingSecret"])
def test_a_secret_of_ones_own_signs_and_lies_sealed(
    test: Caller, subscriber: Subscriber, field: str, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = subscribe(test, subscriber, "account.connected", **{field: OWN})
    connect(test, "twitter")

    tell()

    assert hook["secret"] == OWN
    [received] = subscriber.received
    assert signed(received, OWN)
    assert Webhook(OWN.encode()).verify(received.body, dict(received.headers))
    assert "Rumpelstilz" not in str(boto3.client("dynamodb").scan(TableName="herald")["Items"])
    assert "Rumpelstilz" not in "".join(capsys.readouterr())


def test_a_kept_answer_shows_ones_own_secret_again_and_holds_nothing_of_it(live: Caller) -> None:
    body = HOOK | {"events": ["post.error"], "signing_secret": OWN}

    first = live("POST", "/v1/webhooks", body, idempotency_key="k")
    again = live("POST", "/v1/webhooks", body, idempotency_key="k")
    other = live("POST", "/v1/webhooks", body | {"signing_secret": f"{OWN}!"}, idempotency_key="k")

    assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
    assert other.status == 409
    assert "Rumpelstilz" not in str(boto3.client("dynamodb").scan(TableName="herald")["Items"])


@pytest.mark.parametrize(
    "change",
    [
        {"signing_secret": "fifteen letters"},
        {"signing_secret": "x" * 257},
        {"signing_secret": "control \n character"},
        {"signing_secret": "sixteen Gr\u00fc\u00dfe und"},
        {"signing_secret": 1234567890123456},
        {"signing_secret": OWN, "format": "voxburst"},
    ],
)
def test_a_secret_that_is_too_weak_or_not_wanted_is_refused_and_not_repeated(
    live: Caller, change: dict[str, Any]
) -> None:
    answer = live("POST", "/v1/webhooks", HOOK | {"events": ["post.failed"]} | change)

    assert (answer.status, answer.body["error"]["details"]["field"]) == (400, "signing_secret")
    assert str(change["signing_secret"]) not in json.dumps(answer.body, ensure_ascii=False)


def test_in_a_grace_whoever_knows_one_secret_accepts_one_of_two_attempts(
    test: Caller, subscriber: Subscriber
) -> None:
    hook = subscribe(test, subscriber, "account.connected")
    new = test("POST", f"/v1/webhooks/{hook['id']}/rotate-secret", {"graceSeconds": 3600}).body[
        "secret"
    ]
    subscriber.answers = [401]
    connect(test, "twitter")
    tell()

    [delivery] = runtime.delivery_store().list(hook["id"], before=None, limit=2).items
    replace(runtime.deliverer(), now=lambda: delivery.due or runtime.now()).deliver([delivery.job])

    assert [signed(each, hook["secret"]) for each in subscriber.received] == [True, False]
    assert [signed(each, new) for each in subscriber.received] == [False, True]

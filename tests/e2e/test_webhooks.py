"""Signed deliveries to receivers in Node and Python.

Each receiver verifies as the guide says, and with a stock package.
"""

import json
import urllib.request
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.stack import Caller, Stack, until
from tests.receivers.fixtures import VERIFIERS, Receiver

EVENTS = ["post.created", "post.scheduled", "post.published", "post.failed"]


def subscribe(
    caller: Caller, receiver: Receiver, verifier: str, events: Sequence[str] = EVENTS
) -> tuple[str, str]:
    """The endpoint's name at the receiver, and its id."""
    name = uuid4().hex
    made = caller(
        "POST",
        "/v1/webhooks",
        {"url": receiver.endpoint(name, verifier=verifier), "events": events},
    )
    assert made.status == 201, made.body
    receiver.trust(name, made.body["secret"])
    return name, made.body["id"]


def accepted(receiver: Receiver, name: str, post_id: str, *kinds: str) -> list[Any]:
    """The accepted deliveries about a post, once every kind is among them."""

    def look() -> list[Any] | None:
        found = [
            each
            for each in receiver.received(name)
            if body_of(each)["data"]["id"] == post_id and each["answered"] < 300
        ]
        return found if {body_of(each)["type"] for each in found} >= set(kinds) else None

    return until(look)


def body_of(received: Any) -> Any:
    return json.loads(received["body"])


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_every_receiver_accepts_what_is_delivered(
    test: Caller, receiver: Receiver, verifier: str
) -> None:
    name, webhook = subscribe(test, receiver, verifier)
    account = test.connect("twitter", username=uuid4().hex)

    post = test(
        "POST", "/v1/posts", {"content": "Hello 🚀", "accountIds": [account], "publishNow": True}
    ).body
    found = accepted(receiver, name, post["id"], "post.created", "post.published")

    published = next(body_of(each) for each in found if body_of(each)["type"] == "post.published")
    assert (published["data"]["status"], published["data"]["content"]) == ("PUBLISHED", "Hello 🚀")
    assert published["data"]["platforms"][0]["platform"] == "TWITTER"
    assert receiver.refused(name) == 0
    test("DELETE", f"/v1/webhooks/{webhook}")


def test_partial_and_failed_posts_are_told_apart(test: Caller, python_receiver: Receiver) -> None:
    name, webhook = subscribe(test, python_receiver, "voxburst")
    good = test.connect("twitter", username=uuid4().hex)
    bad = test.connect("linkedin", username=uuid4().hex)

    body = {"content": "x #sandbox:linkedin:quota", "publishNow": True}
    partial = test("POST", "/v1/posts", body | {"accountIds": [good, bad]}).body
    failed = test("POST", "/v1/posts", body | {"accountIds": [bad]}).body

    [told] = [
        body_of(each)
        for each in accepted(python_receiver, name, partial["id"], "post.published")
        if body_of(each)["type"] == "post.published"
    ]
    assert (told["data"]["status"], [each["status"] for each in told["data"]["platforms"]]) == (
        "PARTIAL",
        ["PUBLISHED", "FAILED"],
    )
    assert told["data"]["platforms"][1]["error"]["code"] == "QUOTA_EXCEEDED"
    [told] = [
        body_of(each)
        for each in accepted(python_receiver, name, failed["id"], "post.failed")
        if body_of(each)["type"] == "post.failed"
    ]
    assert told["data"]["status"] == "FAILED"
    test("DELETE", f"/v1/webhooks/{webhook}")


def test_a_receiver_that_fails_twice_gets_the_same_bytes_a_third_time(
    test: Caller, node_receiver: Receiver
) -> None:
    name, webhook = subscribe(test, node_receiver, "voxburst")
    account = test.connect("twitter", username=uuid4().hex)
    node_receiver.answer(name, 500, 503)

    draft = test("POST", "/v1/posts", {"content": "told once", "accountIds": [account]}).body
    accepted(node_receiver, name, draft["id"], "post.created")

    tries = node_receiver.received(name)
    assert [each["answered"] for each in tries] == [500, 503, 200]
    assert (
        len({each["body"] for each in tries})
        == len({each["headers"]["x-voxburst-delivery-id"] for each in tries})
        == 1
    )
    assert [each["headers"]["x-voxburst-attempt"] for each in tries] == ["1", "2", "3"]
    [logged] = until(lambda: delivered(test, webhook))
    assert (logged["success"], logged["retryCount"], logged["statusCode"]) == (True, 2, 200)
    test("DELETE", f"/v1/webhooks/{webhook}")


def delivered(caller: Caller, webhook: str) -> list[Any]:
    found: list[Any] = caller("GET", f"/v1/webhooks/{webhook}/deliveries?status=delivered").body[
        "data"
    ]
    return found


def test_an_owner_is_mailed_when_an_endpoint_is_gone(
    stack: Stack, python_receiver: Receiver
) -> None:
    caller = stack.caller("testKey")
    name, webhook = subscribe(caller, python_receiver, "voxburst")
    python_receiver.answer(name, 410)
    account = caller.connect("twitter", username=uuid4().hex)

    caller("POST", "/v1/posts", {"content": "told to nobody", "accountIds": [account]})
    mail = until(lambda: next((each for each in mailed(stack) if webhook in each["Subject"]), None))

    assert (mail["To"], mail["Subject"]) == (["you@example.com"], f"Webhook {webhook} is disabled")
    assert "410 Gone" in mail["BodyText"]
    assert caller("GET", f"/v1/webhooks/{webhook}").body["enabled"] is False
    caller("DELETE", f"/v1/webhooks/{webhook}")


def mailed(stack: Stack) -> list[Any]:
    outputs = json.loads((stack.data_dir / "outputs.json").read_text())
    with urllib.request.urlopen(outputs["mailUrl"], timeout=10) as answer:
        return [each for kept in json.loads(answer.read())["messages"].values() for each in kept]


def test_what_happened_while_an_endpoint_was_disabled_is_replayed(
    test: Caller, python_receiver: Receiver
) -> None:
    """More than one request looks through: the sweep delivers the rest."""
    name, webhook = subscribe(test, python_receiver, "standard", ["post.created"])
    path = f"/v1/webhooks/{webhook}"
    account = test.connect("twitter", username=uuid4().hex)
    since = datetime.now(UTC)
    test("PATCH", path, {"enabled": False})
    drafts = {
        "posts": [{"content": f"unheard {number}", "accountIds": [account]} for number in range(40)]
    }
    posts = {
        each["post"]["id"]
        for _ in range(3)
        for each in test("POST", "/v1/posts/bulk", drafts).body["results"]
    }
    until(lambda: posts <= told_since(test, since))
    assert test("POST", f"{path}/replay", {"from": since.isoformat()}).status == 409
    test("PATCH", path, {"enabled": True})

    begun = test("POST", f"{path}/replay", {"from": since.isoformat()})
    until(lambda: {body_of(each)["data"]["id"] for each in python_receiver.received(name)} >= posts)

    assert (begun.status, begun.body["complete"]) == (202, False)
    accepted_once = Counter(
        each["headers"]["webhook-id"] for each in python_receiver.received(name)
    )
    assert set(accepted_once.values()) == {1}
    assert (
        test("POST", f"{path}/replay", {"from": since.isoformat(), "types": ["post.created"]}).body[
            "replayed"
        ]
        == 0
    )
    test("DELETE", path)


def told_since(caller: Caller, since: datetime) -> set[str]:
    """The posts that the event log says were created."""
    query = f"/v1/events?type=post.created&limit=100&from={since:%Y-%m-%dT%H:%M:%SZ}"
    found = set()
    cursor = ""
    while True:
        page = caller("GET", query + cursor).body
        found |= {each["data"]["id"] for each in page["data"]}
        if not page["pagination"]["hasMore"]:
            return found
        cursor = f"&cursor={page['pagination']['nextCursor']}"


def test_a_rotated_secret_signs_at_once_and_with_a_grace_the_one_before_too(
    test: Caller, python_receiver: Receiver
) -> None:
    name, webhook = subscribe(test, python_receiver, "standard")
    path = f"/v1/webhooks/{webhook}"

    graced = test("POST", f"{path}/rotate-secret", {"graceSeconds": 60})
    known_before = test("POST", f"{path}/test").body
    at_once = test("POST", f"{path}/rotate-secret")
    unknown = test("POST", f"{path}/test").body
    python_receiver.trust(name, at_once.body["secret"])
    known = test("POST", "/v1/webhooks/test", {"webhookId": webhook}).body

    assert (graced.status, at_once.status) == (200, 200)
    assert [each["statusCode"] for each in (known_before, unknown, known)] == [200, 401, 200]
    assert [each["success"] for each in (known_before, unknown, known)] == [True, False, True]
    test("DELETE", path)

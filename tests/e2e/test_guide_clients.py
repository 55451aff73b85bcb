"""Clients in Node that do what the integration guide does, and the guide itself.

The guide is followed step by step, with its own field names.
"""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.stack import Answer, Caller, Stack, until
from tests.e2e.test_media import PNG, put
from tests.e2e.test_webhooks import accepted, body_of, subscribe
from tests.networks.proxy import Fault, Proxy
from tests.receivers.fixtures import Receiver

CLIENTS = Path(__file__).parent / "clients"
TERMINAL = {"published", "partial", "failed", "cancelled", "unpublished", "archived"}
needs_node = pytest.mark.skipif(
    not shutil.which("node"), reason="the guide's clients are written for Node"
)


def node(client: str, caller: Caller, *arguments: str, base: str | None = None) -> Any:
    """What a client printed; its pauses are a tenth."""
    environment = os.environ | {
        "VOXBURST_API_URL": base or caller.base,
        "VOXBURST_API_KEY": caller.key,
        "PACE": "0.1",
    }
    command = ["node", str(CLIENTS / f"{client}.mjs"), *arguments]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# -------------------------------------------------------------------- creating safely


@needs_node
@pytest.mark.parametrize(
    "faults",
    [
        [Fault.DROP_ANSWER],
        [Fault.DROP_REQUEST, Fault.DROP_ANSWER],
        [Fault.DROP_ANSWER, Fault.ANSWER_503],
        [Fault.ANSWER_503, Fault.ANSWER_429],
        [Fault.DROP_ANSWER, Fault.ANSWER_429],
    ],
)
def test_one_post_comes_of_one_key_whatever_is_lost(
    stack: Stack, test: Caller, faults: list[Fault]
) -> None:
    account = test.connect("twitter", username=uuid4().hex)
    payload = {"content": f"once {uuid4().hex}", "accountIds": [account], "publishNow": True}

    with Proxy(stack.port) as proxy:
        proxy.faults.extend(faults)
        made = node("create", test, json.dumps(payload), uuid4().hex, base=proxy.url)

    assert proxy.requests == ["POST /v1/posts HTTP/1.1"] * (len(faults) + 1)
    assert (made["status"], made["replayed"]) == (
        201,
        "true" if Fault.DROP_ANSWER in faults else None,
    )
    assert test.finished(made["post"]["id"])["status"] == "published"
    assert test.live(account) == [payload["content"]]
    assert [each["id"] for each in test("GET", f"/v1/posts?accountId={account}").body["data"]] == [
        made["post"]["id"]
    ]


# -------------------------------------------------------------------- recovering a partial failure


def told(caller: Caller, receiver: Receiver, **body: Any) -> tuple[Any, list[Any]]:
    """A post that fails in part, and its failed platforms as its webhook tells them."""
    name, webhook = subscribe(caller, receiver, "voxburst")
    post = caller("POST", "/v1/posts", body).body
    if post["status"] == "scheduled":
        caller("DELETE", f"/v1/accounts/{body['accountIds'][-1]}")
    bodies = [body_of(each) for each in accepted(receiver, name, post["id"], "post.published")]
    [event] = [each for each in bodies if each["type"] == "post.published"]
    caller("DELETE", f"/v1/webhooks/{webhook}")
    assert event["data"]["status"] == "PARTIAL"
    return caller.finished(post["id"]), [
        each for each in event["data"]["platforms"] if each["status"] == "FAILED"
    ]


def accounts(caller: Caller, name: str) -> list[str]:
    return [caller.connect(platform, username=name) for platform in ("twitter", "linkedin")]


@needs_node
def test_a_post_whose_words_were_mended_is_recovered_by_a_retry(
    test: Caller, python_receiver: Receiver
) -> None:
    good, bad = accounts(test, uuid4().hex)
    words = "Long #sandbox:linkedin:too-long"
    post, failed = told(
        test, python_receiver, content=words, accountIds=[good, bad], publishNow=True
    )
    test("PATCH", f"/v1/posts/{post['id']}", {"content": "Short"})

    [done] = node("recover", test, post["id"], json.dumps(failed))

    assert (done["platform"], done["decision"], done["status"]) == ("linkedin", "retry", 202)
    assert test.finished(post["id"])["status"] == "published"
    assert (test.live(good), test.live(bad)) == ([words], ["Short"])


@needs_node
def test_a_post_whose_account_was_connected_again_is_recovered_by_a_retry(
    test: Caller, python_receiver: Receiver
) -> None:
    name = uuid4().hex
    good, bad = accounts(test, name)
    soon = (datetime.now(UTC) + timedelta(seconds=4)).isoformat()
    post, failed = told(
        test, python_receiver, content="Hello", accountIds=[good, bad], scheduledFor=soon
    )
    assert failed[0]["error"]["code"] == "ACCOUNT_DISCONNECTED"
    assert test.connect("linkedin", username=name) == bad

    [done] = node("recover", test, post["id"], json.dumps(failed))

    assert (done["decision"], done["status"]) == ("retry", 202)
    assert test.finished(post["id"])["status"] == "published"
    assert (test.live(good), test.live(bad)) == (["Hello"], ["Hello"])


@needs_node
def test_a_retry_of_what_fails_again_moves_nothing_that_is_live(
    test: Caller, python_receiver: Receiver
) -> None:
    good, bad = accounts(test, uuid4().hex)
    words = "Hello #sandbox:linkedin:quota"
    post, failed = told(
        test, python_receiver, content=words, accountIds=[good, bad], publishNow=True
    )

    node("recover", test, post["id"], json.dumps(failed))
    again = test.finished(post["id"])

    assert (again["status"], again["platforms"][0]) == ("partial", post["platforms"][0])
    assert [each["attempts"] for each in again["platforms"]] == [1, 2]
    assert (test.live(good), test.live(bad)) == ([words], [])


@needs_node
def test_the_guides_recovery_fixes_with_other_media(
    test: Caller, python_receiver: Receiver
) -> None:
    good, bad = accounts(test, uuid4().hex)
    words = "Hello #sandbox:linkedin:media-rejected"
    post, failed = told(
        test, python_receiver, content=words, accountIds=[good, bad], publishNow=True
    )

    [done] = node("recover", test, post["id"], json.dumps(failed))

    assert (done["decision"], done["status"], done["body"]["status"]) == ("fix", 202, "publishing")
    again = test.finished(post["id"])  # its words still ask for trouble
    assert (again["status"], again["platforms"][1]["error"]["code"]) == (
        "partial",
        "MEDIA_REJECTED",
    )
    assert [each["source"] for each in test("GET", "/v1/media?limit=1").body["data"]] == [
        "register"
    ]


# -------------------------------------------------------------------- the guide, step by step


@pytest.fixture
def guided(test: Caller) -> Caller:
    """Step 1: a key with the guide's minimum scopes, and it works."""
    scopes = ["accounts:read", "posts:write", "media:write", "webhooks:write"]
    made = test("POST", "/v1/api-keys", {"name": "integration", "scopes": scopes, "mode": "test"})
    assert made.status == 201, made.body
    caller = Caller(test.base, made.body["key"])
    assert caller("GET", "/v1/health").status == 200
    return caller


@pytest.fixture
def connected(test: Caller) -> dict[str, str]:
    """Two accounts, by platform."""
    return dict(zip(("twitter", "linkedin"), accounts(test, uuid4().hex), strict=True))


def polled(caller: Caller, post_id: str) -> Any:
    """Step 6: until the status is terminal."""

    def look() -> Any:
        found = caller("GET", f"/v1/posts/{post_id}").body
        return found if found["status"] in TERMINAL else None

    return until(look)


def create(caller: Caller, connected: dict[str, str], key: str, **fields: Any) -> Answer:
    """Step 5, in the guide's words."""
    body = {
        "content": "Check out our new launch! 🚀",
        "accountIds": list(connected.values()),
        "contentType": "TEXT",
        "platformOverrides": {"TWITTER": {"content": "Just launched! 🚀 #voxburst"}},
    }
    return caller("POST", "/v1/posts", body | fields, idempotency_key=key)


def test_steps_2_and_3_find_the_accounts_and_upload_a_picture(
    guided: Caller, connected: dict[str, str]
) -> None:
    found = guided("GET", "/v1/accounts?status=ACTIVE&limit=100").body
    upload = guided(
        "POST",
        "/v1/media/upload",
        {"filename": "photo.png", "contentType": "image/png", "sizeBytes": len(PNG)},
    )

    mine = {each["platform"]: each for each in found["data"] if each["id"] in connected.values()}
    assert {platform: each["id"] for platform, each in mine.items()} == connected
    assert all(each["status"] == "active" and each["username"] for each in mine.values())
    assert found["pagination"].keys() >= {"has_more", "next_cursor"}
    assert upload.status == 201
    assert upload.body.keys() >= {"mediaId", "uploadUrl", "uploadHeaders", "expiresAt"}
    assert upload.body["uploadHeaders"] == {
        "Content-Type": "image/png",
        "x-amz-server-side-encryption": "AES256",
    }
    assert put(upload.body["uploadUrl"], PNG, upload.body["uploadHeaders"]) == 200
    path = f"/v1/media/{upload.body['mediaId']}"
    assert (
        until(
            lambda: (
                media
                if (media := guided("GET", path).body)["status"] in {"READY", "FAILED"}
                else None
            )
        )["status"]
        == "READY"
    )


def test_steps_5_and_6_schedule_create_a_draft_publish_and_track(
    guided: Caller, connected: dict[str, str]
) -> None:
    scheduled = create(guided, connected, uuid4().hex, scheduledFor="2099-06-15T14:00:00Z")
    draft = create(guided, connected, uuid4().hex)

    assert (scheduled.status, scheduled.body["status"]) == (201, "scheduled")
    assert datetime.fromisoformat(scheduled.body["scheduledFor"]) == datetime(
        2099, 6, 15, 14, tzinfo=UTC
    )
    assert [
        (each["platform"], each["accountId"], each["status"])
        for each in scheduled.body["platforms"]
    ] == [(platform, account, "pending") for platform, account in connected.items()]
    assert all(each["postPlatformId"].startswith("pp_") for each in scheduled.body["platforms"])
    assert (draft.status, draft.body["status"]) == (201, "draft")

    assert guided("POST", f"/v1/posts/{draft.body['id']}/publish").status == 202
    assert polled(guided, draft.body["id"])["status"] == "published"
    assert guided.live(connected["twitter"]) == ["Just launched! 🚀 #voxburst"]
    assert guided.live(connected["linkedin"]) == ["Check out our new launch! 🚀"]


def test_steps_7_to_10_retry_fix_unpublish_and_archive(
    guided: Caller, connected: dict[str, str]
) -> None:
    made = create(
        guided, connected, uuid4().hex, content="Launch #sandbox:linkedin:quota", publishNow=True
    )
    path = f"/v1/posts/{made.body['id']}"

    post = polled(guided, made.body["id"])
    assert post["status"] == "partial"
    [failed] = [each for each in post["platforms"] if each["status"] == "failed"]
    assert (failed["platform"], failed["error"]["code"], failed["attempts"]) == (
        "linkedin",
        "QUOTA_EXCEEDED",
        1,
    )

    for _ in range(2):
        again = guided("POST", f"{path}/retry", idempotency_key=f"retry-{post['id']}-attempt-1")
        assert (again.status, again.body["status"]) == (202, "publishing")
    assert [each["attempts"] for each in polled(guided, post["id"])["platforms"]] == [1, 2]

    reset = guided("POST", f"{path}/platforms/{failed['postPlatformId']}/fix")
    assert (reset.status, reset.body["status"], reset.body["platforms"][1]["attempts"]) == (
        202,
        "publishing",
        0,
    )
    assert polled(guided, post["id"])["status"] == "partial"

    guided("PATCH", path, {"content": "Launch"})
    guided("POST", f"{path}/retry", idempotency_key=f"retry-{post['id']}-attempt-2")
    assert polled(guided, post["id"])["status"] == "published"
    assert [guided.live(each) for each in connected.values()] == [
        ["Just launched! 🚀 #voxburst"],
        ["Launch"],
    ]

    assert guided("POST", f"{path}/unpublish").body["status"] == "unpublished"
    assert guided("PATCH", path, {"status": "archived"}).body["status"] == "archived"
    mine = f"/v1/posts?accountId={connected['twitter']}"
    assert guided("GET", mine).body["data"] == []
    assert [each["id"] for each in guided("GET", f"{mine}&status=archived").body["data"]] == [
        post["id"]
    ]


def test_a_text_too_long_is_refused_in_the_very_shape_the_guide_shows(
    guided: Caller, connected: dict[str, str]
) -> None:
    refused = create(
        guided,
        connected,
        uuid4().hex,
        content="a" * 312,
        platformOverrides={},
        scheduledFor="2099-06-15T14:00:00Z",
    )

    error = refused.body["error"]
    assert (refused.status, error["code"]) == (400, "VALIDATION_ERROR")
    said = {
        name: error["details"][name] for name in ("field", "platform", "maxLength", "actualLength")
    }
    assert said == {
        "field": "content",
        "platform": "TWITTER",
        "maxLength": 280,
        "actualLength": 312,
    }

"""Every event there is, from what causes it to who hears of it: told once, whatever comes twice."""

from dataclasses import replace
from typing import Any

import boto3
import pytest

from herald import runtime
from herald.aws.dynamodb import Key
from herald.domain.formats import SUBSCRIBABLE
from herald.domain.owners import Mode, Owner
from tests import files
from tests.doors import door
from tests.integration.conftest import (
    CONTEXT,
    Caller,
    deliver,
    drain,
    fan_out,
    messages,
    sqs_event,
    tell,
)
from tests.integration.subscribers import Subscriber, stream_records, verified
from tests.integration.test_posts import connect

LATER = "2099-06-15T14:00:00.000Z"
STEPS = [
    {"order": 1, "role": "editor", "approverIds": ["usr_1"]},
    {"order": 2, "role": "legal", "approverIds": ["usr_2"]},
]


def subscribe(caller: Caller, subscriber: Subscriber, *events: str) -> str:
    made = caller(
        "POST", "/v1/webhooks", {"url": subscriber.url, "events": list(events or SUBSCRIBABLE)}
    )
    assert made.status == 201, made.body
    secret: str = made.body["secret"]
    return secret


def told(subscriber: Subscriber, secret: str) -> list[dict[str, Any]]:
    """What arrives of all that happened."""
    tell()
    heard = [verified(each, secret) for each in subscriber.received]
    assert [each["type"] for each in heard] == [
        each.headers["x-voxburst-event"] for each in subscriber.received
    ]
    return heard


def data(heard: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """The payload of the one event of that type."""
    [found] = [each["data"] for each in heard if each["type"] == kind]
    return dict(found)


def create(caller: Caller, *accounts: str, **fields: Any) -> dict[str, Any]:
    made = caller(
        "POST",
        "/v1/posts",
        {"content": "Check out our new launch! 🚀", "accountIds": list(accounts)} | fields,
    )
    assert made.status == 201, made.body
    body: dict[str, Any] = made.body
    return body


def published(caller: Caller, *accounts: str, **fields: Any) -> dict[str, Any]:
    """The post once all its targets have ended."""
    post = create(caller, *accounts, publishNow=True, **fields)
    drain()
    body: dict[str, Any] = caller("GET", f"/v1/posts/{post['id']}").body
    return body


def event_rows(caller: Caller) -> list[Any]:
    me = caller("GET", "/v1/auth/me").body
    owner = Owner(me["workspaceId"], Mode.TEST)
    return list(
        runtime.table().query(Key("pk").eq(f"OWNER#{owner}") & Key("sk").begins_with("EVT#")).items
    )


def test_a_draft_is_created_and_scheduled_later(test: Caller, subscriber: Subscriber) -> None:
    account = connect(test, "twitter")
    secret = subscribe(test, subscriber)
    post = create(test, account)
    test("PATCH", f"/v1/posts/{post['id']}", {"scheduledFor": LATER})

    heard = told(subscriber, secret)

    said = {"id": post["id"], "workspaceId": post["workspaceId"], "content": post["content"]}
    assert data(heard, "post.created") == said | {"status": "DRAFT", "scheduledFor": None}
    assert data(heard, "post.scheduled") == said | {"status": "SCHEDULED", "scheduledFor": LATER}


def test_a_post_that_goes_live_everywhere_is_published_and_so_is_each_target(
    test: Caller, subscriber: Subscriber
) -> None:
    account = connect(test, "twitter")
    secret = subscribe(test, subscriber)
    post = published(test, account)

    heard = told(subscriber, secret)

    [target] = post["platforms"]
    entry = {
        "platform": "TWITTER",
        "status": "PUBLISHED",
        "platformPostId": target["platformPostId"],
        "platformPostUrl": target["platformPostUrl"],
        "publishedAt": target["publishedAt"],
    }
    assert data(heard, "post.published") == {
        "id": post["id"],
        "workspaceId": post["workspaceId"],
        "content": post["content"],
        "status": "PUBLISHED",
        "publishedAt": post["publishedAt"],
        "platforms": [entry],
    }
    names = {
        "postId": post["id"],
        "postPlatformId": target["postPlatformId"],
        "workspaceId": post["workspaceId"],
    }
    whose = {"accountId": target["accountId"], "username": target["accountName"]}
    assert data(heard, "post.target.published") == names | whose | entry


def test_a_partial_failure_is_published_as_partial_with_the_failed_target_beside_it(
    test: Caller, subscriber: Subscriber
) -> None:
    accounts = [connect(test, each) for each in ("twitter", "linkedin")]
    secret = subscribe(test, subscriber)
    post = published(test, *accounts, content="Hello #sandbox:linkedin:quota")

    heard = told(subscriber, secret)

    done = data(heard, "post.published")
    assert (post["status"], done["status"]) == ("partial", "PARTIAL")
    targets = {target["platform"]: target for target in done["platforms"]}
    live = targets["TWITTER"]
    failed = targets["LINKEDIN"]
    assert set(live) == {"platform", "status", "platformPostId", "platformPostUrl", "publishedAt"}
    assert set(failed) == {"platform", "status", "error"}
    assert (failed["status"], set(failed["error"])) == ("FAILED", {"code", "message"})
    assert data(heard, "post.target.failed").items() >= failed.items()
    assert data(heard, "post.target.published").items() >= live.items()
    assert "post.failed" not in {each["type"] for each in heard}


def test_a_post_that_fails_everywhere_has_failed(test: Caller, subscriber: Subscriber) -> None:
    account = connect(test, "twitter")
    secret = subscribe(test, subscriber)
    published(test, account, content="Hello #sandbox:quota")

    heard = told(subscriber, secret)

    failed = data(heard, "post.failed")
    assert set(failed) == {"id", "workspaceId", "content", "status", "publishedAt", "platforms"}
    assert (failed["status"], [each["error"]["code"] for each in failed["platforms"]]) == (
        "FAILED",
        ["QUOTA_EXCEEDED"],
    )
    assert data(heard, "post.target.failed")["error"] == failed["platforms"][0]["error"]
    assert "post.published" not in {each["type"] for each in heard}


def test_a_retry_that_fails_again_is_another_end(test: Caller, subscriber: Subscriber) -> None:
    account = connect(test, "twitter")
    secret = subscribe(test, subscriber, "post.target.failed")
    post = published(test, account, content="Hello #sandbox:quota")
    test("POST", f"/v1/posts/{post['id']}/retry")
    drain()

    heard = told(subscriber, secret)

    assert [each["data"]["postId"] for each in heard] == [post["id"]] * 2
    assert len({each["id"] for each in heard}) == 2


def test_an_attempt_that_is_tried_again_is_no_end(test: Caller, subscriber: Subscriber) -> None:
    account = connect(test, "twitter")
    secret = subscribe(test, subscriber, "post.target.published", "post.target.failed")
    published(test, account, content="Hello #sandbox:flaky-1")

    assert told(subscriber, secret) == []


def test_the_last_approval_is_told(test: Caller, subscriber: Subscriber) -> None:
    account = connect(test, "twitter")
    secret = subscribe(test, subscriber)
    test("PATCH", "/v1/workspace", {"approvalWorkflow": {"steps": STEPS}})
    post = create(test, account)
    test("POST", f"/v1/posts/{post['id']}/submit")
    test("POST", f"/v1/posts/{post['id']}/approve", {"approverId": "usr_1"})
    test(
        "POST",
        f"/v1/posts/{post['id']}/approve",
        {"approverId": "usr_2", "comment": "Looks good, approved."},
    )

    said = {
        "postId": post["id"],
        "approverId": "usr_2",
        "stepOrder": 2,
        "comment": "Looks good, approved.",
    }
    assert data(told(subscriber, secret), "post.draft.approved") == said


def test_an_account_is_connected_and_connected_again_and_disconnected_once(
    test: Caller, subscriber: Subscriber
) -> None:
    secret = subscribe(test, subscriber)
    account = connect(test, "twitter")
    assert connect(test, "twitter") == account
    for _ in range(2):
        test("DELETE", f"/v1/accounts/{account}")

    heard = told(subscriber, secret)

    workspace = test("GET", "/v1/auth/me").body["workspaceId"]
    named = {"accountId": account, "workspaceId": workspace, "platform": "TWITTER"}
    assert sorted(each["type"] for each in heard) == [
        "account.connected",
        "account.connected",
        "account.disconnected",
    ]
    username = test("GET", f"/v1/accounts/{account}").body["username"]
    connected = [each["data"] for each in heard if each["type"] == "account.connected"]
    assert connected == [named | {"username": username}] * 2
    assert data(heard, "account.disconnected") == named | {"reason": "user_disconnected"}


def test_an_account_that_its_network_refuses_is_told_once_however_many_posts_find_out(
    test: Caller, subscriber: Subscriber
) -> None:
    account = connect(test, "linkedin")
    secret = subscribe(test, subscriber)
    for _ in range(2):
        create(test, account, content="Hello #sandbox:auth", publishNow=True)
    drain()

    heard = told(subscriber, secret)

    found = test("GET", f"/v1/accounts/{account}").body
    assert found["status"] == "error"
    said = {"accountId": account, "workspaceId": found["workspaceId"], "platform": "LINKEDIN"}
    error = data(heard, "account.error")
    assert error == said | {"error": error["error"]}
    assert error["error"]
    assert connect(test, "linkedin") == account
    assert test("GET", f"/v1/accounts/{account}").body["status"] == "active"


def test_what_a_worker_saw_of_an_account_does_not_count_once_it_was_connected_anew(
    test: Caller, subscriber: Subscriber
) -> None:
    secret = subscribe(test, subscriber, "account.error", "account.disconnected")
    account = connect(test, "twitter")
    owner = Owner(test("GET", "/v1/auth/me").body["workspaceId"], Mode.TEST)
    store = runtime.account_store()
    seen = store.get_many(owner, [account])[account]
    connect(test, "twitter")

    broken = replace(seen, status=seen.status.ERROR, status_reason="revoked")

    assert store.change(broken, was=seen, events=[]) is False
    assert test("GET", f"/v1/accounts/{account}").body["status"] == "active"
    assert told(subscriber, secret) == []


def test_a_disconnected_account_stays_disconnected_when_a_post_finds_no_way_in(
    test: Caller, subscriber: Subscriber
) -> None:
    account = connect(test, "twitter")
    secret = subscribe(test, subscriber, "account.error")
    create(test, account, publishNow=True)
    test("DELETE", f"/v1/accounts/{account}")
    drain()

    assert told(subscriber, secret) == []
    assert test("GET", f"/v1/accounts/{account}").body["status"] == "disconnected"


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (["media.uploaded"], "media.uploaded"),
        (["media.processed"], "media.processed"),
        (["media.processed", "media.uploaded"], "media.uploaded"),
    ],
)
def test_a_file_that_is_ready_is_one_fact_by_whichever_name(
    test: Caller, subscriber: Subscriber, asked: list[str], name: str
) -> None:
    secret = subscribe(test, subscriber, *asked)
    media = upload(test)

    heard = told(subscriber, secret)

    said = {
        "mediaId": media["id"],
        "filename": "dot.png",
        "contentType": "image/jpeg",
        "sizeBytes": media["sizeBytes"],
    }
    assert [(each["type"], each["data"]) for each in heard] == [(name, said)]
    [row] = event_rows(test)
    assert (row["type"], row["sk"]) == ("media.uploaded", f"EVT#{heard[0]['id']}")
    hook = test("GET", "/v1/webhooks").body["data"][0]["id"]
    [delivery] = test("GET", f"/v1/webhooks/{hook}/deliveries?eventType={name}").body["data"]
    detail = test("GET", f"/v1/webhooks/{hook}/deliveries/{delivery['id']}").body
    assert detail["requestBody"] == subscriber.received[0].body.decode()
    for kind in ("media.uploaded", "media.processed"):
        [shown] = test("GET", f"/v1/events?type={kind}").body["data"]
        assert shown == heard[0] | {"type": kind}
    [shown] = test("GET", "/v1/events").body["data"]
    assert shown == heard[0] | {"type": "media.uploaded"}


def upload(caller: Caller) -> dict[str, Any]:
    png = files.picture("PNG")
    asked = {"filename": "dot.png", "contentType": "image/png", "sizeBytes": len(png)}
    media_id = caller("POST", "/v1/media/upload", asked).body["mediaId"]
    key = f"uploads/{caller('GET', '/v1/auth/me').body['workspaceId']}/test/{media_id}"
    boto3.client("s3").put_object(Bucket="herald-media", Key=key, Body=png)
    door("complete_upload").handler({"Records": [{"s3": {"object": {"key": key}}}]}, CONTEXT)
    queued = messages(runtime.configured().media_queue_url)
    assert door("process_media").handler(sqs_event(*queued), CONTEXT) == {"batchItemFailures": []}
    body: dict[str, Any] = caller("GET", f"/v1/media/{media_id}").body
    return body


def test_a_stream_that_comes_again_in_any_pieces_writes_and_tells_nothing_twice(
    test: Caller, subscriber: Subscriber
) -> None:
    secret = subscribe(test, subscriber)
    accounts = [connect(test, each) for each in ("twitter", "linkedin", "bluesky")]
    published(test, *accounts, content="Hello #sandbox:linkedin:auth")
    upload(test)
    test("DELETE", f"/v1/accounts/{accounts[0]}")
    heard = told(subscriber, secret)
    kept = event_rows(test)

    for record in reversed(stream_records()):
        fan_out([record, record])
        deliver()
    fan_out(stream_records())
    deliver()

    kinds = sorted(each["type"] for each in heard)
    thrice, twice = ["account.connected"] * 3, ["post.target.published"] * 2
    once = [
        "account.disconnected",
        "account.error",
        "media.uploaded",
        "post.created",
        "post.published",
        "post.target.failed",
    ]
    assert kinds == sorted([*thrice, *once, *twice])
    assert len({each["id"] for each in heard}) == len(heard) == len(subscriber.received)
    assert {each["sk"]: each["bodies"] for each in event_rows(test)} == {
        each["sk"]: each["bodies"] for each in kept
    }


def test_a_settle_that_comes_twice_is_one_end(test: Caller, subscriber: Subscriber) -> None:
    account = connect(test, "twitter")
    secret = subscribe(test, subscriber, "post.target.published", "post.published")
    create(test, account, publishNow=True)
    drain(times=2)

    heard = told(subscriber, secret)

    assert sorted(each["type"] for each in heard) == ["post.published", "post.target.published"]


def test_the_end_of_a_target_is_kept_only_for_who_asked(
    test: Caller, subscriber: Subscriber
) -> None:
    account = connect(test, "twitter")
    published(test, account)
    fan_out(stream_records())
    before = {row["type"] for row in event_rows(test)}

    secret = subscribe(test, subscriber, "post.target.published")
    post = published(test, account)
    heard = told(subscriber, secret)

    assert before == {"account.connected", "post.created", "post.published"}
    assert post["id"] in {each["data"]["postId"] for each in heard}
    assert test("GET", "/v1/events?type=post.target.published").body["data"] == sorted(
        heard, key=lambda each: str(each["id"]), reverse=True
    )


def test_the_end_of_a_target_is_kept_for_a_disabled_endpoint_that_may_have_it_replayed(
    test: Caller, subscriber: Subscriber
) -> None:
    account = connect(test, "twitter")
    secret = subscribe(test, subscriber, "post.target.published")
    path = f"/v1/webhooks/{test('GET', '/v1/webhooks').body['data'][0]['id']}"
    test("PATCH", path, {"enabled": False})
    post = published(test, account)
    missed = told(subscriber, secret)

    test("PATCH", path, {"enabled": True})
    test("POST", f"{path}/replay", {"from": post["createdAt"]})
    deliver()

    assert missed == []
    assert [verified(each, secret)["data"]["postId"] for each in subscriber.received] == [
        post["id"]
    ]


def test_a_type_that_nothing_causes_yet_can_be_asked_for(
    test: Caller, subscriber: Subscriber
) -> None:
    kinds = [
        "account.token_expired",
        "account.reauth_required",
        "import.completed",
        "import.failed",
    ]

    made = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": kinds})

    assert (made.status, made.body["events"]) == (201, kinds)

"""A post's whole life through the doors: edit, cancel, delete, retry, fix, unpublish, archive."""

from typing import Any

import pytest

from herald.aws.dynamodb import Table
from tests.doors import door
from tests.integration.conftest import CONTEXT, Caller, owner_of, sqs_event
from tests.integration.test_posts import SOON, connect, publish

LATER = "2099-06-15T14:00:00.000Z"
MISSING = "post_" + "0" * 24


@pytest.fixture
def account(test: Caller) -> str:
    return connect(test, "twitter")


def create(caller: Caller, account: str, **fields: Any) -> dict[str, Any]:
    made = caller("POST", "/v1/posts", {"content": "Hello", "accountIds": [account]} | fields)
    assert made.status == 201, made.body
    body: dict[str, Any] = made.body
    return body


def fail(caller: Caller, account: str, mark: str = "#sandbox:quota") -> dict[str, Any]:
    """A post that went out and failed."""
    return publish(caller, create(caller, account, content=f"Hello {mark}", publishNow=True))


def test_a_draft_gets_words_accounts_and_a_time(test: Caller, account: str) -> None:
    other = connect(test, "linkedin")
    post = create(test, account)

    edited = test(
        "PATCH",
        f"/v1/posts/{post['id']}",
        {"content": "Better", "accountIds": [other], "scheduledFor": SOON, "tags": ["a"]},
    )

    assert edited.status == 200
    assert (edited.body["content"], edited.body["status"], edited.body["tags"]) == (
        "Better",
        "scheduled",
        ["a"],
    )
    assert [each["accountId"] for each in edited.body["platforms"]] == [other]
    assert test("GET", f"/v1/posts/{post['id']}").body == edited.body


def test_a_null_time_makes_a_scheduled_post_a_draft_again(
    test: Caller, account: str, table: Table
) -> None:
    post = create(test, account, scheduledFor=LATER)

    edited = test("PATCH", f"/v1/posts/{post['id']}", {"scheduledFor": None}).body

    assert (edited["status"], edited["scheduledFor"]) == ("draft", None)
    row = table.get((f"POST#{post['id']}", "STATE"))
    assert row is not None
    assert "due_at" not in row


def test_an_old_message_never_fires_a_post_whose_time_moved(test: Caller, account: str) -> None:
    scheduled = create(test, account, scheduledFor=SOON)
    message = {
        "owner": str(owner_of(test)),
        "post": scheduled["id"],
        "target": scheduled["platforms"][0]["postPlatformId"],
        "account": account,
    }
    test("PATCH", f"/v1/posts/{scheduled['id']}", {"scheduledFor": LATER})

    door("publish_target").handler(sqs_event(message), CONTEXT)

    found = test("GET", f"/v1/posts/{scheduled['id']}").body
    assert (found["status"], found["scheduledFor"]) == ("scheduled", LATER)


def test_an_edit_of_a_scheduled_post_keeps_the_rules(test: Caller, account: str) -> None:
    post = create(test, account, scheduledFor=LATER)

    for body, status in (
        ({"content": "a" * 312}, 400),
        ({"scheduledFor": "2020-01-01T00:00:00Z"}, 422),
        ({"accountIds": []}, 200),
    ):
        assert test("PATCH", f"/v1/posts/{post['id']}", body).status == status
    assert test("GET", f"/v1/posts/{post['id']}").body["content"] == "Hello"


def test_a_cancelled_post_is_never_sent(test: Caller, account: str) -> None:
    post = create(test, account, scheduledFor=SOON)

    cancelled = test("POST", f"/v1/posts/{post['id']}/cancel")

    assert (cancelled.status, cancelled.body["status"]) == (200, "cancelled")
    refused = test("POST", f"/v1/posts/{post['id']}/publish")
    assert (refused.status, refused.body["error"]["details"]) == (409, {"status": "cancelled"})


@pytest.mark.parametrize(
    ("fields", "status"), [({}, 200), ({"scheduledFor": LATER}, 200), ({"publishNow": True}, 409)]
)
def test_a_post_is_deleted_unless_it_is_on_its_way(
    test: Caller, account: str, fields: dict[str, Any], status: int
) -> None:
    post = create(test, account, **fields)

    answer = test("DELETE", f"/v1/posts/{post['id']}")

    assert answer.status == status
    assert test("GET", f"/v1/posts/{post['id']}").status == (404 if status == 200 else 200)
    assert answer.body == {"success": True, "id": post["id"]} or answer.body["error"][
        "details"
    ] == {"status": "publishing"}


def test_a_failed_post_is_shortened_and_retried(test: Caller, account: str) -> None:
    post = fail(test, account, "#sandbox:too-long")
    edited = test("PATCH", f"/v1/posts/{post['id']}", {"content": "Short"})

    again = test("POST", f"/v1/posts/{post['id']}/retry")

    assert (edited.status, edited.body["status"]) == (200, "failed")
    assert (again.status, again.body["status"], again.body["platforms"][0]["error"]) == (
        202,
        "publishing",
        None,
    )
    assert publish(test, post)["status"] == "published"
    assert [
        each["content"]
        for each in test("GET", f"/v1/sandbox/posts?accountId={account}").body["data"]
    ] == ["Short"]


def test_only_the_words_of_a_failed_post_change(test: Caller, account: str) -> None:
    post = fail(test, account)

    answer = test(
        "PATCH", f"/v1/posts/{post['id']}", {"content": "x", "tags": ["a"], "scheduledFor": LATER}
    )

    assert answer.status == 409
    assert answer.body["error"]["details"] == {
        "status": "failed",
        "fields": ["tags", "scheduledFor"],
    }


def test_reconnect_then_retry_recovers_a_disconnected_account(test: Caller, account: str) -> None:
    post = fail(test, account, "#sandbox:auth")
    test("POST", "/v1/accounts/connect/twitter", {"username": "brand"})
    test("PATCH", f"/v1/posts/{post['id']}", {"content": "Hello again"})

    test("POST", f"/v1/posts/{post['id']}/retry")

    assert publish(test, post)["status"] == "published"


def test_a_retry_moves_only_what_failed(test: Caller, account: str) -> None:
    other = connect(test, "linkedin")
    body = {
        "content": "x #sandbox:linkedin:quota",
        "accountIds": [account, other],
        "publishNow": True,
    }
    post = publish(test, test("POST", "/v1/posts", body).body)
    live, failed = post["platforms"]

    refused = test(
        "POST", f"/v1/posts/{post['id']}/retry", {"destinationIds": [live["postPlatformId"]]}
    )
    again = test(
        "POST", f"/v1/posts/{post['id']}/retry", {"destinationIds": [failed["postPlatformId"]]}
    )
    done = publish(test, post)

    assert (post["status"], refused.status, again.status) == ("partial", 409, 202)
    assert refused.body["error"]["details"]["targets"][0]["id"] == live["postPlatformId"]
    assert done["platforms"][0] == live
    assert done["platforms"][1]["attempts"] == 2
    assert len(test("GET", f"/v1/sandbox/posts?accountId={account}").body["data"]) == 1


def test_a_fix_with_other_words_resets_and_goes_at_once(test: Caller, account: str) -> None:
    post = fail(test, account, "#sandbox:too-long")
    path = f"/v1/posts/{post['id']}/platforms/{post['platforms'][0]['postPlatformId']}/fix"

    fixed = test("POST", path, {"content": "Fixed"})
    done = publish(test, post)

    assert (fixed.status, fixed.body["platforms"][0]["attempts"]) == (202, 0)
    assert (done["status"], done["content"]) == ("published", post["content"])
    assert [
        each["content"]
        for each in test("GET", f"/v1/sandbox/posts?accountId={account}").body["data"]
    ] == ["Fixed"]


def test_unpublish_then_archive_hides_a_post(test: Caller, account: str) -> None:
    post = publish(test, create(test, account, publishNow=True))

    taken = test("POST", f"/v1/posts/{post['id']}/unpublish")
    archived = test("PATCH", f"/v1/posts/{post['id']}", {"status": "archived"})

    assert (taken.status, taken.body["status"], taken.body["platforms"][0]["status"]) == (
        200,
        "unpublished",
        "unpublished",
    )
    assert (archived.status, archived.body["status"]) == (200, "archived")
    assert test("GET", "/v1/posts").body["data"] == []
    assert [each["id"] for each in test("GET", "/v1/posts?status=archived").body["data"]] == [
        post["id"]
    ]
    assert [each["id"] for each in test("GET", "/v1/posts?status=all").body["data"]] == [post["id"]]


def test_results_say_what_became_of_every_destination(test: Caller, account: str) -> None:
    post = publish(test, create(test, account, publishNow=True))

    results = test("GET", f"/v1/posts/{post['id']}/results").body

    assert (results["postId"], results["status"]) == (post["id"], "published")
    [destination] = results["destinations"]
    assert destination["id"] == post["platforms"][0]["postPlatformId"]
    assert destination["url"] == post["platforms"][0]["platformPostUrl"]


@pytest.mark.parametrize("act", ["publish", "cancel"])
def test_an_act_with_a_key_happens_once_and_is_answered_alike(
    test: Caller, account: str, act: str
) -> None:
    post = create(test, account)

    first = test("POST", f"/v1/posts/{post['id']}/{act}", idempotency_key="a-1")
    again = test("POST", f"/v1/posts/{post['id']}/{act}", idempotency_key="a-1")
    other = test("POST", f"/v1/posts/{create(test, account)['id']}/{act}", idempotency_key="a-1")

    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status, other.body["error"]["code"]) == (409, "IDEMPOTENCY_CONFLICT")


def test_a_retry_with_a_key_is_not_repeated(test: Caller, account: str) -> None:
    post = fail(test, account)

    for _ in range(3):
        assert test("POST", f"/v1/posts/{post['id']}/retry", idempotency_key="r-1").status == 202
    done = publish(test, post)

    assert done["platforms"][0]["attempts"] == 2


@pytest.mark.parametrize(
    "path", ["publish", "cancel", "retry", "unpublish", "platforms/pp_" + "0" * 24 + "/fix"]
)
def test_an_act_on_nothing_is_not_found(test: Caller, path: str) -> None:
    assert test("POST", f"/v1/posts/{MISSING}/{path}").status == 404
    assert test("POST", f"/v1/posts/post_1/{path}").status == 400
    assert (
        test("PATCH", f"/v1/posts/{MISSING}", {}).status
        == test("DELETE", f"/v1/posts/{MISSING}").status
        == 404
    )


def test_posts_of_others_cannot_be_touched(live: Caller, test: Caller, account: str) -> None:
    post = test("GET", f"/v1/posts/{create(test, account)['id']}").body

    for method, path in (
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/publish"),
        ("POST", "/cancel"),
        ("GET", "/results"),
    ):
        assert (
            live(method, f"/v1/posts/{post['id']}{path}", {} if method != "GET" else None).status
            == 404
        )
    assert test("GET", f"/v1/posts/{post['id']}").body == post

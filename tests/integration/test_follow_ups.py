"""What follows a publication, through the doors: first comments, and deletion at the networks."""

from typing import Any

import pytest

from herald.aws.dynamodb import Table
from tests.doors import door
from tests.integration.conftest import CONTEXT, Caller, drain
from tests.integration.test_posts import connect
from tests.integration.test_threads import PARTS, hasty, live, publish

__all__ = ["hasty"]


def comment(post: dict[str, Any]) -> dict[str, Any]:
    [target] = post["platforms"]
    found: dict[str, Any] = target["firstComment"]
    return found


def read(caller: Caller, post: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caller("GET", f"/v1/posts/{post['id']}").body
    return found


def test_a_first_comment_answers_what_opens_the_post(test: Caller, account: str) -> None:
    post = publish(test, [account], firstComment="first!")

    shown = {each["content"]: each for each in live(test, account)}
    assert (post["status"], post["firstComment"], comment(post)["status"]) == (
        "published",
        "first!",
        "published",
    )
    assert shown["first!"]["replyTo"] == shown["one"]["id"]
    assert comment(post)["platformPostId"] == shown["first!"]["id"]
    [destination] = test("GET", f"/v1/posts/{post['id']}/results").body["destinations"]
    assert destination["firstComment"] == comment(post)


def test_a_delayed_comment_waits_while_its_post_is_done(
    test: Caller, account: str, table: Table
) -> None:
    post = publish(test, [account], threadPosts=[], firstComment="first!", firstCommentDelay=3600)

    assert (post["status"], comment(post)["status"]) == ("published", "pending")
    row = table.get((f"POST#{post['id']}", "STATE"))
    assert row is not None
    assert row["due_at"]  # the sweep will find it
    assert [each["content"] for each in live(test, account)] == ["one"]


def test_a_comment_that_fails_leaves_the_post_published(
    test: Caller, account: str, table: Table
) -> None:
    post = publish(test, [account], firstComment="first! #sandbox:media-rejected")

    assert (post["status"], comment(post)["status"]) == ("published", "failed")
    assert comment(post)["error"]["code"] == "MEDIA_REJECTED"
    assert [each["content"] for each in live(test, account)] == ["one", "two", "three", "four"]
    row = table.get((f"POST#{post['id']}", "STATE"))
    assert row is not None
    assert "due_at" not in row


@pytest.mark.parametrize("mark", ["lost-answer", "lost-request", "processing-2", "flaky-1"])
def test_a_comment_in_trouble_is_sent_once(
    hasty: None, test: Caller, account: str, mark: str
) -> None:
    post = publish(test, [account], threadPosts=[], firstComment=f"first! #sandbox:{mark}")

    while comment(read(test, post))["status"] != "published":
        door("release_due").handler({}, CONTEXT)
        drain()

    assert [each["content"] for each in live(test, account)] == ["one", f"first! #sandbox:{mark}"]


def test_a_network_without_comments_is_known_before(test: Caller) -> None:
    body = {"content": "one", "platforms": ["TIKTOK", "LINKEDIN"], "firstComment": "first!"}

    found = test("POST", "/v1/posts/validate", body).body["platforms"]

    assert "FIRST_COMMENT_UNSUPPORTED" in {each["code"] for each in found["TIKTOK"]["warnings"]}
    assert found["LINKEDIN"]["warnings"] == []


@pytest.mark.parametrize(
    "fields",
    [
        {"firstComment": ""},
        {"firstComment": "a" * 2201},
        {"firstCommentDelay": 3601},
        {"firstComment": 1},
    ],
)
def test_a_bad_comment_is_refused(test: Caller, account: str, fields: dict[str, Any]) -> None:
    assert (
        test("POST", "/v1/posts", {"content": "one", "accountIds": [account]} | fields).status
        == 400
    )


def test_a_comment_keeps_the_networks_rules(test: Caller, account: str) -> None:
    long = {
        "content": "one",
        "accountIds": [account],
        "publishNow": True,
        "firstComment": "a" * 301,
    }

    refused = test("POST", "/v1/posts", long)

    assert (refused.status, refused.body["error"]["details"]["field"]) == (400, "firstComment")


def test_the_comment_of_a_draft_changes_and_goes_away(test: Caller, account: str) -> None:
    draft = test(
        "POST", "/v1/posts", {"content": "one", "accountIds": [account], "firstComment": "first!"}
    ).body
    path = f"/v1/posts/{draft['id']}"

    assert (
        test("PATCH", path, {"firstComment": "1st", "firstCommentDelay": 5}).body[
            "firstCommentDelay"
        ]
        == 5
    )
    assert test("PATCH", path, {"content": "two"}).body["firstComment"] == "1st"
    assert test("PATCH", path, {"firstComment": None}).body["firstComment"] is None


def test_unpublish_leaves_the_networks_alone_unless_asked(test: Caller, account: str) -> None:
    post = publish(test, [account], firstComment="first!", firstCommentDelay=3600)

    taken = test("POST", f"/v1/posts/{post['id']}/unpublish").body
    drain()

    [target] = taken["platforms"]
    assert (taken["status"], target["deletion"], comment(taken)["status"]) == (
        "unpublished",
        None,
        "skipped",
    )
    assert len(live(test, account)) == 4


def test_delete_from_platforms_takes_away_all_that_is_there(
    test: Caller, account: str, table: Table
) -> None:
    post = publish(test, [account], firstComment="first!")
    assert len(live(test, account)) == 5

    taken = test("POST", f"/v1/posts/{post['id']}/unpublish", {"deleteFromPlatforms": True})
    drain()

    assert (taken.status, taken.body["platforms"][0]["deletion"]["status"]) == (200, "pending")
    assert live(test, account) == []
    [destination] = test("GET", f"/v1/posts/{post['id']}/results").body["destinations"]
    assert (destination["status"], destination["deletion"]["status"]) == ("unpublished", "deleted")
    row = table.get((f"POST#{post['id']}", "STATE"))
    assert row is not None
    assert "due_at" not in row


def test_a_deletion_waits_for_a_comment_whose_outcome_is_unknown(
    test: Caller, account: str
) -> None:
    post = publish(test, [account], threadPosts=[], firstComment="first! #sandbox:lost-answer")
    assert comment(post)["status"] == "unknown"

    test("POST", f"/v1/posts/{post['id']}/unpublish", {"deleteFromPlatforms": True})
    drain()

    [target] = read(test, post)["platforms"]
    assert (target["deletion"]["status"], target["firstComment"]["status"]) == (
        "processing",
        "unknown",
    )
    assert [each["content"] for each in live(test, account)] == [
        "one",
        "first! #sandbox:lost-answer",
    ]


def test_deletion_can_be_asked_for_later_and_is_skipped_where_a_network_has_none(
    test: Caller, account: str
) -> None:
    post = publish(test, [account], threadPosts=PARTS[:1])
    test("POST", f"/v1/posts/{post['id']}/unpublish")

    assert test("POST", f"/v1/posts/{post['id']}/unpublish").status == 409
    assert (
        test("POST", f"/v1/posts/{post['id']}/unpublish", {"deleteFromPlatforms": True}).status
        == 200
    )
    drain()

    assert live(test, account) == []
    again = test("POST", f"/v1/posts/{post['id']}/unpublish", {"deleteFromPlatforms": True}).body
    assert again["platforms"][0]["deletion"]["status"] == "deleted"


def test_a_deletion_that_fails_says_why_and_is_tried_anew_when_asked_again(
    test: Caller, account: str
) -> None:
    post = publish(test, [account])
    test("DELETE", f"/v1/accounts/{account}")
    asked = (f"/v1/posts/{post['id']}/unpublish", {"deleteFromPlatforms": True})

    test("POST", *asked)
    drain()

    deletion = read(test, post)["platforms"][0]["deletion"]
    assert (deletion["status"], deletion["error"]["code"]) == ("failed", "ACCOUNT_DISCONNECTED")
    connect(test, "bluesky")
    test("POST", *asked)
    drain()
    assert read(test, post)["platforms"][0]["deletion"]["status"] == "deleted"
    assert live(test, account) == []


def test_a_quota_says_when_it_is_back(test: Caller, account: str) -> None:
    post = publish(test, [account], content="one #sandbox:quota", threadPosts=[])

    [target] = post["platforms"]
    assert (target["status"], target["error"]["code"]) == ("failed", "QUOTA_EXCEEDED")
    assert target["nextRetryAt"] > post["updatedAt"]

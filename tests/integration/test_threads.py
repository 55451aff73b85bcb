"""Threads through the doors: one part after the other, each answers the one before, none twice."""

from itertools import pairwise
from typing import Any

import pytest

from tests.doors import door
from tests.integration.conftest import CONTEXT, Caller, drain, forget_wiring
from tests.integration.test_posts import connect

PARTS = [{"content": "two"}, {"content": "three"}, {"content": "four"}]


@pytest.fixture
def hasty(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Backoffs of minutes take tenths of a second."""
    monkeypatch.setenv("TIME_SCALE", "0.001")
    forget_wiring()


def publish(caller: Caller, accounts: list[str], **fields: Any) -> dict[str, Any]:
    """A thread that was sent, as far as it got."""
    made = caller(
        "POST",
        "/v1/posts",
        {"content": "one", "accountIds": accounts, "threadPosts": PARTS, "publishNow": True}
        | fields,
    )
    assert made.status == 201, made.body
    drain()
    body: dict[str, Any] = caller("GET", f"/v1/posts/{made.body['id']}").body
    return body


def live(caller: Caller, account: str) -> list[dict[str, Any]]:
    """What the network shows, in the order it came."""
    shown = caller("GET", f"/v1/sandbox/posts?accountId={account}").body["data"]
    return sorted(shown, key=lambda each: each["publishedAt"])


def test_every_part_answers_the_one_before_it(test: Caller, account: str) -> None:
    post = publish(test, [account])

    shown = {each["id"]: each for each in live(test, account)}
    [target] = post["platforms"]
    ids = [target["platformPostId"], *(part["platformPostId"] for part in target["threadPosts"])]
    assert (post["status"], post["contentType"], post["threadPosts"][0]) == (
        "published",
        "THREAD",
        {"content": "two", "mediaIds": [], "media": []},
    )
    assert [shown[each]["content"] for each in ids] == ["one", "two", "three", "four"]
    assert [shown[later]["replyTo"] for _, later in pairwise(ids)] == ids[:-1]
    assert target["attempts"] == 1


def test_messages_that_come_twice_repeat_no_part(test: Caller, account: str) -> None:
    made = test(
        "POST",
        "/v1/posts",
        {"content": "one", "accountIds": [account], "threadPosts": PARTS, "publishNow": True},
    )
    drain(times=3)

    assert [each["content"] for each in live(test, account)] == ["one", "two", "three", "four"]
    assert test("GET", f"/v1/posts/{made.body['id']}").body["status"] == "published"


def test_a_part_that_fails_says_which_and_a_fix_goes_on_from_there(
    test: Caller, account: str
) -> None:
    post = publish(
        test,
        [account],
        threadPosts=[
            {"content": "two"},
            {"content": "three #sandbox:media-rejected"},
            {"content": "four"},
        ],
    )

    [target] = post["platforms"]
    assert (post["status"], target["status"]) == ("failed", "failed")
    assert target["error"]["message"].startswith("Part 3 of 4: ")
    assert target["platformPostUrl"]
    fixed = test(
        "POST",
        f"/v1/posts/{post['id']}/platforms/{target['postPlatformId']}/fix",
        {"content": "third"},
    )
    assert fixed.status == 202
    drain()
    assert [each["content"] for each in live(test, account)] == ["one", "two", "third", "four"]
    assert test("GET", f"/v1/posts/{post['id']}").body["status"] == "published"


@pytest.mark.parametrize("mark", ["lost-answer", "lost-request", "processing-2", "flaky-1"])
def test_a_part_in_trouble_is_sent_once(hasty: None, test: Caller, account: str, mark: str) -> None:
    post = publish(
        test, [account], threadPosts=[{"content": f"two #sandbox:{mark}"}, {"content": "three"}]
    )

    while test("GET", f"/v1/posts/{post['id']}").body["status"] == "publishing":
        door("release_due").handler({}, CONTEXT)
        drain()

    assert [each["content"] for each in live(test, account)] == [
        "one",
        f"two #sandbox:{mark}",
        "three",
    ]
    assert test("GET", f"/v1/posts/{post['id']}").body["status"] == "published"


def test_a_network_without_threads_gets_the_content_and_validate_says_so_before(
    test: Caller,
) -> None:
    account = connect(test, "linkedin")
    post = publish(test, [account])

    assert [each["content"] for each in live(test, account)] == ["one"]
    assert (post["status"], post["platforms"][0]["threadPosts"]) == ("published", [])
    found = test(
        "POST",
        "/v1/posts/validate",
        {"content": "one", "platforms": ["LINKEDIN", "X"], "threadPosts": PARTS},
    ).body
    assert found["valid"] is True
    assert [each["code"] for each in found["platforms"]["LINKEDIN"]["warnings"]] == [
        "THREAD_UNSUPPORTED"
    ]
    assert "THREAD_UNSUPPORTED" not in {
        each["code"] for each in found["platforms"]["TWITTER"]["warnings"]
    }


def test_every_part_keeps_the_networks_rules(test: Caller, account: str) -> None:
    wrong = {
        "content": "one",
        "accountIds": [account],
        "threadPosts": [{"content": "two"}, {"content": "a" * 301}],
    }

    refused = test("POST", "/v1/posts", wrong | {"publishNow": True})

    assert refused.status == 400
    assert refused.body["error"]["details"]["field"] == "threadPosts[1].content"
    assert test("POST", "/v1/posts", wrong).status == 201  # a draft may break them


@pytest.mark.parametrize("content", ["one", "", " one"])
def test_parts_that_begin_with_the_content_are_the_whole_thread(
    test: Caller, account: str, content: str
) -> None:
    publish(test, [account], content=content, threadPosts=[{"content": "one"}, *PARTS])

    assert [each["content"] for each in live(test, account)] == ["one", "two", "three", "four"]


@pytest.mark.parametrize(
    "parts",
    [
        [{"content": ""}],
        [{"content": "x", "mediaIds": ["media_1"]}],
        [{"content": "x"}] * 26,
        "x",
        [{}],
    ],
)
def test_a_bad_thread_is_refused(test: Caller, account: str, parts: object) -> None:
    assert (
        test(
            "POST", "/v1/posts", {"content": "one", "accountIds": [account], "threadPosts": parts}
        ).status
        == 400
    )


def test_the_parts_of_a_draft_change_and_those_of_a_failed_post_do_not(
    test: Caller, account: str
) -> None:
    draft = test(
        "POST", "/v1/posts", {"content": "one", "accountIds": [account], "threadPosts": PARTS}
    ).body

    edited = test(
        "PATCH", f"/v1/posts/{draft['id']}", {"threadPosts": [{"content": "one"}, {"content": "2"}]}
    ).body
    assert [each["content"] for each in edited["threadPosts"]] == ["2"]
    plain = test("PATCH", f"/v1/posts/{draft['id']}", {"threadPosts": []}).body
    assert (plain["threadPosts"], plain["contentType"]) == ([], "TEXT")
    failed = publish(test, [account], threadPosts=[{"content": "two #sandbox:media-rejected"}])
    refused = test("PATCH", f"/v1/posts/{failed['id']}", {"threadPosts": []})
    assert (refused.status, refused.body["error"]["details"]["fields"]) == (409, ["threadPosts"])

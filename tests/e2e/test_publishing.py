"""Posts on the running stack: in their second, once, whatever the network does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.e2e.stack import Caller


def parse(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_publish_now_goes_out_once_to_every_account(test: Caller) -> None:
    accounts = [
        test.connect(platform, username=uuid4().hex)
        for platform in ("twitter", "linkedin", "bluesky")
    ]

    post = test(
        "POST", "/v1/posts", {"content": "Hello", "accountIds": accounts, "publishNow": True}
    )
    done = test.finished(post.body["id"])

    assert post.status == 201
    assert done["status"] == "published"
    assert [test.live(each) for each in accounts] == [["Hello"]] * 3


def test_posts_leave_within_two_seconds_of_their_second_and_never_before(test: Caller) -> None:
    account = test.connect("twitter", username=uuid4().hex)
    start = datetime.now(UTC).replace(microsecond=0)
    times = [
        start + timedelta(seconds=5 + each) for each in range(20)
    ]  # at this time scale the sweep runs every 3 seconds

    posts = [
        test(
            "POST",
            "/v1/posts",
            {"content": f"at {at}", "accountIds": [account], "scheduledFor": at.isoformat()},
        ).body["id"]
        for at in times
    ]
    late = [
        (parse(test.finished(post)["publishedAt"]) - at).total_seconds()
        for post, at in zip(posts, times, strict=True)
    ]

    assert all(0 <= each <= 2 for each in late), late


@pytest.mark.parametrize(
    ("mark", "status", "attempts"),
    [
        ("#sandbox:flaky-1", "published", 2),
        ("#sandbox:lost-answer", "published", 1),
        ("#sandbox:lost-request", "published", 1),
        ("#sandbox:processing-3", "published", 1),
        ("#sandbox:rate-limit-1", "published", 2),
    ],
)
def test_trouble_that_passes_ends_in_one_live_post(
    test: Caller, mark: str, status: str, attempts: int
) -> None:
    account = test.connect("mastodon", username=uuid4().hex)

    post = test(
        "POST",
        "/v1/posts",
        {"content": f"Hello {mark}", "accountIds": [account], "publishNow": True},
    ).body
    done = test.finished(post["id"])

    assert (done["status"], done["platforms"][0]["attempts"]) == (status, attempts)
    assert done["platforms"][0]["error"] is None
    assert test.live(account) == [f"Hello {mark}"]


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        ("#sandbox:auth", "ACCOUNT_DISCONNECTED"),
        ("#sandbox:quota", "QUOTA_EXCEEDED"),
        ("#sandbox:media-rejected", "MEDIA_REJECTED"),
        ("#sandbox:too-long", "CONTENT_TOO_LONG"),
    ],
)
def test_a_definite_no_fails_at_once_and_nothing_is_live(
    test: Caller, mark: str, code: str
) -> None:
    account = test.connect("threads", username=uuid4().hex)

    post = test(
        "POST",
        "/v1/posts",
        {"content": f"Hello {mark}", "accountIds": [account], "publishNow": True},
    ).body
    done = test.finished(post["id"])

    assert (done["status"], done["platforms"][0]["error"]["code"]) == ("failed", code)
    assert test.live(account) == []


def test_fifty_equal_requests_at_once_make_one_post(test: Caller) -> None:
    account = test.connect("twitter", username=uuid4().hex)
    body = {"content": "only once", "accountIds": [account], "publishNow": True}
    key = uuid4().hex

    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(lambda _: test("POST", "/v1/posts", body, idempotency_key=key), range(50))
        )

    made = {answer.body["id"] for answer in answers if answer.status == 201}
    assert len(made) == 1
    assert {answer.status for answer in answers} <= {201, 409}
    assert all(answer.headers["retry-after"] for answer in answers if answer.status == 409)
    test.finished(made.pop())
    assert test.live(account) == ["only once"]

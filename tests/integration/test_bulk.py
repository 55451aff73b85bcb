"""Many posts in one request."""

import json
import random
from string import ascii_letters, digits
from typing import Any

import pytest

from herald import runtime
from herald.api.voxburst.bulk import BulkItem, fitting_items
from herald.domain.errors import Problem, ValidationError
from tests.integration.conftest import Caller, messages
from tests.integration.test_posts import connect


@pytest.fixture
def account(test: Caller) -> str:
    return connect(test, "twitter")


def good(account: str, number: int = 0) -> dict[str, Any]:
    return {"content": f"post {number}", "accountIds": [account]}


def test_all_are_created_in_their_order(test: Caller, account: str) -> None:
    answer = test(
        "POST", "/v1/posts/bulk", {"posts": [good(account, number) for number in range(50)]}
    )

    assert (answer.status, answer.body["total"], answer.body["created"], answer.body["failed"]) == (
        201,
        50,
        50,
        0,
    )
    assert [each["index"] for each in answer.body["results"]] == list(range(50))
    assert [each["post"]["content"] for each in answer.body["results"]] == [
        f"post {number}" for number in range(50)
    ]
    assert len(test("GET", "/v1/posts?limit=100").body["data"]) == 50


def test_each_is_judged_alone(test: Caller, account: str) -> None:
    bad = [
        {"content": 1},
        "text",
        {"content": "a" * 312, "accountIds": [account], "publishNow": True},
    ]

    answer = test("POST", "/v1/posts/bulk", {"posts": [good(account), *bad]})

    assert (answer.status, answer.body["created"], answer.body["failed"]) == (207, 1, 3)
    assert [each["status"] for each in answer.body["results"]] == [
        "created",
        "failed",
        "failed",
        "failed",
    ]
    assert [each["error"]["code"] for each in answer.body["results"][1:]] == [
        "VALIDATION_ERROR"
    ] * 3
    assert answer.body["results"][3]["error"]["details"]["maxLength"] == 280


def test_none_created_is_422(test: Caller) -> None:
    answer = test("POST", "/v1/posts/bulk", {"posts": [{}, {}]})

    assert (answer.status, answer.body["failed"]) == (422, 2)


def test_a_dry_run_stores_and_sends_nothing(test: Caller, account: str) -> None:
    answer = test(
        "POST",
        "/v1/posts/bulk",
        {"posts": [good(account) | {"publishNow": True}, {}], "dryRun": True},
    )

    assert (
        answer.status,
        answer.body["dryRun"],
        answer.body["created"],
        answer.body["failed"],
    ) == (207, True, 0, 1)
    assert [each["status"] for each in answer.body["results"]] == ["valid", "failed"]
    assert test("GET", "/v1/posts").body["data"] == []
    assert messages(runtime.configured().publish_queue_url) == []


def test_the_answer_says_it_as_the_vendors_go_client_reads_it_too(
    test: Caller, account: str
) -> None:
    long = {"content": "a" * 312, "accountIds": [account], "publishNow": True}
    past = good(account) | {"scheduledFor": "2020-01-01T00:00:00Z"}

    answer = test(
        "POST", "/v1/posts/bulk", {"posts": [good(account), {"content": 1}, long, past]}
    ).body
    tried = test("POST", "/v1/posts/bulk", {"posts": [good(account)], "dryRun": True}).body

    made, typed, ruled, late = answer["results"]
    assert (answer["dry_run"], tried["dry_run"]) == (False, True)
    assert made["postId"] == made["post"]["id"]
    assert "postId" not in typed | tried["results"][0]
    assert "errors" not in made | tried["results"][0]
    assert [each["field"] for each in typed["errors"]] == ["content"]
    assert [(each["field"], each["issue"]) for each in ruled["errors"]] == [
        ("content", "CONTENT_TOO_LONG")
    ]
    assert ruled["errors"][0]["detail"] == ruled["error"]["details"]["errors"][0]["message"]
    assert late["errors"] == [
        {
            "field": "scheduledFor",
            "issue": "UNPROCESSABLE_ENTITY",
            "detail": late["error"]["message"],
        }
    ]


def test_a_repeated_bulk_makes_each_post_once_and_goes_on_where_it_ended(
    test: Caller, account: str
) -> None:
    first = test(
        "POST", "/v1/posts/bulk", {"posts": [good(account, 0)]}, idempotency_key="b-1"
    ).body
    again = test(
        "POST",
        "/v1/posts/bulk",
        {"posts": [good(account, 0), good(account, 1)]},
        idempotency_key="b-1",
    ).body
    other = test("POST", "/v1/posts/bulk", {"posts": [good(account, 7)]}, idempotency_key="b-1")

    assert again["results"][0]["post"] == first["results"][0]["post"]
    assert len(test("GET", "/v1/posts").body["data"]) == 2
    assert (other.status, other.body["results"][0]["error"]["code"]) == (
        422,
        "IDEMPOTENCY_CONFLICT",
    )


@pytest.mark.parametrize(
    "body",
    [{}, {"posts": []}, {"posts": [{}] * 51}, {"posts": {}}, {"posts": [{}], "dryRun": "yes"}],
)
def test_a_bad_request_is_told(test: Caller, body: dict[str, Any]) -> None:
    assert test("POST", "/v1/posts/bulk", body).body["error"]["code"] == "VALIDATION_ERROR"


def test_a_bulk_is_one_call_of_the_rate_limit(test: Caller, account: str) -> None:
    before = test("GET", "/v1/auth/me")
    after = test("POST", "/v1/posts/bulk", {"posts": [good(account)] * 10})

    assert (
        int(before.headers["X-RateLimit-Remaining"]) - int(after.headers["X-RateLimit-Remaining"])
        <= 1
    )


def test_an_answer_that_lambda_would_not_take_names_the_rest_in_a_few_words(
    test: Caller, account: str
) -> None:
    """Each use of a file is answered with the file's URL."""
    link = {
        "url": "https://example.com/" + "a" * 2_000,
        "contentType": "image/png",
        "filename": "a.png",
    }
    file = test("POST", "/v1/media/register", link).body["id"]
    thread = [{"content": "", "mediaIds": [file] * 40} for _ in range(25)]
    posts = [
        *(good(account) | {"threadPosts": thread} for _ in range(5)),
        {"content": 1},
        good(account),
    ]

    answer = test("POST", "/v1/posts/bulk", {"posts": posts}, idempotency_key="many")
    again = test("POST", "/v1/posts/bulk", {"posts": posts}, idempotency_key="many")

    results = answer.body["results"]
    assert (answer.status, answer.body["created"]) == (207, 6)
    assert len(json.dumps(json.dumps(answer.body, ensure_ascii=False))) < 6_000_000
    assert "threadPosts" in results[0]["post"]
    assert [each["post"].keys() for each in results[1:5]] == [{"id", "status"}] * 4
    assert results[5]["error"]["details"]["field"] == "content"
    assert "threadPosts" in results[6]["post"]
    assert again.body == answer.body


def test_an_answer_that_the_table_would_not_take_is_refused_before_anything_is_done(
    test: Caller, account: str
) -> None:
    links = [
        f"https://example.com/{''.join(random.choices(ascii_letters + digits, k=2_000))}"
        for _ in range(40)
    ]
    declared = {"contentType": "image/png", "filename": "a.png"}
    files = [
        test("POST", "/v1/media/register", {"url": each, **declared}).body["id"] for each in links
    ]
    post = good(account) | {"threadPosts": [{"content": "x", "mediaIds": files} for _ in range(25)]}

    answer = test("POST", "/v1/posts", post, idempotency_key="large")

    assert (answer.status, answer.body["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert test("GET", "/v1/posts").body["data"] == []


def test_many_problems_are_said_in_a_few_words() -> None:
    refused = [BulkItem(index, error=too_much()) for index in range(50)]

    found: list[Any] = list(fitting_items(refused, dry_run=True))

    assert len(json.dumps(found)) < 3_000_000
    assert found[0]["error"]["details"]["moreErrors"] == 400
    assert found[-1]["error"] == {"code": "VALIDATION_ERROR", "message": "m" * 500}


def too_much() -> ValidationError:
    return ValidationError([Problem(path=("f" * 500,), message="m" * 900) for _ in range(500)])

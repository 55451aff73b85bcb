"""Errors as callers see them: one shape, and never a long one."""

import json

import boto3
import pytest

from tests.integration.conftest import Caller


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nowhere", 404, "NOT_FOUND"),
        ("GET", "/v1/posts//", 404, "NOT_FOUND"),
        ("OPTIONS", "/v1/nowhere", 404, "NOT_FOUND"),
        ("GET", "/v1/posts/a/b/c", 404, "NOT_FOUND"),
        ("GET", "/v1/posts/\x84", 400, "BAD_REQUEST"),
        ("PUT", "/v1/posts", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/v1/health", 405, "METHOD_NOT_ALLOWED"),
        ("DELETE", "/v1/accounts", 405, "METHOD_NOT_ALLOWED"),
    ],
)
def test_unknown_routes_and_methods_have_the_shape(
    live: Caller, method: str, path: str, status: int, code: str
) -> None:
    answer = live(method, path)

    assert (answer.status, answer.body["error"]["code"]) == (status, code)
    assert answer.body["error"]["requestId"]


def test_a_fault_shows_nothing_of_itself(live: Caller) -> None:
    boto3.client("dynamodb").delete_table(TableName="herald")

    answer = live("GET", "/v1/auth/me")

    assert (answer.status, answer.body["error"]["code"]) == (500, "INTERNAL_ERROR")
    assert "herald" not in str(answer.body)
    assert "Resource" not in str(answer.body)


def test_thousands_of_problems_are_counted_not_listed(live: Caller) -> None:
    overrides: dict[str, object] = {f"NETWORK{number}": {} for number in range(30_000)}

    answer = live(
        "POST",
        "/v1/posts",
        {"content": "x", "platforms": ["TWITTER"], "platformOverrides": overrides},
    )

    details = answer.body["error"]["details"]
    assert (answer.status, len(details["errors"]), details["moreErrors"]) == (400, 100, 29_900)
    assert details["field"] == "platformOverrides.NETWORK0"


def test_long_names_make_no_long_answer(live: Caller) -> None:
    posts = [{("\\" * 4_000) + str(number): "\x00" for number in range(50)} for _ in range(2)]

    answer = live("POST", "/v1/posts/bulk", {"posts": posts})

    assert answer.status == 422
    assert len(json.dumps(answer.body)) < 100_000

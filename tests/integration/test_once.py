"""Every POST under an Idempotency-Key makes one thing, also when its answer shows a secret."""

from typing import Any

import boto3
import pytest

from tests.integration.conftest import Caller

KEY = {"name": "scheduler", "mode": "test", "scopes": ["posts:write"]}
HOOK = {"url": "http://127.0.0.1:2/hook", "events": ["post.published"]}
BRAND = {"username": "brand", "appPassword": "abcd"}
MAKING = [
    ("/v1/api-keys", KEY, {"name": "other"}),
    ("/v1/webhooks", HOOK, {"description": "other"}),
    ("/v1/accounts/connect/bluesky", BRAND, {"appPassword": "abce"}),
    ("/v1/accounts/connect", {"platform": "bluesky", **BRAND}, {"appPassword": "abce"}),
]
SHOWING = [("/v1/api-keys", KEY, "key"), ("/v1/webhooks", HOOK, "secret")]


def listed(caller: Caller, path: str) -> list[Any]:
    found: list[Any] = caller("GET", path.partition("/connect")[0]).body["data"]
    return found


@pytest.mark.parametrize(("path", "body", "other"), MAKING)
def test_the_same_key_makes_one_and_is_answered_alike(
    test: Caller, path: str, body: dict[str, Any], other: dict[str, Any]
) -> None:
    before = len(listed(test, path))

    first = test("POST", path, body, idempotency_key="k-1")
    again = test("POST", path, dict(reversed(body.items())), idempotency_key="k-1")
    conflict = test("POST", path, body | other, idempotency_key="k-1")

    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (
        False,
        "true",
    )
    assert (conflict.status, conflict.body["error"]["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    assert len(listed(test, path)) == before + 1


@pytest.mark.parametrize(("path", "body", "_"), MAKING)
def test_a_key_belongs_to_its_mode_and_may_be_absent(
    live: Caller, test: Caller, path: str, body: dict[str, Any], _: dict[str, Any]
) -> None:
    first = test("POST", path, body, idempotency_key="k-1")

    assert "Idempotency-Replayed" not in live("POST", path, body, idempotency_key="k-1").headers
    assert "Idempotency-Replayed" not in test("POST", path, body).headers
    assert test("POST", path, body, idempotency_key="").status == 400
    assert first.status == 201


@pytest.mark.parametrize(("path", "body", "name"), SHOWING)
def test_a_kept_secret_lies_sealed_in_the_table(
    test: Caller, path: str, body: dict[str, Any], name: str
) -> None:
    secret = test("POST", path, body, idempotency_key="k-1").body[name]

    rows = str(boto3.client("dynamodb").scan(TableName="herald")["Items"])

    assert "ONCE#" in rows
    assert secret not in rows
    assert secret.rpartition("_")[2][:10] not in rows


def test_a_repeat_changes_nothing_and_asks_no_network(test: Caller) -> None:
    path, body, _ = MAKING[2]
    first = test("POST", path, body, idempotency_key="k-1")
    account = f"/v1/accounts/{first.body['account']['id']}"
    test("DELETE", account)

    assert test("POST", path, body, idempotency_key="k-1").body == first.body
    assert test("GET", account).body["status"] == "disconnected"

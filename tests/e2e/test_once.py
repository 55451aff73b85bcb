"""Idempotency on the running stack: many equal requests at once, under the functions' own roles."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.stack import Answer, Caller, Stack, until

MAKING = [
    ("/v1/api-keys", {"name": "scheduler", "mode": "test", "scopes": ["posts:write"]}),
    ("/v1/webhooks", {"url": "http://127.0.0.1:2/hook", "events": ["post.published"]}),
    ("/v1/accounts/connect/twitter", {"username": "once", "appPassword": "abcd"}),
]


@pytest.mark.parametrize(("path", "body"), MAKING)
def test_of_fifty_equal_requests_at_once_one_makes_something(
    test: Caller, path: str, body: dict[str, Any]
) -> None:
    key = uuid4().hex
    noun = path.partition("/connect")[0]
    before = len(test("GET", f"{noun}?limit=100").body["data"])

    def ask(_: int) -> Answer:
        return until(lambda: settled(test("POST", path, body, idempotency_key=key)))

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(ask, range(50)))

    assert {each.status for each in answers} == {201}
    assert all(each.body == answers[0].body for each in answers)
    assert sum("idempotency-replayed" not in each.headers for each in answers) == 1
    assert len(test("GET", f"{noun}?limit=100").body["data"]) == before + 1


def settled(answer: Answer) -> Answer | None:
    """None for the one that could not wait for its twin."""
    return None if answer.status == 409 and answer.headers.get("retry-after") == "1" else answer


@pytest.mark.parametrize(("path", "body", "name"), [(*MAKING[0], "key"), (*MAKING[1], "secret")])
def test_a_kept_secret_is_nowhere_in_clear(
    test: Caller, stack: Stack, path: str, body: dict[str, Any], name: str
) -> None:
    made = test("POST", path, body, idempotency_key=uuid4().hex).body

    def saved() -> list[bytes] | None:
        files = [
            each.read_bytes() for each in (stack.data_dir / "state").rglob("*") if each.is_file()
        ]
        return files if any(made["id"].encode() in each for each in files) else None

    assert not any(made[name].encode() in each for each in until(saved))

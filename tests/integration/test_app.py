"""The API's edge: keys, scopes, rate limit, and one error shape for everything."""

import logging
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from herald import runtime
from herald.domain import api_keys
from herald.domain.api_keys import Plan
from herald.domain.owners import Mode
from herald.store.workspaces import WorkspaceStore
from tests.doors import door
from tests.integration.conftest import CONTEXT, Caller

KEY = api_keys.generate(Mode.TEST)


@pytest.mark.parametrize(
    "key", [None, "", "nonsense", "vb_live_short", pytest.param(str(KEY), id="unknown")]
)
def test_every_wrong_key_gets_the_same_answer(aws: None, key: str | None) -> None:
    answer = Caller(key)("GET", "/v1/auth/me")

    assert answer.status == 401
    assert answer.body["error"]["code"] == "UNAUTHORIZED"
    assert (
        answer.body["error"]["message"] == Caller()("GET", "/v1/auth/me").body["error"]["message"]
    )
    assert answer.body["error"]["requestId"] == CONTEXT.aws_request_id


def test_health_answers_without_a_key(stranger: Caller) -> None:
    assert stranger("GET", "/v1/health").body == {"status": "ok", "version": "0.1.0"}


def test_me_says_who_calls(live: Caller) -> None:
    me = live("GET", "/v1/auth/me").body

    assert (me["workspaceName"], me["plan"], me["mode"]) == ("Acme", "pro", "live")
    assert me["workspaceId"].startswith("ws_")
    assert me["keyId"].startswith("key_")
    assert me["rateLimit"]["limit"] == 500


def test_every_answer_carries_the_rate_limit(live: Caller) -> None:
    first = live("GET", "/v1/auth/me")
    second = live("GET", "/v1/posts/nope")

    assert first.headers["X-RateLimit-Limit"] == "500"
    assert int(first.headers["X-RateLimit-Remaining"]) - int(
        second.headers["X-RateLimit-Remaining"]
    ) in {1, -499 + 498}
    assert int(first.headers["X-RateLimit-Reset"]) % 60 == 0


def test_the_limit_ends_with_429_and_a_time_to_come_back(aws: None) -> None:
    caller = Caller(runtime.workspaces().provision("Small", None, Plan.FREE).live_key)

    answers = [caller("GET", "/v1/auth/me") for _ in range(250)]  # a minute may end among them

    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert refused[0].body["error"]["code"] == "RATE_LIMITED"
    assert 1 <= int(refused[0].headers["Retry-After"]) <= 60
    assert refused[0].headers["X-RateLimit-Remaining"] == "0"


def test_a_call_that_a_new_minute_overtakes_counts_in_it(live: Caller) -> None:
    """It was begun in the last moment of the old one, or by a process whose clock is behind."""
    late = WorkspaceStore(runtime.table(), runtime.vault())
    ahead = WorkspaceStore(runtime.table(), runtime.vault())
    before = datetime(2099, 1, 1, 0, 0, 59, tzinfo=UTC)
    after = datetime(2099, 1, 1, 0, 1, tzinfo=UTC)
    digest = api_keys.digest(live.key or "")

    calls = [
        late.admit(digest, before),
        ahead.admit(digest, after),
        late.admit(digest, before),
        ahead.admit(digest, after),
    ]

    quotas = [call[1] for call in calls if call]
    assert [quota.used for quota in quotas] == [1, 1, 2, 3]
    assert [quota.reset - quotas[0].reset for quota in quotas] == [0, 60, 60, 60]
    assert WorkspaceStore(runtime.table(), runtime.vault()).admit(digest, before) is not None
    assert late.admit(api_keys.digest("vb_test_unknown"), after) is None


def test_wrong_keys_are_limited_by_source_address(stranger: Caller) -> None:
    statuses = [stranger("GET", "/v1/auth/me").status for _ in range(130)]

    assert set(statuses) == {401, 429}


def test_a_wrong_method_is_told_the_right_ones(live: Caller) -> None:
    assert live("PUT", "/v1/posts/post_1").headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH"


def test_a_body_that_is_no_text_is_no_json(live: Caller) -> None:
    answer = live("POST", "/v1/posts", b"\xff\xfe")

    assert (answer.status, answer.body["error"]["code"]) == (400, "BAD_REQUEST")


def test_a_key_may_do_what_its_scopes_say(live: Caller) -> None:
    made = live(
        "POST",
        "/v1/api-keys",
        {"name": "reader", "mode": "live", "scopes": ["posts:read", "accounts:write"]},
    )
    reader = Caller(made.body["key"])

    assert made.status == 201
    assert reader("GET", "/v1/posts").status == reader("GET", "/v1/accounts").status == 200
    refused = reader("POST", "/v1/posts", {"content": "x"})
    assert (refused.status, refused.body["error"]["code"]) == (403, "FORBIDDEN")
    assert refused.body["error"]["details"] == {"requiredScope": "posts:write"}


def test_a_key_cannot_make_a_stronger_one(live: Caller) -> None:
    made = live(
        "POST", "/v1/api-keys", {"name": "admin", "mode": "live", "scopes": ["workspace:write"]}
    )

    answer = Caller(made.body["key"])(
        "POST", "/v1/api-keys", {"name": "x", "mode": "live", "scopes": ["posts:write"]}
    )

    assert (answer.status, answer.body["error"]["details"]) == (
        403,
        {"requiredScope": "posts:write"},
    )


def test_a_key_is_shown_once_and_stored_hashed(live: Caller) -> None:
    made = live("POST", "/v1/api-keys", {"name": "k", "mode": "test", "scopes": ["posts:read"]})

    listed = live("GET", "/v1/api-keys").body["data"]
    stored = boto3.client("dynamodb").scan(TableName="herald")["Items"]

    assert {each["name"] for each in listed} == {"first live key", "first test key", "k"}
    assert all("key" not in each for each in listed)
    assert made.body["key"] not in str(stored)


def test_a_revoked_key_is_unknown(live: Caller) -> None:
    made = live(
        "POST", "/v1/api-keys", {"name": "k", "mode": "live", "scopes": ["posts:read"]}
    ).body

    gone = live("DELETE", f"/v1/api-keys/{made['id']}")

    assert (gone.status, gone.body) == (200, {"success": True, "id": made["id"]})
    assert Caller(made["key"])("GET", "/v1/posts").status == 401
    assert live("DELETE", f"/v1/api-keys/{made['id']}").status == 404


def test_an_expired_key_is_unknown(live: Caller) -> None:
    past = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    made = live(
        "POST",
        "/v1/api-keys",
        {"name": "k", "mode": "live", "scopes": ["posts:read"], "expiresAt": past},
    ).body

    assert Caller(made["key"])("GET", "/v1/posts").status == 401


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["name", "scopes", "mode"]),
        ({"name": "", "scopes": [], "mode": "x"}, ["name", "scopes", "mode"]),
        ({"name": "k", "scopes": ["posts:admin"], "mode": "live"}, ["scopes[0]"]),
    ],
)
def test_a_bad_key_request_names_every_field(
    live: Caller, body: dict[str, object], fields: list[str]
) -> None:
    answer = live("POST", "/v1/api-keys", body)

    assert [each["field"] for each in answer.body["error"]["details"]["errors"]] == fields


def test_provision_makes_a_workspace_with_two_keys(aws: None) -> None:
    made = door("provision").handler(
        {"name": "My workspace", "email": "owner@example.com"}, CONTEXT
    )

    assert Caller(made["key"])("GET", "/v1/auth/me").body["workspaceId"] == made["workspaceId"]
    assert Caller(made["testKey"])("GET", "/v1/auth/me").body["mode"] == "test"


def test_the_log_says_why_a_call_was_refused(
    live: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    live("POST", "/v1/posts", {"content": 5, "platforms": ["TWITTER"]})
    live("PATCH", "/v1/workspace", {"nam": "x"})

    refused, ignored = caplog.records
    said = {name: vars(refused)[name] for name in ("method", "path", "status", "code", "field")}
    assert said == {
        "method": "POST",
        "path": "/v1/posts",
        "status": 400,
        "code": "VALIDATION_ERROR",
        "field": "content",
    }
    assert (refused.getMessage(), ignored.getMessage(), vars(ignored)["fields"]) == (
        "refused",
        "fields ignored",
        "nam",
    )


@pytest.mark.parametrize("spelled", ["mediaIds", "media"])
def test_the_null_of_one_name_does_not_hide_another(test: Caller, spelled: str) -> None:
    test("POST", "/v1/accounts/connect/twitter", {"username": "brand"})
    body = {
        "content": "x",
        "platforms": ["TWITTER"],
        "media": None,
        "mediaIds": None,
        spelled: ["media_" + "0" * 24],
    }

    problems = test("POST", "/v1/posts", body).body["error"]["details"]["errors"]

    assert "MEDIA_NOT_FOUND" in {each["code"] for each in problems}


def test_a_repeat_is_compressed_or_not_as_it_is_asked(test: Caller) -> None:
    test("POST", "/v1/accounts/connect/bluesky", {"username": "brand"})
    body = {"content": "words " * 500, "platforms": ["BLUESKY"]}

    first = test("POST", "/v1/posts", body, idempotency_key="once")
    packed = test("POST", "/v1/posts", body, idempotency_key="once", accept_encoding="gzip")

    assert (first.status, packed.status) == (201, 201)
    assert packed.headers["Idempotency-Replayed"] == "true"
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.body == first.body


def test_the_root_says_where_to_go_on(stranger: Caller) -> None:
    root = stranger("GET", "/").body

    assert root["name"] == "herald"
    for name in ("docs", "openapi", "health"):
        assert stranger("GET", root[name]).status == 200

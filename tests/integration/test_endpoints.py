"""Endpoints through their doors: create, list, edit, rotate, delete."""

import re
from dataclasses import replace
from typing import Any

import boto3
import pytest
from standardwebhooks import WebhookVerificationError

from herald import runtime
from herald.actions.endpoints import NewEndpoint
from herald.aws.dynamodb import Update
from herald.domain.api_keys import Plan
from herald.domain.formats import SUBSCRIBABLE
from herald.domain.idempotency import IdempotentRequest
from herald.store import keys
from tests.integration.conftest import Caller, owner_of, tell
from tests.integration.subscribers import (
    Received,
    Subscriber,
    api_key,
    verified,
)
from tests.integration.test_webhooks import MINUTE, publish
from tests.schedules import FIRST_RETRY

SEED = {
    "id",
    "url",
    "events",
    "enabled",
    "failureCount",
    "consecutiveFailures",
    "autoDisabledAt",
    "lastDeliveryAt",
    "createdAt",
    "updatedAt",
}


HOOK = {"url": "https://192.0.43.8/hook", "events": ["post.published", "post.failed"]}


def test_a_new_webhook_shows_its_secret_once(live: Caller) -> None:
    answer = live("POST", "/v1/webhooks", HOOK | {"description": "CRM", "unknown": 1})

    assert answer.status == 201
    assert set(answer.body) == SEED | {"secret", "description", "format", "lastFailureAt"}
    assert re.fullmatch(r"wh_[0-9a-z]{24}", answer.body["id"])
    assert answer.body["secret"].startswith("whsec_")
    shown = {name: value for name, value in answer.body.items() if name != "secret"}
    assert live("GET", f"/v1/webhooks/{shown['id']}").body == shown
    assert live("GET", "/v1/webhooks").body["data"] == [shown]
    assert (shown["url"], shown["events"], shown["description"]) == (
        HOOK["url"],
        HOOK["events"],
        "CRM",
    )
    assert (shown["enabled"], shown["failureCount"], shown["lastDeliveryAt"]) == (True, 0, None)


def test_the_secret_lies_sealed_in_the_table(live: Caller) -> None:
    secret = live("POST", "/v1/webhooks", HOOK).body["secret"]

    rows = boto3.client("dynamodb").scan(TableName="herald")["Items"]

    assert secret not in str(rows)
    assert secret.removeprefix("whsec_")[:10] not in str(rows)


def test_an_event_named_twice_is_subscribed_once(live: Caller) -> None:
    answer = live(
        "POST", "/v1/webhooks", HOOK | {"events": ["post.failed", "post.created", "post.failed"]}
    )

    assert answer.body["events"] == ["post.failed", "post.created"]


def test_a_body_that_breaks_the_schema_is_a_400(live: Caller) -> None:
    changes: list[dict[str, Any]] = [
        {"events": ["post.partial"]},
        {"events": []},
        {"events": None},
        {"events": "post.created"},
        {"events": [1]},
        {"url": None},
        {"url": 1},
        {"description": "x" * 501},
        {"format": "xml"},
    ]

    for change in changes:
        answer = live("POST", "/v1/webhooks", HOOK | change)
        assert (answer.status, answer.body["error"]["code"]) == (400, "VALIDATION_ERROR"), change
        assert answer.body["error"]["details"]["field"].startswith(next(iter(change)))


def test_an_unknown_event_is_answered_with_the_known_ones(live: Caller) -> None:
    message = live("POST", "/v1/webhooks", HOOK | {"events": ["post.partial"]}).body["error"][
        "message"
    ]

    assert all(each in message for each in SUBSCRIBABLE)


def test_a_url_that_may_not_be_told_is_a_422(live: Caller) -> None:
    urls = [
        "",
        "nonsense",
        "ftp://example.com/",
        "http://192.0.43.8/hook",
        "https://user:pw@example.com/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://0x0a000001/",
        "https://example.com/#part",
        "https://127.0.0.1\\@example.com/",
    ]

    for url in urls:
        answer = live("POST", "/v1/webhooks", HOOK | {"url": url})
        assert (answer.status, answer.body["error"]["code"]) == (422, "UNPROCESSABLE_ENTITY"), url
        assert answer.body["error"]["details"] == {"field": "url"}


def test_a_host_that_does_not_resolve_just_now_is_accepted(live: Caller) -> None:
    assert (
        live("POST", "/v1/webhooks", HOOK | {"url": "https://not-yet.invalid/hook"}).status == 201
    )


@pytest.mark.parametrize("plan", [Plan.FREE, Plan.STARTER])
def test_a_plan_without_webhooks_says_which_feature_it_lacks(aws: None, plan: Plan) -> None:
    caller = Caller(runtime.workspaces().provision("Small", None, plan).live_key)

    answer = caller("POST", "/v1/webhooks", HOOK)

    assert (answer.status, answer.body["error"]["code"]) == (403, "FORBIDDEN")
    assert answer.body["error"]["details"] == {"requiredFeature": "custom_integrations"}


@pytest.mark.parametrize(
    ("plan", "status"), [(Plan.FREE, 403), (Plan.STARTER, 403), (Plan.PRO, 200)]
)
def test_enabling_a_webhook_needs_the_plan_and_no_other_change_does(
    aws: None, plan: Plan, status: int
) -> None:
    caller = Caller(runtime.workspaces().provision("Once pro", None, plan).live_key)
    endpoint, _ = runtime.endpoints().create(
        NewEndpoint(url="https://192.0.43.8/hook", events=("post.failed",)),
        by=api_key(owner_of(caller)),
        request=IdempotentRequest(),
    )
    path = f"/v1/webhooks/{endpoint.id}"

    quiet = caller("PATCH", path, {"enabled": False, "description": "rest"})
    enabled = caller("PATCH", path, {"enabled": True})

    assert (quiet.status, quiet.body["enabled"]) == (200, False)
    assert enabled.status == status
    assert caller("GET", path).body["enabled"] is (status == 200)
    if status == 403:
        assert enabled.body["error"]["details"] == {"requiredFeature": "custom_integrations"}


def test_a_list_says_it_as_the_vendors_command_line_reads_it_too(live: Caller) -> None:
    on = live("POST", "/v1/webhooks", HOOK).body["id"]
    off = live("POST", "/v1/webhooks", HOOK).body["id"]
    live("PATCH", f"/v1/webhooks/{off}", {"enabled": False})

    first = live("GET", "/v1/webhooks?limit=1").body
    both = live("GET", "/v1/webhooks").body

    assert [each["id"] for each in first["webhooks"]] == [on]
    assert both["webhooks"] == [each | {"active": each["enabled"]} for each in both["data"]]
    assert [each["active"] for each in both["webhooks"]] == [True, False]


def test_a_list_pages_oldest_first(live: Caller) -> None:
    made = [live("POST", "/v1/webhooks", HOOK).body["id"] for _ in range(3)]

    first = live("GET", "/v1/webhooks?limit=2").body
    second = live("GET", f"/v1/webhooks?limit=2&cursor={first['pagination']['next_cursor']}").body

    assert sorted(each["id"] for each in first["data"] + second["data"]) == sorted(made)
    assert (first["pagination"]["has_more"], second["pagination"]["hasMore"]) == (True, False)


def test_an_edit_changes_what_it_names_and_nothing_else(live: Caller) -> None:
    made = live("POST", "/v1/webhooks", HOOK | {"description": "CRM"}).body
    path = f"/v1/webhooks/{made.pop('id')}"

    moved = live("PATCH", path, {"url": "https://192.0.43.9/other", "unknown": 1}).body
    narrowed = live("PATCH", path, {"events": ["post.created", "post.created"]}).body
    bare = live("PATCH", path, {"description": None, "enabled": False}).body

    assert (moved["url"], moved["events"], moved["description"]) == (
        "https://192.0.43.9/other",
        HOOK["events"],
        "CRM",
    )
    assert (narrowed["url"], narrowed["events"]) == (moved["url"], ["post.created"])
    assert (bare["description"], bare["enabled"], bare["events"]) == (None, False, ["post.created"])
    assert bare["updatedAt"] > made["updatedAt"]
    assert live("GET", path).body == bare


def test_an_edit_is_judged_like_a_creation(live: Caller) -> None:
    path = f"/v1/webhooks/{live('POST', '/v1/webhooks', HOOK).body['id']}"

    bodies: list[dict[str, Any]] = [
        {"url": "https://10.0.0.1/"},
        {"events": []},
        {"enabled": "yes"},
    ]
    refused = [live("PATCH", path, each) for each in bodies]

    assert [each.status for each in refused] == [422, 400, 400]
    assert live("GET", path).body["url"] == HOOK["url"]


def test_an_endpoint_enabled_again_starts_from_no_failures(live: Caller) -> None:
    hook = live("POST", "/v1/webhooks", HOOK).body["id"]
    at = "2026-06-15T14:00:00.000Z"
    counted = {
        "enabled": False,
        "failure_count": 12,
        "consecutive_failures": 10,
        "auto_disabled_at": at,
        "last_failure_at": at,
    }
    runtime.table().update(Update(key=keys.owned(owner_of(live), "WH", hook), values=counted))
    shown = live("GET", f"/v1/webhooks/{hook}").body

    enabled = live("PATCH", f"/v1/webhooks/{hook}", {"enabled": True}).body

    assert (
        shown["enabled"],
        shown["consecutiveFailures"],
        shown["autoDisabledAt"],
        shown["lastFailureAt"],
    ) == (
        False,
        10,
        at,
        at,
    )
    assert (enabled["enabled"], enabled["consecutiveFailures"]) == (True, 0)
    assert (enabled["autoDisabledAt"], enabled["lastFailureAt"]) == (None, None)
    assert enabled["failureCount"] == 12


def rotate(caller: Caller, hook: str, body: object = None, **headers: str) -> Any:
    return caller("POST", f"/v1/webhooks/{hook}/rotate-secret", body, **headers)


def accepts(received: Received, secret: str) -> bool:
    try:
        return bool(verified(received, secret))
    except WebhookVerificationError:
        return False


@pytest.mark.parametrize(
    ("grace", "before_counts"),
    [(None, False), ({"graceSeconds": 0}, False), ({"graceSeconds": 60}, True)],
)
def test_a_rotated_secret_counts_at_once_and_the_one_before_only_while_it_is_granted(
    test: Caller, subscriber: Subscriber, grace: object, before_counts: bool
) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body

    answer = rotate(test, hook["id"], grace)
    publish(test, "signed anew")
    tell()

    assert (answer.status, answer.body["success"]) == (200, True)
    [received] = subscriber.received
    assert accepts(received, answer.body["secret"])
    assert accepts(received, hook["secret"]) is before_counts
    assert received.headers["x-voxburst-signature"].count("v2=") == 1 + before_counts


def test_a_grace_ends(test: Caller, subscriber: Subscriber) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body
    subscriber.answers = [500]
    rotate(test, hook["id"], {"graceSeconds": 60})
    publish(test, "once within, once after")
    tell()
    [waiting] = runtime.delivery_store().list(hook["id"], before=None, limit=1).items

    replace(runtime.deliverer(), now=lambda: runtime.now() + MINUTE + FIRST_RETRY).deliver(
        [waiting.job]
    )

    assert [each.headers["x-voxburst-signature"].count("v2=") for each in subscriber.received] == [
        2,
        1,
    ]


def test_a_rotation_asked_for_again_is_one_rotation_and_its_kept_answer_holds_no_secret(
    live: Caller,
) -> None:
    hook = live("POST", "/v1/webhooks", HOOK).body["id"]

    first = rotate(live, hook, idempotency_key="k")
    again = rotate(live, hook, idempotency_key="k")
    other = rotate(live, hook, {"graceSeconds": 5}, idempotency_key="k")

    assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
    assert other.status == 409
    assert first.body["secret"] not in str(
        boto3.client("dynamodb").scan(TableName="herald")["Items"]
    )


@pytest.mark.parametrize("grace", [-1, 86401, "60", 1.5])
def test_a_grace_is_a_day_at_most(live: Caller, grace: object) -> None:
    hook = live("POST", "/v1/webhooks", HOOK).body["id"]

    assert rotate(live, hook, {"graceSeconds": grace}).status == 400


def test_nobody_subscribes_to_tests(live: Caller) -> None:
    assert live("POST", "/v1/webhooks", HOOK | {"events": ["webhook.test"]}).status == 400
    assert live("POST", "/v1/webhooks/test", {"webhookId": "post_1"}).status == 400


def test_a_deleted_webhook_is_gone(live: Caller) -> None:
    hook = live("POST", "/v1/webhooks", HOOK).body["id"]

    answer = live("DELETE", f"/v1/webhooks/{hook}")

    assert (answer.status, answer.body) == (200, {"success": True, "id": hook})
    assert live("GET", f"/v1/webhooks/{hook}").status == 404
    assert live("DELETE", f"/v1/webhooks/{hook}").status == 404
    assert live("GET", f"/v1/webhooks/{hook}/deliveries").status == 404


def test_another_owners_webhook_does_not_exist(live: Caller, test: Caller) -> None:
    hook = live("POST", "/v1/webhooks", HOOK).body["id"]
    other = Caller(runtime.workspaces().provision("Other", None, Plan.PRO).live_key)

    for caller in (test, other):
        assert caller("GET", f"/v1/webhooks/{hook}").status == 404
        assert caller("GET", f"/v1/webhooks/{hook}/deliveries").status == 404
        assert caller("PATCH", f"/v1/webhooks/{hook}", {"enabled": False}).status == 404
        assert rotate(caller, hook).status == 404
        assert caller("POST", f"/v1/webhooks/{hook}/test").status == 404
        assert caller("POST", "/v1/webhooks/test", {"webhookId": hook}).status == 404
        assert caller("DELETE", f"/v1/webhooks/{hook}").status == 404
        assert caller("GET", "/v1/webhooks").body["data"] == []
    assert live("GET", f"/v1/webhooks/{hook}").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v1/webhooks/nonsense",
        "/v1/webhooks/post_000000000000000000000000",
        "/v1/webhooks/x/deliveries",
    ],
)
def test_a_malformed_id_is_a_400(live: Caller, path: str) -> None:
    answer = live("GET", path)

    assert (answer.status, answer.body["error"]["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/webhooks"), ("DELETE", "/v1/webhooks/wh_000000000000000000000000")],
)
def test_writing_needs_its_scope(live: Caller, method: str, path: str) -> None:
    key = live(
        "POST", "/v1/api-keys", {"name": "r", "scopes": ["webhooks:read"], "mode": "live"}
    ).body["key"]

    answer = Caller(key)(method, path, HOOK)

    assert (answer.status, answer.body["error"]["details"]) == (
        403,
        {"requiredScope": "webhooks:write"},
    )

"""Webhooks through their doors: subscribe, hear, list, delete; on an account made from the template."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from standardwebhooks import WebhookVerificationError

from herald import runtime
from herald.actions.endpoints import NewEndpoint
from herald.actions.paging import Filters
from herald.aws.dynamodb import Update
from herald.domain import deliveries
from herald.domain.api_keys import Plan
from herald.domain.errors import NotFoundError
from herald.domain.events import EventType
from herald.domain.formats import SUBSCRIBABLE
from herald.domain.owners import Mode, Owner
from herald.store import keys
from herald.webhooks import formats
from tests.doors import door
from tests.integration.conftest import CONTEXT, Caller, drain, messages, sqs_event, tell
from tests.integration.subscribers import (
    House,
    Received,
    Subscriber,
    api_key,
    happened,
    operations,
    stream_records,
    verified,
)
from tests.schedules import FIRST_RETRY, WEBHOOK_DELAYS

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
DELIVERY = {
    "id",
    "webhookId",
    "eventType",
    "url",
    "success",
    "retryCount",
    "statusCode",
    "latencyMs",
    "responseBody",
    "error",
    "createdAt",
    "deliveredAt",
}
MINUTE = timedelta(minutes=1)
HOOK = {"url": "https://192.0.43.8/hook", "events": ["post.published", "post.failed"]}


def owner_of(caller: Caller) -> Owner:
    me = caller("GET", "/v1/auth/me").body
    return Owner(me["workspaceId"], Mode.TEST if (caller.key or "").startswith("vb_test_") else Mode.LIVE)


def publish(caller: Caller, content: str) -> dict[str, Any]:
    account = caller("POST", "/v1/accounts/connect/bluesky", {"username": "brand"}).body["account"]["id"]
    post = caller("POST", "/v1/posts", {"content": content, "accountIds": [account], "publishNow": True})
    drain()
    found: dict[str, Any] = post.body
    return found


def test_a_post_is_told_from_its_creation_to_its_end(test: Caller, subscriber: Subscriber) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": list(SUBSCRIBABLE)}).body
    post = publish(test, "Grüße 🚀")

    tell()

    told = {each["type"]: each for each in (verified(received, hook["secret"]) for received in subscriber.received)}
    assert sorted(told) == ["account.connected", "post.created", "post.published", "post.target.published"]
    assert told["post.created"]["data"]["id"] == told["post.published"]["data"]["id"] == post["id"]
    assert (told["post.published"]["data"]["status"], told["post.published"]["data"]["content"]) == ("PUBLISHED", "Grüße 🚀")
    [platform] = told["post.published"]["data"]["platforms"]
    assert (platform["platform"], platform["status"]) == ("BLUESKY", "PUBLISHED")


def test_the_stream_seen_again_tells_nothing_again(test: Caller, subscriber: Subscriber) -> None:
    test("POST", "/v1/webhooks", {"url": subscriber.url, "events": list(SUBSCRIBABLE)})
    publish(test, "once")

    tell()
    tell()

    assert len(subscriber.received) == len(set(subscriber.events)) == 4


def test_a_delivery_is_listed_as_the_guide_shows_it(test: Caller, subscriber: Subscriber) -> None:
    subscriber.says = b'{"ok":true}'
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body
    publish(test, "listed")

    tell()

    [received], [listed] = subscriber.received, test("GET", f"/v1/webhooks/{hook['id']}/deliveries").body["data"]
    assert set(listed) == DELIVERY | {"status", "nextAttemptAt"}
    assert listed["id"] == received.headers["x-voxburst-delivery-id"]
    assert (listed["webhookId"], listed["eventType"], listed["url"]) == (hook["id"], "post.created", subscriber.url)
    assert (listed["status"], listed["success"], listed["retryCount"], listed["statusCode"]) == ("delivered", True, 0, 200)
    assert (listed["responseBody"], listed["error"]) == ('{"ok":true}', None)
    assert test("GET", f"/v1/webhooks/{hook['id']}").body["lastDeliveryAt"] == listed["deliveredAt"]


def test_test_data_and_live_data_never_meet(live: Caller, test: Caller, subscriber: Subscriber) -> None:
    live("POST", "/v1/webhooks", {"url": subscriber.url, "events": list(SUBSCRIBABLE)})
    publish(test, "secret")

    tell()

    assert subscriber.received == []


def test_a_record_that_cannot_be_read_stops_the_stream_there(test: Caller, subscriber: Subscriber) -> None:
    test("POST", "/v1/webhooks", {"url": subscriber.url, "events": list(SUBSCRIBABLE)})
    publish(test, "before")
    good = stream_records()
    bad = {"dynamodb": {"SequenceNumber": "77", "NewImage": {"events": {"S": "[{}]"}}}}

    answer = door("fan_out_events").handler({"Records": [good[0], bad, *good[1:]]}, CONTEXT)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "77"}]}
    assert len(messages(runtime.configured().delivery_queue_url)) == 1


def test_a_message_that_cannot_be_read_fails_alone(test: Caller, subscriber: Subscriber) -> None:
    test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]})
    publish(test, "good")
    door("fan_out_events").handler({"Records": stream_records()}, CONTEXT)
    [good] = messages(runtime.configured().delivery_queue_url)

    answer = door("deliver_webhook").handler(sqs_event({"not": "ours"}, good), CONTEXT)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert len(subscriber.received) == 1


def test_the_sweep_runs_through_its_door(aws: None) -> None:
    assert door("release_due").handler({}, CONTEXT) == {"targets": 0, "replays": 0, "deliveries": 0, "media": 0, "stats": 0}


def test_a_new_webhook_shows_its_secret_once(live: Caller) -> None:
    answer = live("POST", "/v1/webhooks", HOOK | {"description": "CRM", "unknown": 1})

    assert answer.status == 201
    assert set(answer.body) == SEED | {"secret", "description", "format", "lastFailureAt"}
    assert re.fullmatch(r"wh_[0-9a-z]{24}", answer.body["id"])
    assert answer.body["secret"].startswith("whsec_")
    shown = {name: value for name, value in answer.body.items() if name != "secret"}
    assert live("GET", f"/v1/webhooks/{shown['id']}").body == shown
    assert live("GET", "/v1/webhooks").body["data"] == [shown]
    assert (shown["url"], shown["events"], shown["description"]) == (HOOK["url"], HOOK["events"], "CRM")
    assert (shown["enabled"], shown["failureCount"], shown["lastDeliveryAt"]) == (True, 0, None)


def test_the_secret_lies_sealed_in_the_table(live: Caller) -> None:
    secret = live("POST", "/v1/webhooks", HOOK).body["secret"]

    rows = boto3.client("dynamodb").scan(TableName="herald")["Items"]

    assert secret not in str(rows)
    assert secret.removeprefix("whsec_")[:10] not in str(rows)


def test_an_event_named_twice_is_subscribed_once(live: Caller) -> None:
    answer = live("POST", "/v1/webhooks", HOOK | {"events": ["post.failed", "post.created", "post.failed"]})

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
    message = live("POST", "/v1/webhooks", HOOK | {"events": ["post.partial"]}).body["error"]["message"]

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
    assert live("POST", "/v1/webhooks", HOOK | {"url": "https://not-yet.invalid/hook"}).status == 201


@pytest.mark.parametrize("plan", [Plan.FREE, Plan.STARTER])
def test_a_plan_without_webhooks_says_which_feature_it_lacks(aws: None, plan: Plan) -> None:
    caller = Caller(runtime.workspaces().provision("Small", None, plan).live_key)

    answer = caller("POST", "/v1/webhooks", HOOK)

    assert (answer.status, answer.body["error"]["code"]) == (403, "FORBIDDEN")
    assert answer.body["error"]["details"] == {"requiredFeature": "custom_integrations"}


@pytest.mark.parametrize(("plan", "status"), [(Plan.FREE, 403), (Plan.STARTER, 403), (Plan.PRO, 200)])
def test_enabling_a_webhook_needs_the_plan_and_no_other_change_does(aws: None, plan: Plan, status: int) -> None:
    caller = Caller(runtime.workspaces().provision("Once pro", None, plan).live_key)
    endpoint, _ = runtime.endpoints().create(
        NewEndpoint(url="https://192.0.43.8/hook", events=("post.failed",)), by=api_key(owner_of(caller)), once=None, reply=str
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
    on, off = (live("POST", "/v1/webhooks", HOOK).body["id"] for _ in range(2))
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

    assert (moved["url"], moved["events"], moved["description"]) == ("https://192.0.43.9/other", HOOK["events"], "CRM")
    assert (narrowed["url"], narrowed["events"]) == (moved["url"], ["post.created"])
    assert (bare["description"], bare["enabled"], bare["events"]) == (None, False, ["post.created"])
    assert bare["updatedAt"] > made["updatedAt"]
    assert live("GET", path).body == bare


def test_an_edit_is_judged_like_a_creation(live: Caller) -> None:
    path = f"/v1/webhooks/{live('POST', '/v1/webhooks', HOOK).body['id']}"

    bodies: list[dict[str, Any]] = [{"url": "https://10.0.0.1/"}, {"events": []}, {"enabled": "yes"}]
    refused = [live("PATCH", path, each) for each in bodies]

    assert [each.status for each in refused] == [422, 400, 400]
    assert live("GET", path).body["url"] == HOOK["url"]


def test_an_endpoint_enabled_again_starts_from_no_failures(live: Caller) -> None:
    hook = live("POST", "/v1/webhooks", HOOK).body["id"]
    at = "2026-06-15T14:00:00.000Z"
    counted = {"enabled": False, "failure_count": 12, "consecutive_failures": 10, "auto_disabled_at": at, "last_failure_at": at}
    runtime.table().update(Update(key=keys.owned(owner_of(live), "WH", hook), values=counted))
    shown = live("GET", f"/v1/webhooks/{hook}").body

    enabled = live("PATCH", f"/v1/webhooks/{hook}", {"enabled": True}).body

    assert (shown["enabled"], shown["consecutiveFailures"], shown["autoDisabledAt"], shown["lastFailureAt"]) == (
        False,
        10,
        at,
        at,
    )
    assert (enabled["enabled"], enabled["consecutiveFailures"]) == (True, 0)
    assert (enabled["autoDisabledAt"], enabled["lastFailureAt"]) == (None, None)
    assert enabled["failureCount"] == 12


def test_a_failed_delivery_follows_its_endpoint_to_the_new_url(test: Caller, subscriber: Subscriber) -> None:
    hook = test("POST", "/v1/webhooks", {"url": f"{subscriber.url}/old", "events": ["post.created"]}).body["id"]
    subscriber.answers = [500]
    publish(test, "moving")
    tell()
    [waiting] = runtime.delivery_store().page(hook, before=None, limit=1).items

    test("PATCH", f"/v1/webhooks/{hook}", {"url": f"{subscriber.url}/new"})
    replace(runtime.deliverer(), now=lambda: runtime.now() + FIRST_RETRY).deliver([waiting.job])

    assert [each.path for each in subscriber.received] == ["/hook/old", "/hook/new"]
    [listed] = test("GET", f"/v1/webhooks/{hook}/deliveries").body["data"]
    assert (listed["url"], listed["success"]) == (f"{subscriber.url}/new", True)


def rotate(caller: Caller, hook: str, body: object = None, **headers: str) -> Any:
    return caller("POST", f"/v1/webhooks/{hook}/rotate-secret", body, **headers)


def accepts(received: Received, secret: str) -> bool:
    try:
        return bool(verified(received, secret))
    except WebhookVerificationError:
        return False


@pytest.mark.parametrize(("grace", "before_counts"), [(None, False), ({"graceSeconds": 0}, False), ({"graceSeconds": 60}, True)])
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
    [waiting] = runtime.delivery_store().page(hook["id"], before=None, limit=1).items

    replace(runtime.deliverer(), now=lambda: runtime.now() + MINUTE + FIRST_RETRY).deliver([waiting.job])

    assert [each.headers["x-voxburst-signature"].count("v2=") for each in subscriber.received] == [2, 1]


def test_a_rotation_asked_for_again_is_one_rotation_and_its_kept_answer_holds_no_secret(live: Caller) -> None:
    hook = live("POST", "/v1/webhooks", HOOK).body["id"]

    first = rotate(live, hook, idempotency_key="k")
    again = rotate(live, hook, idempotency_key="k")
    other = rotate(live, hook, {"graceSeconds": 5}, idempotency_key="k")

    assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
    assert other.status == 409
    assert first.body["secret"] not in str(boto3.client("dynamodb").scan(TableName="herald")["Items"])


@pytest.mark.parametrize("grace", [-1, 86401, "60", 1.5])
def test_a_grace_is_a_day_at_most(live: Caller, grace: object) -> None:
    hook = live("POST", "/v1/webhooks", HOOK).body["id"]

    assert rotate(live, hook, {"graceSeconds": grace}).status == 400


TESTED = {"event", "delivered", "success", "responseStatus", "statusCode", "latencyMs", "signed", "error"}


@pytest.mark.parametrize("named", [True, False])
def test_a_test_is_a_signed_delivery_that_counts_for_nothing(test: Caller, subscriber: Subscriber, named: bool) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body
    path = f"/v1/webhooks/{hook['id']}"
    test("PATCH", path, {"enabled": False})
    before = test("GET", path).body
    subscriber.answers = [200, 500]

    call = ("/v1/webhooks/test", {"webhookId": hook["id"]}) if named else (f"{path}/test", None)
    good, bad = [test("POST", *call) for _ in range(2)]

    assert set(good.body) == TESTED
    assert {name: value for name, value in good.body.items() if name != "latencyMs"} == {
        "event": "webhook.test",
        "delivered": True,
        "success": True,
        "responseStatus": 200,
        "statusCode": 200,
        "signed": True,
        "error": None,
    }
    assert (bad.status, bad.body["delivered"], bad.body["statusCode"], bad.body["error"]) == (200, False, 500, "answered 500")
    told = verified(subscriber.received[0], hook["secret"])
    assert (told["type"], told["data"]["webhookId"]) == ("webhook.test", hook["id"])
    assert subscriber.received[0].headers["x-voxburst-event"] == "webhook.test"
    assert test("GET", path).body == before
    assert test("GET", f"{path}/deliveries").body["data"] == []


def test_a_test_of_what_cannot_be_reached_says_why(test: Caller) -> None:
    hook = test("POST", "/v1/webhooks", {"url": "https://not-yet.invalid/hook", "events": ["post.created"]}).body["id"]

    answer = test("POST", f"/v1/webhooks/{hook}/test")

    assert (answer.status, answer.body["success"], answer.body["statusCode"]) == (200, False, None)
    assert answer.body["error"]


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
    "path", ["/v1/webhooks/nonsense", "/v1/webhooks/post_000000000000000000000000", "/v1/webhooks/x/deliveries"]
)
def test_a_malformed_id_is_a_400(live: Caller, path: str) -> None:
    answer = live("GET", path)

    assert (answer.status, answer.body["error"]["code"]) == (400, "BAD_REQUEST")


def test_deliveries_page_newest_first_and_filter_by_status(test: Caller, subscriber: Subscriber) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body["id"]
    subscriber.answers = [500]
    for number in range(5):
        publish(test, f"{number}")
        tell()

    path = f"/v1/webhooks/{hook}/deliveries"
    whole = test("GET", path).body["data"]
    first = test("GET", f"{path}?limit=2").body
    second = test("GET", f"{path}?limit=2&cursor={first['pagination']['next_cursor']}").body
    delivered = test("GET", f"{path}?limit=2&status=DELIVERED").body

    assert [each["id"] for each in whole] == sorted((each["id"] for each in whole), reverse=True)
    assert [each["id"] for each in first["data"] + second["data"]] == [each["id"] for each in whole[:4]]
    assert [each["status"] for each in delivered["data"]] == ["delivered"] * 2
    assert [each["status"] for each in test("GET", f"{path}?status=pending").body["data"]] == ["pending"]
    assert test("GET", f"{path}?status=delivering").body["data"] == []
    assert test("GET", f"{path}?status=nonsense").status == 400
    assert test("GET", f"{path}?status=failed&cursor={first['pagination']['next_cursor']}").status == 400


def test_deliveries_filter_by_event_type_and_time(test: Caller, subscriber: Subscriber) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created", "post.published"]}).body["id"]
    for number in range(3):
        publish(test, f"{number}")
    tell()

    path = f"/v1/webhooks/{hook}/deliveries"
    whole = test("GET", path).body["data"]
    second, third = whole[1]["createdAt"], whole[2]["createdAt"]
    created = test("GET", f"{path}?eventType=POST.created&limit=2").body
    rest = test("GET", f"{path}?eventType=post.created&limit=2&cursor={created['pagination']['next_cursor']}").body
    between = test("GET", f"{path}?from={third}&to={second}").body["data"]

    assert len(whole) == 6
    assert created["data"] + rest["data"] == [each for each in whole if each["eventType"] == "post.created"]
    assert rest["pagination"]["has_more"] is False
    assert between == [each for each in whole if third <= each["createdAt"] <= second]
    assert test("GET", f"{path}?from=2024-01-01T00:00:00Z&to=2024-02-01T00:00:00Z").body["data"] == []
    assert test("GET", f"{path}?from={second}&to={third}&limit=1").status == 200
    assert test("GET", f"{path}?eventType=webhook.test").status == test("GET", f"{path}?from=2024-01-01").status == 400


def test_a_filter_that_leaves_out_nearly_all_takes_few_reads(herald: House) -> None:
    endpoint, _ = herald.subscribe("https://192.0.43.8/hook")
    for number in range(200):
        told = formats.told(happened(EventType.POST_CREATED if number else EventType.POST_FAILED, herald.clock()), [])
        runtime.delivery_store().save(deliveries.first(told, endpoint), endpoint, herald.clock(), was=None)
        herald.clock.advance(seconds=1)
    seen = operations(runtime.table().client)

    later, filters = replace(runtime.endpoints(), now=herald.clock), Filters(event_type="post.failed")
    page = later.deliveries(endpoint.id, endpoint.owner, filters, before=None, limit=1)

    assert [each.event_type for each in page.items] == ["post.failed"]
    assert seen["Query"] <= 8


def test_a_delivery_shows_as_delivering_once_its_next_attempt_is_due(herald: House) -> None:
    endpoint, _ = herald.subscribe("https://192.0.43.8/hook")
    first = deliveries.first(formats.told(happened(EventType.POST_CREATED, herald.clock()), []), endpoint)
    retrying = replace(first, attempts=1, due=herald.clock() + MINUTE)
    runtime.delivery_store().save(retrying, endpoint, herald.clock(), was=None)
    listed = replace(runtime.endpoints(), now=herald.clock)

    def shown(status: str) -> list[str]:
        page = listed.deliveries(endpoint.id, endpoint.owner, Filters(status=status), before=None, limit=9)
        assert {each.seen(herald.clock()) for each in page.items} <= {status}
        return [each.id for each in page.items]

    waiting = (shown("pending"), shown("delivering"))
    herald.clock.advance(seconds=60)
    at_the_moment = (shown("pending"), shown("delivering"))
    herald.clock.advance(seconds=1)

    assert waiting == at_the_moment == ([first.id], [])
    assert (shown("pending"), shown("delivering"), shown("failed")) == ([], [first.id], [])


def test_a_delivery_shows_what_was_sent_and_every_attempt(test: Caller, subscriber: Subscriber) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body["id"]
    subscriber.answers, subscriber.says = [503], b"busy"
    publish(test, "Grüße 🚀")
    tell()
    [waiting] = runtime.delivery_store().page(hook, before=None, limit=1).items
    subscriber.says = b"thanks"
    replace(runtime.deliverer(), now=lambda: runtime.now() + FIRST_RETRY).deliver([waiting.job])

    path = f"/v1/webhooks/{hook}/deliveries"
    [listed] = test("GET", path).body["data"]
    shown = test("GET", f"{path}/{listed['id']}").body

    received = subscriber.received[-1]
    assert {name: value for name, value in shown.items() if name in listed} == listed
    assert shown["requestBody"] == received.body.decode()
    assert {name.lower(): value for name, value in shown["requestHeaders"].items()}.items() <= received.headers.items()
    assert shown["requestHeaders"]["X-VoxBurst-Signature"] == received.headers["x-voxburst-signature"]
    assert [(each["statusCode"], each["responseBody"], each["error"]) for each in shown["attempts"]] == [
        (503, "busy", "answered 503"),
        (200, "thanks", None),
    ]
    assert shown["attempts"][0]["at"] < shown["attempts"][1]["at"] == shown["deliveredAt"]


def test_a_delivery_says_when_it_is_attempted_next_while_it_is(test: Caller, subscriber: Subscriber) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body["id"]
    path = f"/v1/webhooks/{hook}/deliveries"

    def shown() -> dict[str, Any]:
        [listed] = test("GET", path).body["data"]
        detail = test("GET", f"{path}/{listed['id']}").body
        assert detail["nextAttemptAt"] == listed["nextAttemptAt"]
        found: dict[str, Any] = detail
        return found

    def attempt_after(delay: timedelta) -> None:
        [waiting] = runtime.delivery_store().page(hook, before=None, limit=1).items
        replace(runtime.deliverer(), now=lambda: runtime.now() + delay).deliver([waiting.job])

    subscriber.answers = [503, 503, 200]
    second_retry = WEBHOOK_DELAYS[1]
    publish(test, "later")
    tell()
    first = shown()
    attempt_after(FIRST_RETRY)
    second = shown()
    attempt_after(FIRST_RETRY + second_retry)
    delivered = shown()

    for seen, delay in ((first, FIRST_RETRY), (second, second_retry)):
        wait = datetime.fromisoformat(seen["nextAttemptAt"]) - datetime.fromisoformat(seen["attempts"][-1]["at"])
        assert delay <= wait < delay + timedelta(seconds=20)
    assert (delivered["status"], delivered["nextAttemptAt"]) == ("delivered", None)


@pytest.mark.parametrize("ended", ["parked", "gone"])
def test_a_delivery_that_is_not_attempted_again_says_so(test: Caller, subscriber: Subscriber, ended: str) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body["id"]
    subscriber.answers = [503] if ended == "parked" else [410]
    publish(test, "never")
    tell()
    test("PATCH", f"/v1/webhooks/{hook}", {"enabled": False})
    [waiting] = runtime.delivery_store().page(hook, before=None, limit=1).items
    replace(runtime.deliverer(), now=lambda: runtime.now() + FIRST_RETRY).deliver([waiting.job])

    [listed] = test("GET", f"/v1/webhooks/{hook}/deliveries").body["data"]

    assert listed["nextAttemptAt"] is None
    assert listed["status"] == ("pending" if ended == "parked" else "failed")


def test_a_retry_is_a_new_delivery_of_the_same_event(test: Caller, subscriber: Subscriber) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body["id"]
    publish(test, "again")
    tell()
    path = f"/v1/webhooks/{hook}/deliveries"
    [first] = test("GET", path).body["data"]

    answers = [test("POST", f"{path}/{first['id']}/retry", idempotency_key="k") for _ in range(2)]
    door("deliver_webhook").handler(sqs_event(*messages(runtime.configured().delivery_queue_url)), CONTEXT)

    assert [each.status for each in answers] == [202, 202]
    assert answers[0].body == answers[1].body
    assert (answers[0].body["status"], answers[0].body["success"]) == ("pending", False)
    once, again = subscriber.received
    assert once.headers["webhook-id"] == again.headers["webhook-id"]
    assert once.body == again.body
    listed = test("GET", path).body["data"]
    assert [each["id"] for each in listed] == [again.headers["x-voxburst-delivery-id"], first["id"]]
    assert [each["status"] for each in listed] == ["delivered", "delivered"]


def test_a_retry_whose_message_is_lost_is_found_by_the_sweep(test: Caller, subscriber: Subscriber) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body["id"]
    publish(test, "again")
    tell()
    [first] = test("GET", f"/v1/webhooks/{hook}/deliveries").body["data"]
    test("POST", f"/v1/webhooks/{hook}/deliveries/{first['id']}/retry")
    messages(runtime.configured().delivery_queue_url)

    sent = replace(runtime.webhook_sweep(), now=lambda: runtime.now() + MINUTE).release()
    door("deliver_webhook").handler(sqs_event(*messages(runtime.configured().delivery_queue_url)), CONTEXT)

    assert sent == 1
    assert len(subscriber.received) == 2


def test_what_cannot_be_delivered_again_says_why(test: Caller, live: Caller, subscriber: Subscriber) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body["id"]
    publish(test, "again")
    tell()
    [first] = test("GET", f"/v1/webhooks/{hook}/deliveries").body["data"]
    path = f"/v1/webhooks/{hook}/deliveries/{first['id']}"
    test("PATCH", f"/v1/webhooks/{hook}", {"enabled": False})

    disabled = test("POST", f"{path}/retry")

    assert (disabled.status, disabled.body["error"]["details"]["status"]) == (409, "disabled")
    assert test("POST", f"/v1/webhooks/{hook}/deliveries/del_000000000000000000000000/retry").status == 404
    assert live("GET", path).status == live("POST", f"{path}/retry").status == 404
    assert test("GET", f"/v1/webhooks/{hook}/deliveries/nonsense").status == 400


def test_what_happened_is_listed_as_it_is_told_subscribed_to_or_not(test: Caller, live: Caller, subscriber: Subscriber) -> None:
    test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]})
    for number in range(2):
        publish(test, f"{number}")
    tell()

    log = test("GET", "/v1/events").body["data"]
    whole = [each for each in log if each["type"].startswith("post.")]
    created = test("GET", "/v1/events?type=post.created&limit=1").body
    rest = test("GET", f"/v1/events?type=post.created&limit=1&cursor={created['pagination']['next_cursor']}").body["data"]
    between = test("GET", f"/v1/events?from={whole[2]['createdAt']}&to={whole[1]['createdAt']}").body["data"]

    assert sorted(each["type"] for each in whole) == ["post.created", "post.created", "post.published", "post.published"]
    assert [each["id"] for each in whole] == sorted((each["id"] for each in whole), reverse=True)
    assert created["data"] + rest == [each for each in whole if each["type"] == "post.created"]
    told = {event["id"]: event for event in map(json.loads, (each.body for each in subscriber.received))}
    assert told == {each["id"]: each for each in created["data"] + rest}
    assert between == [each for each in log if whole[2]["createdAt"] <= each["createdAt"] <= whole[1]["createdAt"]]
    assert test("GET", f"/v1/events/{whole[0]['id']}").body == whole[0]
    assert live("GET", "/v1/events").body["data"] == []
    assert live("GET", f"/v1/events/{whole[0]['id']}").status == 404
    assert test("GET", "/v1/events?type=post.partial").status == test("GET", "/v1/events/nonsense").status == 400


def test_an_event_is_shown_for_30_days(herald: House) -> None:
    event = herald.happens()
    later = replace(runtime.event_log(), now=herald.clock)

    herald.clock.advance(days=30)
    assert later.read(event.id, event.owner).id == event.id
    herald.clock.advance(seconds=1)

    with pytest.raises(NotFoundError):
        later.read(event.id, event.owner)
    assert later.page(event.owner, Filters(), before=None, limit=1).items == []


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/webhooks"), ("DELETE", "/v1/webhooks/wh_000000000000000000000000")])
def test_writing_needs_its_scope(live: Caller, method: str, path: str) -> None:
    key = live("POST", "/v1/api-keys", {"name": "r", "scopes": ["webhooks:read"], "mode": "live"}).body["key"]

    answer = Caller(key)(method, path, HOOK)

    assert (answer.status, answer.body["error"]["details"]) == (403, {"requiredScope": "webhooks:write"})

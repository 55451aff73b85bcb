"""Webhooks through their doors: subscribe, hear, list, delete.

The account is made from the template.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from herald import runtime
from herald.actions.paging import Filters
from herald.domain import deliveries
from herald.domain.errors import NotFoundError
from herald.domain.events import EventType
from herald.domain.formats import SUBSCRIBABLE
from herald.webhooks import formats
from tests.doors import door
from tests.integration.conftest import CONTEXT, Caller, drain, messages, sqs_event, tell
from tests.integration.subscribers import (
    House,
    Subscriber,
    happened,
    stream_records,
    verified,
)
from tests.schedules import FIRST_RETRY, WEBHOOK_DELAYS

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


def publish(caller: Caller, content: str) -> dict[str, Any]:
    account = caller("POST", "/v1/accounts/connect/bluesky", {"username": "brand"}).body["account"][
        "id"
    ]
    post = caller(
        "POST", "/v1/posts", {"content": content, "accountIds": [account], "publishNow": True}
    )
    drain()
    found: dict[str, Any] = post.body
    return found


def test_a_post_is_told_from_its_creation_to_its_end(test: Caller, subscriber: Subscriber) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": list(SUBSCRIBABLE)}).body
    post = publish(test, "Grüße 🚀")

    tell()

    told = {
        each["type"]: each
        for each in (verified(received, hook["secret"]) for received in subscriber.received)
    }
    assert sorted(told) == [
        "account.connected",
        "post.created",
        "post.published",
        "post.target.published",
    ]
    assert told["post.created"]["data"]["id"] == told["post.published"]["data"]["id"] == post["id"]
    assert (
        told["post.published"]["data"]["status"],
        told["post.published"]["data"]["content"],
    ) == ("PUBLISHED", "Grüße 🚀")
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

    [received] = subscriber.received
    [listed] = test("GET", f"/v1/webhooks/{hook['id']}/deliveries").body["data"]
    assert set(listed) == DELIVERY | {"status", "nextAttemptAt"}
    assert listed["id"] == received.headers["x-voxburst-delivery-id"]
    assert (listed["webhookId"], listed["eventType"], listed["url"]) == (
        hook["id"],
        "post.created",
        subscriber.url,
    )
    assert (listed["status"], listed["success"], listed["retryCount"], listed["statusCode"]) == (
        "delivered",
        True,
        0,
        200,
    )
    assert (listed["responseBody"], listed["error"]) == ('{"ok":true}', None)
    assert test("GET", f"/v1/webhooks/{hook['id']}").body["lastDeliveryAt"] == listed["deliveredAt"]


def test_test_data_and_live_data_never_meet(
    live: Caller, test: Caller, subscriber: Subscriber
) -> None:
    live("POST", "/v1/webhooks", {"url": subscriber.url, "events": list(SUBSCRIBABLE)})
    publish(test, "secret")

    tell()

    assert subscriber.received == []


def test_a_record_that_cannot_be_read_stops_the_stream_there(
    test: Caller, subscriber: Subscriber
) -> None:
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
    assert door("release_due").handler({}, CONTEXT) == {
        "targets": 0,
        "replays": 0,
        "deliveries": 0,
        "media": 0,
        "stats": 0,
    }


def test_a_failed_delivery_follows_its_endpoint_to_the_new_url(
    test: Caller, subscriber: Subscriber
) -> None:
    hook = test(
        "POST", "/v1/webhooks", {"url": f"{subscriber.url}/old", "events": ["post.created"]}
    ).body["id"]
    subscriber.answers = [500]
    publish(test, "moving")
    tell()
    [waiting] = runtime.delivery_store().list(hook, before=None, limit=1).items

    test("PATCH", f"/v1/webhooks/{hook}", {"url": f"{subscriber.url}/new"})
    replace(runtime.deliverer(), now=lambda: runtime.now() + FIRST_RETRY).deliver([waiting.job])

    assert [each.path for each in subscriber.received] == ["/hook/old", "/hook/new"]
    [listed] = test("GET", f"/v1/webhooks/{hook}/deliveries").body["data"]
    assert (listed["url"], listed["success"]) == (f"{subscriber.url}/new", True)


TESTED = {
    "event",
    "delivered",
    "success",
    "responseStatus",
    "statusCode",
    "latencyMs",
    "signed",
    "error",
}


def test_a_delivery_shows_as_delivering_once_its_next_attempt_is_due(herald: House) -> None:
    endpoint, _ = herald.subscribe("https://192.0.43.8/hook")
    first = deliveries.first(
        formats.recorded(happened(EventType.POST_CREATED, herald.clock()), []), endpoint
    )
    retrying = replace(first, attempts=1, due=herald.clock() + MINUTE)
    runtime.delivery_store().save(retrying, endpoint, herald.clock(), was=None)
    listed = replace(runtime.endpoints(), now=herald.clock)

    def shown(status: str) -> list[str]:
        page = listed.deliveries(
            endpoint.id, endpoint.owner, Filters(status=status), before=None, limit=9
        )
        assert {each.status_at(herald.clock()) for each in page.items} <= {status}
        return [each.id for each in page.items]

    waiting = (shown("pending"), shown("delivering"))
    herald.clock.advance(seconds=60)
    at_the_moment = (shown("pending"), shown("delivering"))
    herald.clock.advance(seconds=1)

    assert waiting == at_the_moment == ([first.id], [])
    assert (shown("pending"), shown("delivering"), shown("failed")) == ([], [first.id], [])


def test_a_delivery_shows_what_was_sent_and_every_attempt(
    test: Caller, subscriber: Subscriber
) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body[
        "id"
    ]
    subscriber.answers, subscriber.says = [503], b"busy"
    publish(test, "Grüße 🚀")
    tell()
    [waiting] = runtime.delivery_store().list(hook, before=None, limit=1).items
    subscriber.says = b"thanks"
    replace(runtime.deliverer(), now=lambda: runtime.now() + FIRST_RETRY).deliver([waiting.job])

    path = f"/v1/webhooks/{hook}/deliveries"
    [listed] = test("GET", path).body["data"]
    shown = test("GET", f"{path}/{listed['id']}").body

    received = subscriber.received[-1]
    assert {name: value for name, value in shown.items() if name in listed} == listed
    assert shown["requestBody"] == received.body.decode()
    assert {
        name.lower(): value for name, value in shown["requestHeaders"].items()
    }.items() <= received.headers.items()
    assert (
        shown["requestHeaders"]["X-VoxBurst-Signature"] == received.headers["x-voxburst-signature"]
    )
    assert [
        (each["statusCode"], each["responseBody"], each["error"]) for each in shown["attempts"]
    ] == [
        (503, "busy", "answered 503"),
        (200, "thanks", None),
    ]
    assert shown["attempts"][0]["at"] < shown["attempts"][1]["at"] == shown["deliveredAt"]


def test_a_delivery_says_when_it_is_attempted_next_while_it_is(
    test: Caller, subscriber: Subscriber
) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body[
        "id"
    ]
    path = f"/v1/webhooks/{hook}/deliveries"

    def shown() -> dict[str, Any]:
        [listed] = test("GET", path).body["data"]
        detail = test("GET", f"{path}/{listed['id']}").body
        assert detail["nextAttemptAt"] == listed["nextAttemptAt"]
        found: dict[str, Any] = detail
        return found

    def attempt_after(delay: timedelta) -> None:
        [waiting] = runtime.delivery_store().list(hook, before=None, limit=1).items
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
        wait = datetime.fromisoformat(seen["nextAttemptAt"]) - datetime.fromisoformat(
            seen["attempts"][-1]["at"]
        )
        assert delay <= wait < delay + timedelta(seconds=20)
    assert (delivered["status"], delivered["nextAttemptAt"]) == ("delivered", None)


@pytest.mark.parametrize("ended", ["parked", "gone"])
def test_a_delivery_that_is_not_attempted_again_says_so(
    test: Caller, subscriber: Subscriber, ended: str
) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body[
        "id"
    ]
    subscriber.answers = [503] if ended == "parked" else [410]
    publish(test, "never")
    tell()
    test("PATCH", f"/v1/webhooks/{hook}", {"enabled": False})
    [waiting] = runtime.delivery_store().list(hook, before=None, limit=1).items
    replace(runtime.deliverer(), now=lambda: runtime.now() + FIRST_RETRY).deliver([waiting.job])

    [listed] = test("GET", f"/v1/webhooks/{hook}/deliveries").body["data"]

    assert listed["nextAttemptAt"] is None
    assert listed["status"] == ("pending" if ended == "parked" else "failed")


def test_a_retry_is_a_new_delivery_of_the_same_event(test: Caller, subscriber: Subscriber) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body[
        "id"
    ]
    publish(test, "again")
    tell()
    path = f"/v1/webhooks/{hook}/deliveries"
    [first] = test("GET", path).body["data"]

    answers = [test("POST", f"{path}/{first['id']}/retry", idempotency_key="k") for _ in range(2)]
    door("deliver_webhook").handler(
        sqs_event(*messages(runtime.configured().delivery_queue_url)), CONTEXT
    )

    assert [each.status for each in answers] == [202, 202]
    assert answers[0].body == answers[1].body
    assert (answers[0].body["status"], answers[0].body["success"]) == ("pending", False)
    once, again = subscriber.received
    assert once.headers["webhook-id"] == again.headers["webhook-id"]
    assert once.body == again.body
    listed = test("GET", path).body["data"]
    assert [each["id"] for each in listed] == [again.headers["x-voxburst-delivery-id"], first["id"]]
    assert [each["status"] for each in listed] == ["delivered", "delivered"]


def test_a_retry_whose_message_is_lost_is_found_by_the_sweep(
    test: Caller, subscriber: Subscriber
) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body[
        "id"
    ]
    publish(test, "again")
    tell()
    [first] = test("GET", f"/v1/webhooks/{hook}/deliveries").body["data"]
    test("POST", f"/v1/webhooks/{hook}/deliveries/{first['id']}/retry")
    messages(runtime.configured().delivery_queue_url)

    sent = replace(runtime.sweeps(), now=lambda: runtime.now() + MINUTE).release()["deliveries"]
    door("deliver_webhook").handler(
        sqs_event(*messages(runtime.configured().delivery_queue_url)), CONTEXT
    )

    assert sent == 1
    assert len(subscriber.received) == 2


def test_what_cannot_be_delivered_again_says_why(
    test: Caller, live: Caller, subscriber: Subscriber
) -> None:
    hook = test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body[
        "id"
    ]
    publish(test, "again")
    tell()
    [first] = test("GET", f"/v1/webhooks/{hook}/deliveries").body["data"]
    path = f"/v1/webhooks/{hook}/deliveries/{first['id']}"
    test("PATCH", f"/v1/webhooks/{hook}", {"enabled": False})

    disabled = test("POST", f"{path}/retry")

    assert (disabled.status, disabled.body["error"]["details"]["status"]) == (409, "disabled")
    assert (
        test("POST", f"/v1/webhooks/{hook}/deliveries/del_000000000000000000000000/retry").status
        == 404
    )
    assert live("GET", path).status == live("POST", f"{path}/retry").status == 404
    assert test("GET", f"/v1/webhooks/{hook}/deliveries/nonsense").status == 400


def test_what_happened_is_listed_as_it_is_told_subscribed_to_or_not(
    test: Caller, live: Caller, subscriber: Subscriber
) -> None:
    test("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]})
    for number in range(2):
        publish(test, f"{number}")
    tell()

    log = test("GET", "/v1/events").body["data"]
    whole = [each for each in log if each["type"].startswith("post.")]
    created = test("GET", "/v1/events?type=post.created&limit=1").body
    rest = test(
        "GET", f"/v1/events?type=post.created&limit=1&cursor={created['pagination']['next_cursor']}"
    ).body["data"]
    between = test(
        "GET", f"/v1/events?from={whole[2]['createdAt']}&to={whole[1]['createdAt']}"
    ).body["data"]

    assert sorted(each["type"] for each in whole) == [
        "post.created",
        "post.created",
        "post.published",
        "post.published",
    ]
    assert [each["id"] for each in whole] == sorted((each["id"] for each in whole), reverse=True)
    assert created["data"] + rest == [each for each in whole if each["type"] == "post.created"]
    told = {
        event["id"]: event for event in map(json.loads, (each.body for each in subscriber.received))
    }
    assert told == {each["id"]: each for each in created["data"] + rest}
    assert between == [
        each for each in log if whole[2]["createdAt"] <= each["createdAt"] <= whole[1]["createdAt"]
    ]
    assert test("GET", f"/v1/events/{whole[0]['id']}").body == whole[0]
    assert live("GET", "/v1/events").body["data"] == []
    assert live("GET", f"/v1/events/{whole[0]['id']}").status == 404
    assert (
        test("GET", "/v1/events?type=post.partial").status
        == test("GET", "/v1/events/nonsense").status
        == 400
    )


def test_an_event_is_shown_for_30_days(herald: House) -> None:
    event = herald.happens()
    later = replace(runtime.event_log(), now=herald.clock)

    herald.clock.advance(days=30)
    assert later.get(event.id, event.owner).id == event.id
    herald.clock.advance(seconds=1)

    with pytest.raises(NotFoundError):
        later.get(event.id, event.owner)
    assert later.list(event.owner, Filters(), before=None, limit=1).items == []

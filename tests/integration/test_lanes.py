"""Lanes: what is for slow receivers waits apart."""

import threading
from dataclasses import replace
from datetime import timedelta

import boto3

from herald import runtime
from herald.domain.endpoints import Edit
from herald.domain.events import EventType
from herald.domain.jobs import CHECK
from herald.domain.lanes import SLOW_AFTER, Lane
from tests.fakes.http import meanwhile
from tests.integration.subscribers import (
    OWNER,
    House,
    Subscriber,
    api_key,
    happened,
    operations,
)
from tests.integration.test_deliveries import DELIVERED, only, update


def lanes_of(herald: House) -> list[str]:
    """By which lanes go those that wait."""
    return [each.body.get("lane", "fast") for each in herald.outbox.messages]


def takes(herald: House, seconds: float) -> None:
    """The next flight, whose receivers take so long."""
    slowly = meanwhile(herald.deliverer.http, lambda _: herald.clock.advance(seconds=seconds))
    replace(herald.deliverer, http=slowly).deliver(herald.outbox.take())


def test_an_endpoint_that_took_long_is_told_by_the_slow_lane_until_it_has_been_quick_for_a_while(
    herald: House, subscriber: Subscriber
) -> None:
    herald.subscribe(subscriber.url)
    went = []
    for seconds in (0.1, 30, *[0.1] * 8):
        herald.happens()
        went += lanes_of(herald)
        takes(herald, seconds)
        assert not herald.outbox.messages

    assert went == ["fast"] * 2 + ["slow"] * 7 + ["fast"]


def test_a_retry_takes_the_lane_its_attempt_has_earned_and_the_sweep_knows_it(
    herald: House, subscriber: Subscriber
) -> None:
    herald.subscribe(subscriber.url)
    subscriber.answers = [500]
    herald.happens()

    takes(herald, 30)
    assert lanes_of(herald) == ["slow"]
    herald.outbox.take()
    herald.clock.advance(minutes=3)
    herald.sweep()

    assert lanes_of(herald) == ["slow"]


def test_a_lost_first_message_is_sent_by_its_endpoints_lane(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    herald.happens()
    herald.outbox.take()
    update(endpoint, {"latency_ms": 30_000})

    herald.clock.at += CHECK
    herald.sweep()

    assert lanes_of(herald) == ["slow"]


def test_becoming_slow_costs_one_write_and_staying_slow_none(
    herald: House, subscriber: Subscriber
) -> None:
    herald.subscribe(subscriber.url)
    subscriber.answers = [500, 500]
    seen = operations(runtime.table().client)
    herald.happens()

    takes(herald, 30)
    first = seen.pop("UpdateItem")
    herald.clock.advance(minutes=1)
    takes(herald, 30)

    assert (first, seen["UpdateItem"]) == (1, 0)


def test_an_endpoint_counts_as_slow_while_its_attempts_still_hang(
    herald: House, subscriber: Subscriber
) -> None:
    """The receiver hangs until somebody else has read that it is slow."""
    endpoint, _ = herald.subscribe(subscriber.url)
    herald.happens()

    def hang(_: str) -> None:
        herald.clock.at += SLOW_AFTER
        assert noted.wait(30)

    noted = threading.Event()
    runtime.table().client.meta.events.register(
        "after-call.dynamodb.UpdateItem", lambda **_: noted.set()
    )
    impatient = replace(
        herald.deliverer,
        http=meanwhile(herald.deliverer.http, hang),
        patience=timedelta(milliseconds=20),
    )
    impatient.deliver(herald.outbox.take())

    assert herald.endpoint(endpoint).lane is Lane.SLOW
    assert only(herald.deliveries(endpoint)).status is DELIVERED


def test_what_was_sent_fast_before_its_endpoint_was_slow_goes_over_and_holds_nobody(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    herald.happens()
    update(endpoint, {"latency_ms": 30_000})
    seen = operations(runtime.table().client)

    herald.deliver()
    assert (lanes_of(herald), subscriber.received, seen) == (["slow"], [], {"BatchGetItem": 1})
    herald.deliver()

    assert only(herald.deliveries(endpoint)).attempts == 1


def test_a_new_address_has_no_history(herald: House, subscriber: Subscriber) -> None:
    endpoint, _ = herald.subscribe(f"{subscriber.url}/old")
    update(endpoint, {"latency_ms": 30_000})

    moved = runtime.endpoints().edit(
        endpoint.id, Edit(url=f"{subscriber.url}/new"), by=api_key(OWNER)
    )

    assert moved.lane is Lane.FAST


def test_each_message_goes_to_its_lanes_queue_in_the_name_of_its_workspace(
    herald: House, subscriber: Subscriber
) -> None:
    """First attempts, retries, what goes over and what the sweep finds name their workspace.

    SQS shares fairly among the workspaces that messages name.
    """
    client = boto3.client("sqs")
    for lane, endpoint in {
        lane: herald.subscribe(f"{subscriber.url}/{lane}")[0] for lane in Lane
    }.items():
        update(endpoint, {"latency_ms": 30_000 if lane is Lane.SLOW else 100})

    runtime.fan_out().record([happened(EventType.POST_CREATED, herald.clock())])

    for name, url in (("fast", runtime.lanes().fast.url), ("slow", runtime.lanes().slow.url)):
        answer = client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["MessageGroupId"]
        )
        assert [each["Attributes"] for each in answer["Messages"]] == [
            {"MessageGroupId": OWNER.workspace_id}
        ], name

"""Deliveries arrive at least once, whatever is lost in between.

The table is made from the template, and the subscriber is on loopback.
"""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import boto3
import pytest

from herald import runtime
from herald.actions.deliveries import MAX_CONCURRENT_PER_ENDPOINT
from herald.aws.dynamodb import Update
from herald.domain import times
from herald.domain.deliveries import Delivery, DeliveryStatus
from herald.domain.endpoints import Endpoint
from herald.domain.events import Event, EventType
from herald.domain.jobs import ATTEMPT_TIME, CHECK, PERIOD
from herald.domain.lanes import SLOW_AFTER
from herald.net.client import Client
from herald.net.guard import Guard
from herald.store import keys
from tests.fakes.http import meanwhile
from tests.integration.subscribers import (
    OWNER,
    Died,
    Fuse,
    House,
    Subscriber,
    happened,
    operations,
    verified,
)
from tests.schedules import FIRST_RETRY, WEBHOOK_ATTEMPTS, WEBHOOK_DELAYS

PENDING = DeliveryStatus.PENDING
DELIVERED = DeliveryStatus.DELIVERED
FAILED = DeliveryStatus.FAILED
SECOND = timedelta(seconds=1)
ALL_DELAYS = sum(WEBHOOK_DELAYS, timedelta())  # until the last attempt
EVERY_ATTEMPT = [str(number) for number in range(1, WEBHOOK_ATTEMPTS + 1)]


def only(deliveries: list[Delivery]) -> Delivery:
    [delivery] = deliveries
    return delivery


def rows(herald: House) -> Counter[str]:
    items = boto3.client("dynamodb").scan(TableName="herald")["Items"]
    return Counter(item["sk"]["S"].partition("#")[0] for item in items)


def test_a_message_seen_twice_is_one_attempt(herald: House, subscriber: Subscriber) -> None:
    herald.subscribe(subscriber.url)
    herald.happens()
    [job] = herald.outbox.take()

    herald.deliverer.deliver([job, job])
    herald.deliverer.deliver([job])

    assert len(subscriber.received) == 1


def test_of_two_workers_at_once_one_outcome_is_kept(herald: House, subscriber: Subscriber) -> None:
    """The second one starts and ends while the first one waits for its answer."""
    endpoint, _ = herald.subscribe(subscriber.url)
    herald.happens()
    [job] = herald.outbox.take()
    second = herald.deliverer
    first = replace(second, http=meanwhile(second.http, lambda _: second.deliver([job])))

    assert first.deliver([job]) == []

    assert len(subscriber.received) == 2
    assert only(herald.deliveries(endpoint)).attempts == 1
    assert herald.endpoint(endpoint).failure_count == 0


def test_a_failing_endpoint_is_tried_as_scheduled_with_the_same_bytes(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, secret = herald.subscribe(subscriber.url)
    subscriber.answers = [500] * 2 * WEBHOOK_ATTEMPTS
    herald.happens()
    [job] = herald.outbox.take()
    delays = []

    for _ in range(WEBHOOK_ATTEMPTS + 1):
        herald.deliverer.deliver([job])
        due = only(herald.deliveries(endpoint)).due
        delays.append(due - herald.clock.at if due else None)
        herald.clock.at = due or herald.clock.at

    assert delays == [*WEBHOOK_DELAYS, None, None]
    headers = [each.headers for each in subscriber.received]
    assert [each["x-voxburst-attempt"] for each in headers] == EVERY_ATTEMPT
    assert len({each.body for each in subscriber.received}) == 1
    for name in ("x-voxburst-delivery-id", "webhook-id"):
        assert len({each[name] for each in headers}) == 1, name
    for name in ("webhook-signature", "x-voxburst-signature"):
        assert len({each[name] for each in headers}) == WEBHOOK_ATTEMPTS, name
    verified(subscriber.received[0], secret)
    failed = only(herald.deliveries(endpoint))
    assert (failed.status, failed.status_code, failed.error) == (FAILED, 500, "answered 500")
    assert failed.retry_count == len(WEBHOOK_DELAYS)
    counted = herald.endpoint(endpoint)
    assert (counted.failure_count, counted.consecutive_failures, counted.last_delivery_at) == (
        1,
        1,
        None,
    )


def test_an_attempt_that_is_far_too_early_does_nothing_and_one_slightly_early_waits(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    subscriber.answers = [500]
    herald.happens()
    [job] = herald.outbox.take()
    herald.deliverer.deliver([job])

    herald.clock.at += FIRST_RETRY - 3 * SECOND
    herald.deliverer.deliver([job])
    assert len(subscriber.received) == 1
    herald.clock.advance(seconds=1.5)
    herald.deliverer.deliver([job])

    assert herald.clock.waited == [1.5]
    assert only(herald.deliveries(endpoint)).status is DELIVERED
    assert subscriber.received[1].headers["x-voxburst-attempt"] == "2"


def test_the_next_attempt_is_sent_at_once_only_if_the_sweep_would_see_it_too_late(
    herald: House, subscriber: Subscriber
) -> None:
    herald.subscribe(subscriber.url)
    subscriber.answers = [500] * len(WEBHOOK_DELAYS)
    herald.happens()
    [job] = herald.outbox.take()

    for delay in WEBHOOK_DELAYS:
        herald.deliverer.deliver([job])
        sent = [message.delay for message in herald.outbox.messages]
        assert sent == ([delay / SECOND] if delay <= 3 * PERIOD else [])
        herald.outbox.take()
        herald.clock.at += delay


@pytest.mark.parametrize(
    ("asked", "granted"), [(FIRST_RETRY / 10, FIRST_RETRY), (30 * FIRST_RETRY, 30 * FIRST_RETRY)]
)
def test_retry_after_moves_the_next_attempt_out_never_in(
    herald: House, subscriber: Subscriber, asked: timedelta, granted: timedelta
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    subscriber.answers, subscriber.headers = [503], {"Retry-After": f"{asked / SECOND:.0f}"}
    herald.happens()

    herald.deliver()

    assert only(herald.deliveries(endpoint)).due == herald.clock.at + granted


def test_time_takes_its_course_through_all_attempts(herald: House, subscriber: Subscriber) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    subscriber.answers = [500] * len(WEBHOOK_DELAYS)
    herald.happens()
    began = herald.clock.at

    herald.run(4 + ALL_DELAYS // PERIOD)

    assert [each.headers["x-voxburst-attempt"] for each in subscriber.received] == EVERY_ATTEMPT
    assert only(herald.deliveries(endpoint)).delivered_at == began + ALL_DELAYS


def test_a_blocked_endpoint_fails_for_good_and_says_no_address(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(f"http://localhost:{subscriber.url.split(':')[2]}")
    herald.happens()

    guarded = replace(herald.deliverer, http=Client(Guard(lookup=lambda host, port: ["127.0.0.1"])))
    guarded.deliver(herald.outbox.take())

    failed = only(herald.deliveries(endpoint))
    assert (failed.status, failed.attempts, failed.due) == (FAILED, 1, None)
    assert "127.0.0.1" not in str(failed.error)
    assert herald.endpoint(endpoint).failure_count == 1


def test_a_lost_first_message_is_found_by_the_sweep(herald: House, subscriber: Subscriber) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    herald.happens()
    herald.outbox.take()

    herald.clock.at += CHECK - SECOND
    assert herald.sweep() == 0
    herald.clock.at += SECOND
    assert herald.sweep() == 1
    herald.deliver()

    assert only(herald.deliveries(endpoint)).status is DELIVERED


def test_a_message_lost_again_and_again_is_sent_again_and_again(
    herald: House, subscriber: Subscriber
) -> None:
    herald.subscribe(subscriber.url)
    event = herald.happens()
    for _ in range(3):
        herald.outbox.take()
        herald.clock.at += CHECK
        assert herald.sweep() == 1

    herald.deliver()
    herald.clock.at += CHECK

    assert herald.sweep() == 0
    assert subscriber.events == [event.id]


def test_of_many_only_the_lost_ones_are_sent_again(herald: House, subscriber: Subscriber) -> None:
    for _ in range(3):
        herald.subscribe(subscriber.url)
    for _ in range(30):
        herald.happens()
        herald.clock.advance(milliseconds=1)
    jobs = herald.outbox.take()
    herald.deliverer.deliver(jobs[:40])

    herald.clock.at += CHECK
    sent = herald.sweep()

    assert sent == 50
    assert set(herald.outbox.take()) == set(jobs[40:])


def test_a_lost_retry_is_found_by_the_sweep(herald: House, subscriber: Subscriber) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    herald.sweep()
    subscriber.answers = [500]
    herald.happens()
    herald.deliver()
    herald.clock.at += FIRST_RETRY - PERIOD
    herald.sweep()
    herald.outbox.take()

    herald.clock.at += PERIOD
    assert herald.sweep() == 0  # it may be on its way
    herald.clock.at += ATTEMPT_TIME
    assert herald.sweep() == 1
    herald.deliver()

    assert only(herald.deliveries(endpoint)).status is DELIVERED


def test_what_was_verified_is_not_read_again(herald: House, subscriber: Subscriber) -> None:
    herald.subscribe(subscriber.url)
    herald.happens()
    herald.deliver()
    herald.clock.at += CHECK
    seen = operations(herald.deliverer.deliveries.table.client)

    herald.sweep()
    first = seen.copy()
    herald.clock.at += PERIOD
    herald.sweep()

    assert first["BatchGetItem"] == seen["BatchGetItem"] == 1


CALLS = [
    ("Query", 1),
    ("BatchWriteItem", 1),
    ("BatchGetItem", 1),
    ("Decrypt", 1),
    ("PutItem", 1),
    ("PutItem", 2),
    ("UpdateItem", 1),
]
SWEEP_CALLS = [
    ("GetItem", 1),
    ("Query", 2),
    ("Query", 20),
    ("UpdateItem", 2),
    ("UpdateItem", 3),
    ("BatchGetItem", 2),
]


@pytest.mark.parametrize("when", ["before-call", "after-call"])
def test_an_invocation_that_dies_at_any_call_loses_nothing(
    herald: House, subscriber: Subscriber, when: Literal["before-call", "after-call"]
) -> None:
    """Its messages are lost with it; only the stream comes again. The sweep must find the rest."""
    table = runtime.table().client
    kms = runtime.vault().client
    for operation, nth in CALLS + SWEEP_CALLS:
        subscriber.received, subscriber.answers = [], [500]
        endpoint, _ = herald.subscribe(subscriber.url)
        event = happened(EventType.POST_CREATED, herald.clock())
        fuse = Fuse(operation, nth, when)
        fuse.attach(table, kms)

        until_done(herald, event, endpoint)

        assert fuse.blown, (operation, nth)
        assert set(subscriber.events) == {event.id}, (operation, nth)
        assert len(subscriber.received) <= 3, (operation, nth)
        runtime.endpoint_store().delete(OWNER, endpoint.id)


def until_done(herald: House, event: Event, endpoint: Endpoint) -> None:
    """At most ten minutes of stream, queue and sweep."""
    if not survives(lambda: herald.fan_out.record([event])):
        herald.outbox.take()
        herald.fan_out.record([event])
    for _ in range(10):
        jobs = herald.outbox.take()
        survives(lambda jobs=jobs: herald.deliverer.deliver(jobs))  # type: ignore[misc]
        herald.clock.at += PERIOD
        survives(herald.sweep)
        if DELIVERED in [each.status for each in herald.deliveries(endpoint)]:
            return
    pytest.fail("never delivered")


def survives(invocation: Callable[[], object]) -> bool:
    try:
        invocation()
    except Died:
        return False
    return True


def test_a_deleted_endpoint_is_not_told_and_not_looked_for(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    herald.happens()
    runtime.endpoints().delete(endpoint.id, OWNER)

    assert herald.deliver() == []
    herald.clock.at += CHECK

    assert herald.sweep() == 0
    assert subscriber.received == []
    assert rows(herald) == {"EVT": 1, "CURSOR": 1}


def test_a_pending_delivery_of_a_deleted_endpoint_ends(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    subscriber.answers = [500]
    herald.happens()
    herald.deliver()
    runtime.endpoints().delete(endpoint.id, OWNER)

    herald.run(3)

    assert len(subscriber.received) == 1
    ended = only(herald.deliveries(endpoint))
    assert (ended.status, ended.due, ended.error) == (FAILED, None, "the endpoint was deleted")
    assert runtime.endpoint_store().get(OWNER, endpoint.id) is None  # no counter brought it back


@pytest.mark.parametrize("attempts", [0, 1])
def test_a_disabled_endpoints_deliveries_are_parked(
    herald: House, subscriber: Subscriber, attempts: int
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    subscriber.answers = [500]
    herald.happens()
    for _ in range(attempts):
        herald.deliver()
    disable(endpoint)

    herald.run(5)

    assert len(subscriber.received) == attempts
    parked = only(herald.deliveries(endpoint))
    assert (parked.status, parked.due, parked.attempts) == (PENDING, None, attempts)


def test_a_success_resets_the_consecutive_failures_and_only_them(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    update(endpoint, {"failure_count": 3, "consecutive_failures": 3})
    herald.happens()

    herald.deliver()

    counted = herald.endpoint(endpoint)
    assert (counted.failure_count, counted.consecutive_failures) == (3, 0)
    assert counted.last_delivery_at == herald.clock.at
    assert counted.updated_at == endpoint.updated_at


def fail(herald: House, subscriber: Subscriber, times: int) -> None:
    """So many deliveries fail for good, one after the other."""
    for _ in range(times):
        subscriber.answers = [500] * WEBHOOK_ATTEMPTS
        herald.happens()
        herald.exhaust()


def test_ten_failures_in_a_row_disable_an_endpoint(herald: House, subscriber: Subscriber) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)

    fail(herald, subscriber, 9)
    nine = herald.endpoint(endpoint)
    fail(herald, subscriber, 1)
    ten = herald.endpoint(endpoint)
    fail(herald, subscriber, 1)

    assert (nine.enabled, nine.consecutive_failures, nine.auto_disabled_at) == (True, 9, None)
    assert (ten.enabled, ten.consecutive_failures, ten.failure_count) == (False, 10, 10)
    assert ten.auto_disabled_at is not None
    assert len(subscriber.received) == 10 * WEBHOOK_ATTEMPTS


def test_a_success_in_between_starts_the_count_anew(herald: House, subscriber: Subscriber) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)

    fail(herald, subscriber, 9)
    subscriber.answers = []
    herald.happens()
    herald.deliver()
    fail(herald, subscriber, 1)

    counted = herald.endpoint(endpoint)
    assert (counted.enabled, counted.consecutive_failures, counted.failure_count) == (True, 1, 10)


def test_a_failure_after_the_success_that_is_being_noted_stays_counted(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    delivered_at = herald.clock.at
    fail(herald, subscriber, 1)

    runtime.endpoint_store().record_success(endpoint, delivered_at)

    counted = herald.endpoint(endpoint)
    assert (counted.consecutive_failures, counted.last_delivery_at) == (1, delivered_at)


def test_an_endpoint_that_is_gone_is_disabled_at_once(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    subscriber.answers = [410]
    herald.happens()

    herald.deliver()

    ended = only(herald.deliveries(endpoint))
    counted = herald.endpoint(endpoint)
    assert (ended.status, ended.attempts) == (FAILED, 1)
    assert (counted.enabled, counted.failure_count) == (False, 1)


@pytest.mark.parametrize("when", ["before-call", "after-call"])
@pytest.mark.parametrize("operation", ["TransactWriteItems", "UpdateItem", "BatchGetItem"])
def test_a_failure_is_counted_once_wherever_an_invocation_dies(
    herald: House,
    subscriber: Subscriber,
    operation: str,
    when: Literal["before-call", "after-call"],
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    herald.happens()
    subscriber.answers = [500] * 2 * WEBHOOK_ATTEMPTS
    [job] = herald.outbox.take()
    for _ in WEBHOOK_DELAYS:
        herald.deliverer.deliver([job])
        herald.clock.at = only(herald.deliveries(endpoint)).due or herald.clock.at
    Fuse(operation, 1, when).attach(runtime.table().client)

    survives(lambda: herald.deliverer.deliver([job]))
    herald.deliverer.deliver([job])
    herald.deliverer.deliver([job])

    assert only(herald.deliveries(endpoint)).status is FAILED
    counted = herald.endpoint(endpoint)
    assert (counted.failure_count, counted.consecutive_failures) == (1, 1)


def test_an_endpoint_whose_disabling_was_lost_is_disabled_by_the_next_delivery_unsent(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    update(endpoint, {"consecutive_failures": 10})
    herald.happens()

    herald.deliver()

    assert subscriber.received == []
    assert herald.endpoint(endpoint).enabled is False
    assert only(herald.deliveries(endpoint)).status is PENDING


def test_ten_deliveries_cost_one_read_ten_writes_and_one_for_their_endpoint(
    herald: House, subscriber: Subscriber
) -> None:
    herald.subscribe(subscriber.url)
    seen = operations(runtime.table().client, runtime.vault().client)
    herald.fan_out.record([happened(EventType.POST_CREATED, herald.clock()) for _ in range(10)])
    fanned = seen.copy()

    herald.deliver()

    assert fanned == {"Query": 1, "BatchWriteItem": 1}
    assert seen - fanned == {"BatchGetItem": 1, "Decrypt": 1, "PutItem": 10, "UpdateItem": 1}


def test_a_hundred_deliveries_to_four_endpoints_are_one_flight(
    herald: House, subscriber: Subscriber
) -> None:
    """Each delivery reads three keys, and a read takes 100 keys.

    Each delivery takes one event and one write, each endpoint one write.
    """
    endpoints = [herald.subscribe(f"{subscriber.url}/{number}")[0] for number in range(4)]
    seen = operations(runtime.table().client)
    herald.fan_out.record([happened(EventType.POST_CREATED, herald.clock()) for _ in range(25)])
    fanned = seen.copy()

    assert herald.deliver() == []

    assert seen - fanned == {"BatchGetItem": 2, "PutItem": 100, "UpdateItem": 4}
    for each in endpoints:
        assert {delivery.status for delivery in herald.deliveries(each)} == {DELIVERED}


def test_a_flight_writes_over_as_many_connections_as_are_kept(
    herald: House, subscriber: Subscriber
) -> None:
    """Ten wait for each other in the midst of their write, and no eleventh comes."""
    for number in range(30):
        herald.subscribe(f"{subscriber.url}/{number}")
    herald.happens()
    inside = set[int]()
    most = [0]
    ten = threading.Barrier(10)

    def enter(**_: Any) -> None:
        inside.add(threading.get_ident())
        most.append(len(inside))
        ten.wait(30)

    events = runtime.table().client.meta.events
    events.register("before-call.dynamodb.PutItem", enter)
    events.register(
        "after-call.dynamodb.PutItem", lambda **_: inside.discard(threading.get_ident())
    )

    assert herald.deliver() == []
    assert max(most) == 10


def test_an_endpoint_is_sent_so_many_at_a_time(herald: House, subscriber: Subscriber) -> None:
    herald.subscribe(subscriber.url)
    herald.fan_out.record(
        [
            happened(EventType.POST_CREATED, herald.clock())
            for _ in range(2 * MAX_CONCURRENT_PER_ENDPOINT)
        ]
    )
    lock = threading.Lock()
    air = [0]
    most = [0]
    full = threading.Barrier(MAX_CONCURRENT_PER_ENDPOINT)

    def fly(_: str) -> None:
        with lock:
            air[0] += 1
            most.append(air[0])
        full.wait(30)
        with lock:
            air[0] -= 1

    replace(herald.deliverer, http=meanwhile(herald.deliverer.http, fly)).deliver(
        herald.outbox.take()
    )

    assert max(most) == MAX_CONCURRENT_PER_ENDPOINT
    assert len(subscriber.received) == 2 * MAX_CONCURRENT_PER_ENDPOINT


def test_deliveries_whose_turn_has_not_come_go_back_unharmed_and_hold_nobody(
    herald: House, subscriber: Subscriber
) -> None:
    """A crowded endpoint's first deliveries take longer than the batch's patience.

    Its neighbour has one delivery.
    """
    crowded, _ = herald.subscribe(f"{subscriber.url}/crowded", EventType.POST_CREATED)
    quiet, _ = herald.subscribe(f"{subscriber.url}/quiet", EventType.POST_FAILED)
    herald.fan_out.record(
        [
            happened(EventType.POST_CREATED, herald.clock())
            for _ in range(3 * MAX_CONCURRENT_PER_ENDPOINT)
        ]
    )
    herald.happens(EventType.POST_FAILED)
    all_begun = threading.Barrier(MAX_CONCURRENT_PER_ENDPOINT + 1)

    def linger(_: str) -> None:
        all_begun.wait(30)
        herald.clock.at = began + SLOW_AFTER

    began = herald.clock.at
    deliverer = replace(herald.deliverer, http=meanwhile(herald.deliverer.http, linger))
    assert deliverer.deliver(herald.outbox.take()) == []

    assert Counter(each.path for each in subscriber.received) == {
        "/hook/crowded": MAX_CONCURRENT_PER_ENDPOINT,
        "/hook/quiet": 1,
    }
    assert Counter(each.delay for each in herald.outbox.messages) == {
        5: MAX_CONCURRENT_PER_ENDPOINT,
        10: MAX_CONCURRENT_PER_ENDPOINT,
    }
    assert len(herald.deliveries(crowded)) == MAX_CONCURRENT_PER_ENDPOINT

    herald.run(1)

    assert {(each.status, each.attempts) for each in herald.deliveries(crowded)} == {(DELIVERED, 1)}
    assert len(herald.deliveries(crowded)) == 3 * MAX_CONCURRENT_PER_ENDPOINT
    assert only(herald.deliveries(quiet)).status is DELIVERED


def test_a_slow_receiver_does_not_hold_what_its_neighbours_answered(
    herald: House, subscriber: Subscriber
) -> None:
    """The slow one answers only once the quick one's outcome is written."""
    slow, _ = herald.subscribe(f"{subscriber.url}/slow")
    quick, _ = herald.subscribe(f"{subscriber.url}/quick")
    herald.happens()
    written = threading.Event()
    runtime.table().client.meta.events.register(
        "after-call.dynamodb.PutItem", lambda **_: written.set()
    )

    def hold(url: str) -> None:
        if url == slow.url:
            assert written.wait(10)

    replace(herald.deliverer, http=meanwhile(herald.deliverer.http, hold)).deliver(
        herald.outbox.take()
    )

    assert [only(herald.deliveries(each)).status for each in (slow, quick)] == [
        DELIVERED,
        DELIVERED,
    ]


def test_a_delivery_that_fails_here_comes_again_and_holds_nobody(
    herald: House, subscriber: Subscriber
) -> None:
    """As when KMS is away for one secret."""
    broken, _ = herald.subscribe(f"{subscriber.url}/broken")
    herald.subscribe(f"{subscriber.url}/sound")
    update(broken, {"sealed": b"not ours"})
    herald.happens()

    failed = herald.deliver()

    assert [job.endpoint_id for job in failed] == [broken.id]
    assert [each.path for each in subscriber.received] == ["/hook/sound"]


def test_a_large_answer_is_kept_small(herald: House, subscriber: Subscriber) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    subscriber.says = b"<p>stack</p>" * 50_000
    herald.happens()

    herald.deliver()

    delivery = only(herald.deliveries(endpoint))
    assert len(delivery.response_body or "") == 10 * 1024
    raw = boto3.client("dynamodb").get_item(TableName="herald", Key=raw_key(delivery))["Item"]
    assert len(raw["response"]["B"]) < 500


def test_nothing_but_ids_travels_through_the_queue_and_nothing_secret_into_the_log(
    herald: House, subscriber: Subscriber, caplog: pytest.LogCaptureFixture
) -> None:
    _, secret = herald.subscribe(subscriber.url)
    caplog.set_level("DEBUG", logger="herald")
    herald.happens(content="top secret words")

    assert {name for message in herald.outbox.messages for name in message.body} == {
        "owner",
        "event",
        "endpoint",
        "delivery",
    }
    herald.deliver()

    [line] = [each for each in caplog.records if each.message == "delivered"]
    assert {"delivery_id", "endpoint_id", "event_id", "status", "latency_ms", "attempt"} <= set(
        vars(line)
    )
    assert "top secret words" not in str([vars(each) for each in caplog.records])
    assert secret not in str([vars(each) for each in caplog.records])


def test_a_retrys_line_says_when_it_is_due_and_no_other(
    herald: House, subscriber: Subscriber, caplog: pytest.LogCaptureFixture
) -> None:
    herald.subscribe(subscriber.url)
    caplog.set_level("INFO", logger="herald")
    subscriber.answers = [500, 200]
    herald.happens()
    began = herald.clock()

    [job] = herald.outbox.take()
    herald.deliverer.deliver([job])
    herald.clock.at += FIRST_RETRY
    herald.deliverer.deliver([job])

    told = [
        (each.message, vars(each).get("due"))
        for each in caplog.records
        if each.message in {"retrying", "delivered"}
    ]
    assert told == [("retrying", times.wire(began + FIRST_RETRY)), ("delivered", None)]


def test_the_subscribers_ledger_is_the_event_log(herald: House, subscriber: Subscriber) -> None:
    """Through failures, lost messages and duplicates, every event arrives, and nothing else.

    Who keeps delivery ids sees each event once.
    """
    herald.subscribe(subscriber.url)
    subscriber.answers = [500, 200, 302, 200, 429, 200] * 4
    told = []
    for number in range(12):
        told.append(
            herald.happens(EventType.POST_CREATED if number % 2 else EventType.POST_FAILED).id
        )
        herald.clock.advance(milliseconds=5)
        if number % 3 == 0:
            herald.outbox.offered.pop()
        herald.outbox.offered += herald.outbox.offered[:1]

    herald.run(9 + ALL_DELAYS // PERIOD)

    by_delivery = {
        each.headers["x-voxburst-delivery-id"]: each.headers["webhook-id"]
        for each in subscriber.received
    }
    assert sorted(by_delivery.values()) == sorted(told)


def disable(endpoint: Endpoint) -> None:
    update(endpoint, {"enabled": False})


def update(endpoint: Endpoint, values: Mapping[str, object]) -> None:
    runtime.table().update(Update(key=keys.owned(endpoint.owner, "WH", endpoint.id), values=values))


def raw_key(delivery: Delivery) -> Any:
    pk, sk = keys.delivery(delivery.endpoint_id, delivery.id)
    return {"pk": {"S": pk}, "sk": {"S": sk}}

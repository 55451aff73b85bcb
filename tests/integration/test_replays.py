"""Replays: an endpoint gets what it missed, each event by one delivery, whoever dies in between."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from herald import runtime
from herald.actions import sweeps
from herald.actions.replays import ReplayRequest, Replays, StartedReplay
from herald.domain.deliveries import DeliveryStatus
from herald.domain.endpoints import Edit, Endpoint
from herald.domain.errors import ConflictError, NotFoundError
from herald.domain.events import Event, EventType
from herald.domain.idempotency import IdempotentRequest
from herald.domain.owners import Mode, Owner
from herald.store.replays import ReplayStore
from tests.integration.conftest import Caller
from tests.integration.subscribers import (
    OWNER,
    Died,
    Fuse,
    House,
    Subscriber,
    api_key,
    happened,
)
from tests.schedules import WEBHOOK_ATTEMPTS

LATELY = timedelta(hours=3)
PAGE, MOST = 10, 40


def replays(herald: House) -> Replays:
    """In small steps."""
    store = ReplayStore(runtime.table(), page=PAGE)
    return replace(
        runtime.replays(), store=store, now=herald.clock, queue=herald.deliverer.queue, most=MOST
    )


def sweep(herald: House) -> int:
    """The sweep goes on with them. Returns how many deliveries that made."""
    return herald.swept(sweeps.replays(replays(herald).go_on))


def replay(
    herald: House,
    endpoint: Endpoint,
    *types: EventType,
    start: timedelta = LATELY,
    end: timedelta | None = None,
) -> StartedReplay:
    """Of the last three hours, unless told otherwise."""
    now = herald.clock.at
    wanted = ReplayRequest(
        start=now - start, end=None if end is None else now - end, types=types or None
    )
    return replays(herald).begin(
        endpoint.id, wanted, by=api_key(OWNER), request=IdempotentRequest()
    )


def enable(endpoint: Endpoint, enabled: bool) -> None:
    runtime.endpoints().edit(endpoint.id, Edit(enabled=enabled), by=api_key(OWNER))


def happen(herald: House, count: int) -> list[Event]:
    """So many events, a millisecond apart, of which nobody is told."""
    told = []
    for _ in range(count):
        herald.clock.advance(milliseconds=1)
        told.append(happened(EventType.POST_CREATED, herald.clock()))
    herald.fan_out.record(told)
    herald.clock.advance(seconds=1)
    return told


def test_what_failed_was_parked_or_happened_while_disabled_is_delivered_and_nothing_else(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    accepted = herald.happens()
    herald.deliver()
    subscriber.answers = [500] * WEBHOOK_ATTEMPTS
    failed = herald.happens()
    herald.exhaust()
    parked = herald.happens()
    enable(endpoint, False)
    herald.deliver()
    unheard = herald.happens()
    enable(endpoint, True)
    herald.clock.advance(seconds=1)
    subscriber.received.clear()

    begun = replay(herald, endpoint)
    herald.deliver()

    assert (begun.replayed, begun.complete) == (3, True)
    assert sorted(subscriber.events) == sorted([failed.id, parked.id, unheard.id])
    assert accepted.id not in subscriber.events
    herald.run(3)
    assert len(subscriber.received) == 3


def test_what_is_on_its_way_is_not_sent_beside(herald: House, subscriber: Subscriber) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    subscriber.answers = [500]
    herald.happens()
    herald.deliver()  # its retry waits
    herald.happens()  # its first attempt is yet to come

    assert replay(herald, endpoint).replayed == 0


def test_only_events_of_that_time_and_of_those_types_are_replayed(
    herald: House, subscriber: Subscriber
) -> None:
    kinds = (EventType.POST_CREATED, EventType.POST_FAILED)
    for kind in kinds * 3:
        herald.happens(kind)
        herald.clock.advance(minutes=10)
    endpoint, _ = herald.subscribe(subscriber.url, EventType.POST_CREATED)

    assert replay(herald, endpoint, start=LATELY).replayed == 3
    herald.deliver()
    assert (
        replay(
            herald, endpoint, EventType.POST_FAILED, start=LATELY, end=timedelta(minutes=35)
        ).replayed
        == 1
    )
    assert replay(herald, endpoint, start=timedelta(0)).replayed == 0
    assert {each.headers["x-voxburst-event"] for each in subscriber.received} == {"post.created"}


def test_what_a_replay_or_a_retry_delivered_is_not_replayed_again(
    herald: House, subscriber: Subscriber
) -> None:
    herald.happens()
    by_hand = herald.happens()
    endpoint, _ = herald.subscribe(subscriber.url)
    subscriber.answers = [500] * 2 * WEBHOOK_ATTEMPTS
    replay(herald, endpoint)
    herald.exhaust()
    failed = [each for each in herald.deliveries(endpoint) if each.event_id == by_hand.id]
    hooks = replace(runtime.endpoints(), now=herald.clock, queue=herald.deliverer.queue)
    hooks.redeliver(endpoint.id, failed[0].id, by=api_key(OWNER), request=IdempotentRequest())
    herald.deliver()

    begun = replay(herald, endpoint)
    herald.deliver()

    assert begun.replayed == 1
    assert replay(herald, endpoint).replayed == 0
    accepted = [
        each for each in herald.deliveries(endpoint) if each.status is DeliveryStatus.DELIVERED
    ]
    assert len({each.event_id for each in accepted}) == len(accepted) == 2


def test_a_large_one_goes_on_in_the_sweep_by_bounded_steps(
    herald: House, subscriber: Subscriber
) -> None:
    events = happen(herald, MOST + 2 * PAGE + 1)
    endpoint, _ = herald.subscribe("https://192.0.43.8/hook")

    begun = replay(herald, endpoint)
    steps = [sweep(herald) for _ in range(3)]

    assert (begun.replayed, begun.complete) == (PAGE, False)
    assert steps == [MOST, PAGE + 1, 0]
    assert Counter(job.event_id for job in herald.outbox.take()) == Counter(
        event.id for event in events
    )


@pytest.mark.parametrize("when", ["before-call", "after-call"])
@pytest.mark.parametrize(
    ("operation", "calls"),
    [
        ("TransactWriteItems", 1),
        ("BatchWriteItem", 2),
        ("PutItem", 7),
        ("UpdateItem", 1),
        ("DeleteItem", 1),
    ],
)
def test_whoever_dies_every_event_gets_one_delivery(
    herald: House,
    subscriber: Subscriber,
    operation: str,
    calls: int,
    when: Literal["before-call", "after-call"],
) -> None:
    events = happen(herald, PAGE + 5)
    endpoint, _ = herald.subscribe(subscriber.url)
    Fuse(operation, calls, when).attach(runtime.table().client)

    if (
        not survives(herald, endpoint)
        and operation == "TransactWriteItems"
        and when == "before-call"
    ):
        replay(herald, endpoint)  # nothing was begun: the user asks again
    for _ in range(3):
        herald.clock.advance(seconds=61)
        try:
            sweep(herald)
        except Died:
            continue
    herald.run(3)

    assert Counter(subscriber.events) == Counter(event.id for event in events)


def survives(herald: House, endpoint: Endpoint) -> bool:
    try:
        replay(herald, endpoint)
    except Died:
        return False
    return True


def test_an_endpoint_disabled_in_between_is_replayed_nothing_more(herald: House) -> None:
    happen(herald, 2 * PAGE)
    endpoint, _ = herald.subscribe("https://192.0.43.8/hook")
    replay(herald, endpoint)
    enable(endpoint, False)

    assert sweep(herald) == 0
    enable(endpoint, True)
    assert sweep(herald) == 0


def test_a_disabled_or_unknown_endpoint_is_refused(herald: House) -> None:
    endpoint, _ = herald.subscribe("https://192.0.43.8/hook")
    enable(endpoint, False)

    with pytest.raises(ConflictError):
        replay(herald, endpoint)
    with pytest.raises(NotFoundError):
        replay(herald, replace(endpoint, id="wh_0mpc9k1s0000000000000009"))


def test_a_replay_asked_for_again_under_its_key_is_one_replay(live: Caller) -> None:
    hook = live(
        "POST", "/v1/webhooks", {"url": "https://192.0.43.8/hook", "events": ["post.created"]}
    ).body["id"]
    body = {"from": (runtime.now() - LATELY).isoformat(), "types": ["post.created", "post.created"]}

    first = live("POST", f"/v1/webhooks/{hook}/replay", body, idempotency_key="once")
    again = live("POST", f"/v1/webhooks/{hook}/replay", body, idempotency_key="once")

    assert (first.status, again.status) == (202, 202)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.body == again.body
    assert {name: first.body[name] for name in ("webhookId", "types", "replayed", "complete")} == {
        "webhookId": hook,
        "types": ["post.created"],
        "replayed": 0,
        "complete": True,
    }
    assert live("POST", f"/v1/webhooks/{hook}/replay", {"to": body["from"]}).status == 400
    assert (
        live("POST", f"/v1/webhooks/{hook}/replay", {"from": "2026-01-01T00:00:00"}).status == 400
    )


def test_another_owners_events_are_not_replayed(herald: House) -> None:
    herald.happens(owner=Owner("ws_other", Mode.LIVE))
    herald.happens(owner=Owner(OWNER.workspace_id, Mode.TEST))
    endpoint, _ = herald.subscribe("https://192.0.43.8/hook")

    assert replay(herald, endpoint).replayed == 0

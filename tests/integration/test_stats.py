"""Stats of deliveries, as they are asked for and as the deliverer and the sweep leave them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from herald import runtime
from herald.actions import sweeps
from herald.actions.replays import ReplayRequest
from herald.actions.stats import Stats
from herald.domain.endpoints import Endpoint
from herald.domain.errors import NotFoundError
from herald.domain.idempotency import IdempotentRequest
from herald.domain.stats import MINUTE, OPEN, PERIOD, Tally
from herald.store.replays import ReplayStore
from tests.integration.conftest import Caller
from tests.integration.subscribers import OWNER, House, Subscriber, api_key, operations


def stats(herald: House) -> Stats:
    return replace(runtime.stats(), now=herald.clock)


def sweep(herald: House) -> int:
    """The sweep counts what is over. Returns of how many endpoints."""
    return herald.swept(sweeps.stats(stats(herald).settle))


def tally(herald: House, endpoint: Endpoint, since: datetime | None = None) -> Tally:
    return stats(herald).get(endpoint.id, OWNER, since)


def settle(herald: House) -> None:
    """Time passes until everything there is has been counted."""
    herald.clock.advance(seconds=(PERIOD + OPEN + MINUTE).total_seconds())
    assert sweep(herald) == 1


def test_an_endpoint_without_deliveries_has_failed_in_none(
    workspace: tuple[Caller, Caller], subscriber: Subscriber
) -> None:
    caller, _ = workspace
    hook = caller("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body[
        "id"
    ]

    answer = caller("GET", f"/v1/webhooks/{hook}/deliveries/stats")

    assert answer.status == 200
    assert answer.body == {
        "data": {"total": 0, "delivered": 0, "failed": 0, "pending": 0, "successRate": None}
    }


def test_since_must_be_a_time_and_the_webhook_ones_own(
    workspace: tuple[Caller, Caller], subscriber: Subscriber
) -> None:
    caller, other = workspace
    hook = caller("POST", "/v1/webhooks", {"url": subscriber.url, "events": ["post.created"]}).body[
        "id"
    ]
    path = f"/v1/webhooks/{hook}/deliveries/stats"

    assert caller("GET", f"{path}?since=2099-01-01T00:00:00Z").body["data"]["total"] == 0
    assert caller("GET", f"{path}?since=yesterday").status == 400
    assert other("GET", path).status == 404


def test_what_ends_long_after_its_minute_was_counted_is_told_at_once(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    subscriber.answers = [500, 200]
    subscriber.headers = {"Retry-After": "3600"}
    herald.happens()
    herald.deliver()
    [retry] = herald.deliveries(endpoint)
    settle(herald)
    assert herald.endpoint(endpoint).settled_until
    assert tally(herald, endpoint) == Tally(pending=1)

    herald.clock.advance(hours=3)
    herald.deliverer.deliver([retry.job])

    assert tally(herald, endpoint) == Tally(delivered=1)
    settle(herald)
    assert tally(herald, endpoint) == Tally(delivered=1)
    assert runtime.stats_store().touches(endpoint.id) == []


def test_what_first_appears_long_after_its_event_is_counted(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    herald.happens()
    lost = herald.outbox.take()
    herald.happens()
    herald.deliver()
    settle(herald)
    assert tally(herald, endpoint) == Tally(delivered=1)

    herald.deliverer.deliver(lost)

    assert tally(herald, endpoint) == Tally(delivered=2)
    settle(herald)
    assert tally(herald, endpoint) == Tally(delivered=2)


def test_what_a_sweep_replays_long_after_the_request_is_counted(
    herald: House, subscriber: Subscriber
) -> None:
    began = herald.clock()
    for _ in range(2):
        herald.happens()
        herald.clock.advance(seconds=1)
    endpoint, _ = herald.subscribe(subscriber.url)
    by_one = ReplayStore(runtime.table(), page=1)
    replays = replace(
        runtime.replays(), store=by_one, now=herald.clock, queue=herald.deliverer.queue
    )
    replays.begin(
        endpoint.id, ReplayRequest(start=began), by=api_key(OWNER), request=IdempotentRequest()
    )
    herald.deliver()
    settle(herald)
    assert tally(herald, endpoint) == Tally(delivered=1)

    assert herald.swept(sweeps.replays(replays.go_on)) == 1

    assert tally(herald, endpoint) == Tally(delivered=1, pending=1)
    herald.deliver()
    settle(herald)
    assert tally(herald, endpoint) == Tally(delivered=2)


def test_a_minute_is_asked_for_to_the_millisecond(herald: House, subscriber: Subscriber) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    for _ in range(4):
        herald.happens()
        herald.clock.advance(milliseconds=400)
    asked = [herald.clock() - timedelta(milliseconds=each) for each in (1600, 1599, 400, 399)]
    herald.deliver()
    expected = [4, 3, 1, 0]

    assert [tally(herald, endpoint, since).total for since in asked] == expected
    settle(herald)
    assert [tally(herald, endpoint, since).total for since in asked] == expected


def test_a_delivery_in_time_costs_no_write_more(herald: House, subscriber: Subscriber) -> None:
    herald.subscribe(subscriber.url)
    seen = operations(runtime.table().client)
    herald.happens()
    seen.clear()

    herald.deliver()

    assert seen == {"BatchGetItem": 1, "PutItem": 1, "UpdateItem": 1}


def test_late_deliveries_of_a_minute_cost_one_write_more(
    herald: House, subscriber: Subscriber
) -> None:
    herald.subscribe(subscriber.url)
    seen = operations(runtime.table().client)
    for _ in range(3):
        herald.happens()
    seen.clear()
    herald.clock.advance(hours=1)

    herald.deliver()

    assert seen == {"BatchGetItem": 1, "PutItem": 3, "UpdateItem": 1, "BatchWriteItem": 1}


def test_an_endpoint_that_is_told_nothing_more_is_left_alone(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    herald.happens()
    herald.deliver()
    assert herald.endpoint(endpoint).due == herald.clock() + PERIOD

    settle(herald)

    assert herald.endpoint(endpoint).due is None
    assert sweep(herald) == 0


def test_an_endpoint_that_was_deleted_is_counted_no_more(
    herald: House, subscriber: Subscriber
) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    herald.happens()
    herald.deliver()
    runtime.endpoints().delete(endpoint.id, OWNER)
    herald.clock.advance(hours=1)

    assert sweep(herald) == 0
    with pytest.raises(NotFoundError):
        tally(herald, endpoint)

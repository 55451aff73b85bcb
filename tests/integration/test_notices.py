"""Notices: an owner hears of each step once, whatever comes twice, comes late, or dies.

The table is made from the template.
"""

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest

from herald import runtime
from herald.actions.notices import endpoints_in
from herald.api.voxburst.notices import call
from herald.domain import deliveries
from herald.domain.deliveries import HTTP_GONE, AttemptResult, Delivery, with_attempt
from herald.domain.endpoints import MAX_FAILURES, Edit, Endpoint
from herald.domain.events import EventType
from herald.store.deliveries import DeliveryChangedError
from herald.webhooks import formats
from tests.doors import door
from tests.integration.conftest import CONTEXT
from tests.integration.subscribers import (
    OWNER,
    Box,
    Died,
    Fuse,
    House,
    all_records,
    api_key,
    happened,
)
from tests.schedules import WEBHOOK_DELAYS
from tests.template import functions


def patterns() -> list[Any]:
    [source] = functions()["WatchEndpointsFunction"]["Events"].values()
    return [
        json.loads(each["Pattern"]) for each in source["Properties"]["FilterCriteria"]["Filters"]
    ]


def let_through(record: dict[str, Any]) -> bool:
    """As the template's filters would."""
    image = record["dynamodb"].get("NewImage", {})
    return any(
        image.get(name, {}).get(kind) in allowed
        or (allowed == [{"exists": True}] and kind in image.get(name, {}))
        for pattern in patterns()
        for name, [(kind, allowed)] in (
            (n, list(k.items())) for n, k in pattern["dynamodb"]["NewImage"].items()
        )
    )


def records() -> list[dict[str, Any]]:
    """What the table's stream carries to the watch, from its beginning."""
    return [record for record in all_records() if let_through(record)]


def watched() -> None:
    """The records arrive, as Lambda hands them over."""
    assert door("watch_endpoints").handler({"Records": records()}, CONTEXT) == {
        "batchItemFailures": []
    }


def ended(endpoint: Endpoint, number: int, *, status: int, herald: House) -> Delivery:
    """A delivery whose last attempt was answered so."""
    event = replace(
        happened(EventType.POST_CREATED, herald.clock()), id=f"evt_0mpc9k1s0{number:0>15}"
    )
    first = replace(
        deliveries.first(formats.recorded(event, []), endpoint), attempts=len(WEBHOOK_DELAYS)
    )
    answer = AttemptResult(
        status=status,
        error=None if status < 300 else f"answered {status}",
        permanent=status == HTTP_GONE,
    )
    return with_attempt(first, answer, herald.clock(), scale=1)


def save(endpoint: Endpoint, delivery: Delivery, herald: House) -> None:
    """As a worker does that has just loaded the endpoint; a second time nothing is written."""
    try:
        runtime.delivery_store().save(delivery, herald.endpoint(endpoint), herald.clock(), was=None)
    except DeliveryChangedError:
        return


def fail(
    endpoint: Endpoint, times: int, herald: House, *, start: int = 0, status: int = 500
) -> None:
    for number in range(start, start + times):
        herald.clock.advance(seconds=1)
        save(endpoint, ended(endpoint, number, status=status, herald=herald), herald)


def test_an_owner_is_warned_at_five_and_told_at_ten_each_once(herald: House, heard: Box) -> None:
    endpoint, _ = herald.subscribe("https://192.0.43.8/hook")

    fail(endpoint, 4, herald)
    watched()
    assert heard.subjects() == []
    fail(endpoint, 1, herald, start=4)
    watched()
    watched()
    assert heard.subjects() == [f"Webhook {endpoint.id} has delivery problems"]
    fail(endpoint, 5, herald, start=5)
    watched()  # the tenth failure's own record disables, should its worker be gone
    watched()  # and this is what the disabling says
    watched()

    assert heard.subjects() == [f"Webhook {endpoint.id} is disabled"]
    disabled = herald.endpoint(endpoint)
    assert (disabled.enabled, disabled.consecutive_failures) == (False, 10)


def test_an_endpoint_that_is_gone_is_disabled_by_the_write_that_ends_its_delivery(
    herald: House, heard: Box
) -> None:
    endpoint, _ = herald.subscribe("https://192.0.43.8/hook")

    fail(endpoint, 1, herald, status=410)
    watched()

    gone = herald.endpoint(endpoint)
    assert (gone.enabled, gone.auto_disabled_at, gone.failure_count) == (False, herald.clock.at, 1)
    assert heard.subjects() == [f"Webhook {endpoint.id} is disabled"]


def test_a_new_streak_is_news_again(herald: House, heard: Box) -> None:
    endpoint, _ = herald.subscribe("https://192.0.43.8/hook")

    fail(endpoint, 5, herald)
    watched()
    since = herald.endpoint(endpoint).failing_since
    fail(endpoint, 1, herald, start=5, status=200)
    calm = herald.endpoint(endpoint)
    fail(endpoint, 5, herald, start=6)
    watched()

    assert len(heard.subjects()) == 2
    assert (calm.consecutive_failures, calm.failing_since, calm.last_error) == (0, None, None)
    again = herald.endpoint(endpoint)
    assert since is not None
    assert again.failing_since is not None
    assert again.failing_since - since == timedelta(seconds=6)
    assert (again.failure_count, again.last_error) == (10, "answered 500")


def test_enabling_an_endpoint_starts_a_new_streak(herald: House, heard: Box) -> None:
    endpoint, _ = herald.subscribe("https://192.0.43.8/hook")
    fail(endpoint, 10, herald)
    watched()
    watched()
    runtime.endpoints().edit(endpoint.id, Edit(enabled=True), by=api_key(OWNER))
    before = heard.subjects()

    fail(endpoint, 5, herald, start=10)
    watched()

    assert len(before) == 2
    assert heard.subjects() == [f"Webhook {endpoint.id} has delivery problems"]


@pytest.mark.parametrize("seed", range(6))
def test_outcomes_in_any_order_and_repeated_are_counted_and_told_once(
    herald: House, heard: Box, seed: int
) -> None:
    dice = random.Random(seed)
    endpoint, _ = herald.subscribe("https://192.0.43.8/hook")
    deliveries = [
        ended(endpoint, number, status=dice.choice((500, 500, 500, 200)), herald=herald)
        for number in range(40)
    ]
    arriving = deliveries * 3
    dice.shuffle(arriving)

    steps: Counter[str] = Counter()
    streak = 0
    seen = set()
    disabled = False
    for each in arriving:
        herald.clock.advance(seconds=1)
        save(endpoint, each, herald)
        runtime.endpoint_store().disable(endpoint, herald.clock())
        if each.id not in seen:
            seen.add(each.id)
            streak = streak + 1 if each.delivered_at is None else 0
            steps["problems"] += streak == 5 and not disabled
            steps["disabled"] += streak == MAX_FAILURES and not disabled
            disabled = disabled or streak == MAX_FAILURES
        if dice.random() < 0.3:
            watched()
    watched()
    watched()

    counted = herald.endpoint(endpoint)
    assert counted.failure_count == sum(each.delivered_at is None for each in deliveries)
    assert counted.consecutive_failures == streak
    assert Counter(each.rpartition(" ")[2] for each in heard.subjects()) == +steps


@pytest.mark.parametrize(
    ("operation", "when"),
    [("Publish", "before-call"), ("PutItem", "before-call"), ("PutItem", "after-call")],
)
def test_a_notice_survives_whoever_dies_giving_it(
    herald: House, heard: Box, operation: str, when: Literal["before-call", "after-call"]
) -> None:
    endpoint, _ = herald.subscribe("https://192.0.43.8/hook")
    fail(endpoint, 5, herald)
    watch = runtime.endpoint_monitor(call)
    Fuse(operation, 1, when).attach(watch.topic.client, watch.store.table.client)

    with pytest.raises(Died):
        watch.handle([each for record in records() for each in endpoints_in(record)])
    watched()

    assert set(heard.subjects()) == {f"Webhook {endpoint.id} has delivery problems"}

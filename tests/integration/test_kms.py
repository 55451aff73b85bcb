"""Secrets, sealed and opened."""

import threading
from typing import Any

from herald import runtime
from herald.aws.dynamodb import Put, Table
from herald.domain.events import EventType
from herald.store import keys
from tests.integration.conftest import Caller, owner_of
from tests.integration.subscribers import (
    House,
    Subscriber,
    happened,
    operations,
)
from tests.integration.test_once import KEY


def test_the_secrets_of_a_flight_are_opened_at_once_and_each_once(
    herald: House, subscriber: Subscriber
) -> None:
    """Five endpoints have two deliveries each. No call is answered before all five are made."""
    for number in range(5):
        herald.subscribe(f"{subscriber.url}/{number}")
    herald.fan_out.record([happened(EventType.POST_CREATED, herald.clock()) for _ in range(2)])
    everybody = threading.Barrier(5)
    client = runtime.vault().client
    seen = operations(client)

    def wait(**_: Any) -> None:
        everybody.wait(30)

    client.meta.events.register("before-call.kms.Decrypt", wait)

    assert herald.deliver() == []
    assert (seen["Decrypt"], len(subscriber.received)) == (5, 10)


def test_a_kept_secret_opens_in_its_own_row_only(test: Caller, table: Table) -> None:
    for key in ("k-1", "k-2"):
        test("POST", "/v1/api-keys", KEY, idempotency_key=key)
    one = table.get(keys.once(owner_of(test), "k-1"))
    other = table.get(keys.once(owner_of(test), "k-2"))
    assert one
    assert other
    table.put(Put(item={**one, "sealed": other["sealed"]}))

    assert test("POST", "/v1/api-keys", KEY, idempotency_key="k-1").status == 500
    assert test("POST", "/v1/api-keys", KEY, idempotency_key="k-2").status == 201

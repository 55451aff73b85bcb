"""Messages in queues."""

from tests.integration.subscribers import (
    OWNER,
    House,
    Subscriber,
)
from tests.integration.test_deliveries import update


def test_every_message_names_its_workspace(herald: House, subscriber: Subscriber) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    subscriber.answers = [500]
    herald.happens()
    first = herald.outbox.messages
    herald.deliver()
    retry = herald.outbox.messages
    herald.outbox.take()
    herald.clock.advance(minutes=3)
    herald.sweep()
    found = herald.outbox.messages
    update(endpoint, {"latency_ms": 30_000})
    herald.deliver()

    sent = [*first, *retry, *found, *herald.outbox.messages]
    assert [each.group for each in sent] == [OWNER.workspace_id] * 4

"""What an event owes, and to whom; on a table made from the template."""

from herald import runtime
from herald.domain.events import EventType
from herald.domain.owners import Mode, Owner
from herald.store import keys
from tests.integration.subscribers import (
    OWNER,
    House,
    Subscriber,
    happened,
)
from tests.integration.test_deliveries import disable, rows


def test_only_who_subscribed_hears_and_only_its_owner(
    herald: House, subscriber: Subscriber
) -> None:
    herald.subscribe(f"{subscriber.url}/created", EventType.POST_CREATED)
    herald.subscribe(f"{subscriber.url}/failed", EventType.POST_FAILED)
    herald.subscribe(f"{subscriber.url}/other", owner=Owner("ws_other", Mode.LIVE))
    herald.subscribe(f"{subscriber.url}/test", owner=Owner(OWNER.workspace_id, Mode.TEST))

    herald.happens(EventType.POST_CREATED)
    herald.deliver()

    assert [each.path for each in subscriber.received] == ["/hook/created"]


def test_an_event_nobody_wants_is_kept_and_owes_nothing(herald: House) -> None:
    event = herald.happens()

    row = runtime.table().get(keys.owned(OWNER, "EVT", event.id))

    assert row is not None
    assert "due_at" not in row
    assert row["bodies"]["voxburst"].startswith(f'{{"id":"{event.id}","type":"post.created"')
    assert herald.outbox.messages == []


def test_a_disabled_endpoint_gets_no_new_deliveries(herald: House, subscriber: Subscriber) -> None:
    endpoint, _ = herald.subscribe(subscriber.url)
    disable(endpoint)

    herald.happens()

    assert herald.outbox.messages == []


def test_an_event_seen_again_is_written_and_told_once(
    herald: House, subscriber: Subscriber
) -> None:
    herald.subscribe(subscriber.url)
    event = happened(EventType.POST_CREATED, herald.clock())

    herald.fan_out.record([event, event])
    herald.deliver()
    herald.fan_out.record([event])
    herald.deliver()

    assert subscriber.events == [event.id]
    assert rows(herald) == {"WH": 1, "EVT": 1, "DEL": 1}

"""What the table's stream says of a write."""

from herald.actions import fan_out
from herald.store.event_rows import dumped
from tests.unit.actions.test_deliveries import EVENT


def test_a_stream_record_carries_the_events_of_its_write() -> None:
    record = {"dynamodb": {"NewImage": {"events": {"S": dumped([EVENT])}}}}

    assert fan_out.events_in(record) == [EVENT]

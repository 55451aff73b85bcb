"""local/schedule.py: what a function is sent on its schedule."""

from datetime import UTC, datetime

from local.schedule import event_of
from local.template import Rule


def test_the_event_is_event_bridges() -> None:
    event = event_of(
        Rule("EveryMinute", "ReleaseDueFunction", 60), now=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    )

    assert event["detail-type"] == "Scheduled Event"
    assert event["source"] == "aws.events"
    assert event["time"] == "2026-01-02T03:04:05Z"
    assert event["resources"][0].endswith(":rule/EveryMinute")
    assert event["detail"] == {}

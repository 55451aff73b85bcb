"""The pure parts of the fan-out."""

from herald.actions import fan_out
from tests.unit.actions.test_deliveries import EVENT, JOB, NOW, endpoint


def test_an_event_is_owed_to_those_that_want_it() -> None:
    owed = fan_out.fan_out_item(
        EVENT, [endpoint("wh_1", "post.created"), endpoint("wh_2", "post.failed")], NOW
    )

    assert [each.id for each in owed.endpoints] == ["wh_1"]
    assert fan_out.jobs_of(owed) == [JOB]

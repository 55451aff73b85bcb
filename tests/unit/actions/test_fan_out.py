"""The pure parts of the fan-out."""

from datetime import timedelta

import pytest

from herald.actions import fan_out
from tests.unit.actions.test_deliveries import EVENT, JOB, NOW, endpoint


def test_an_event_is_owed_to_those_that_want_it() -> None:
    owed = fan_out.owed_by(EVENT, [endpoint("wh_1", "post.created"), endpoint("wh_2", "post.failed")], NOW)

    assert [each.id for each in owed.endpoints] == ["wh_1"]
    assert fan_out.jobs_of(owed) == [JOB]


def test_a_message_names_its_job_again() -> None:
    message = fan_out.message(JOB)

    assert message.body == {"owner": "ws_1#live", "event": EVENT.id, "endpoint": "wh_1", "delivery": JOB.delivery_id}
    assert fan_out.job(message.body) == JOB


@pytest.mark.parametrize(("early", "delay"), [(0, 0), (0.2, 1), (60, 60), (60.001, 61), (-0.5, 0), (-90, -90)])
def test_a_message_arrives_in_the_second_it_is_due_never_before(early: float, delay: int) -> None:
    assert fan_out.message(JOB, timedelta(seconds=early)).delay == delay


@pytest.mark.parametrize("body", [{}, {"owner": "ws_1#live", "event": "evt_1"}, {"owner": "ws_1", "event": "e", "endpoint": "w"}])
def test_a_message_that_is_none_of_ours_is_refused(body: dict[str, str]) -> None:
    with pytest.raises((KeyError, ValueError)):
        fan_out.job(body)


@pytest.mark.parametrize(("scale", "seconds"), [(1, 180), (0.5, 90), (0.01, 60)])
def test_events_are_looked_at_when_their_attempts_can_have_ended(scale: float, seconds: int) -> None:
    assert fan_out.check_after(NOW, scale) == NOW + timedelta(seconds=seconds)

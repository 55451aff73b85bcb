"""Messages: jobs on their way to their workers."""

from datetime import timedelta

import pytest

from herald.actions import messages
from herald.domain.jobs import DeliveryJob
from tests.unit.actions.test_deliveries import EVENT, JOB


def test_a_message_names_its_job_again() -> None:
    message = messages.message(JOB)

    assert message.body == {
        "owner": "ws_1#live",
        "event": EVENT.id,
        "endpoint": "wh_1",
        "delivery": JOB.delivery_id,
    }
    assert DeliveryJob.from_body(message.body) == JOB


@pytest.mark.parametrize(
    ("early", "delay"), [(0, 0), (0.2, 1), (60, 60), (60.001, 61), (-0.5, 0), (-90, -90)]
)
def test_a_message_arrives_in_the_second_it_is_due_never_before(early: float, delay: int) -> None:
    assert messages.message(JOB, timedelta(seconds=early)).delay == delay

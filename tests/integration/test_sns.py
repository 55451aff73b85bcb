"""Notices reach whoever subscribed to the topic."""

from herald import runtime
from herald.aws.sns import Topic
from tests.integration.subscribers import Box


def test_a_subscriber_hears_the_subject(heard: Box) -> None:
    Topic(runtime.configured().notice_topic_arn).publish(
        "Webhook wh_1 is disabled", "It failed ten times."
    )

    assert heard.subjects() == ["Webhook wh_1 is disabled"]

"""SNS: plain text to whoever subscribed to a topic."""

from functools import cached_property
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class Topic:
    def __init__(self, arn: str) -> None:
        self.arn = arn

    @cached_property
    def client(self) -> "SNSClient":
        return boto3.client("sns")

    def publish(self, subject: str, text: str) -> None:
        """Publish the text. The subject is ASCII, one line, and at most 99 characters."""
        self.client.publish(TopicArn=self.arn, Subject=subject, Message=text)

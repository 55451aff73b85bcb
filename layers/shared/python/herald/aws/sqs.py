"""SQS: messages that carry ids, never truth."""

import json
import logging
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from herald.domain.values import frozen

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

log = logging.getLogger("herald.sqs")

BATCH = 10  # messages per call
MAX_DELAY = 900  # seconds; SQS refuses more


@frozen
class Message:
    """A message. `delay` is in whole seconds; a longer one than SQS allows is left to the sweep.

    When several groups wait, SQS first hands out messages of the groups that take less of the
    workers' time. A group of a standard queue orders nothing. Source: Amazon SQS fair queues.
    """

    body: Mapping[str, str]
    delay: int = 0
    group: str | None = None


class Queue:
    def __init__(self, url: str) -> None:
        self.url = url

    @cached_property
    def client(self) -> "SQSClient":
        """The client, made on first use. Most requests send nothing."""
        return boto3.client("sqs")

    def offer(self, messages: Sequence[Message]) -> None:
        """Send the messages, one call per 10 of them.

        A message that SQS does not take is logged, and the sweep sends whatever is owed.
        """
        for start in range(0, len(messages), BATCH):
            batch = messages[start : start + BATCH]
            entries = [entry(str(number), message) for number, message in enumerate(batch)]
            try:
                answer = self.client.send_message_batch(QueueUrl=self.url, Entries=entries)
            except ClientError as error:
                log.warning(
                    "messages not sent",
                    extra={"count": len(entries), "reason": error.response["Error"]["Code"]},
                )
            except BotoCoreError as error:
                log.warning(
                    "messages not sent",
                    extra={"count": len(entries), "reason": type(error).__name__},
                )
            else:
                failed = answer.get("Failed", [])
                if failed:
                    log.warning(
                        "messages not sent",
                        extra={"count": len(failed), "reason": failed[0]["Code"]},
                    )


def entry(name: str, message: Message) -> "SendMessageBatchRequestEntryTypeDef":
    delay = min(max(message.delay, 0), MAX_DELAY)
    sent: SendMessageBatchRequestEntryTypeDef = {
        "Id": name,
        "MessageBody": json.dumps(message.body),
        "DelaySeconds": delay,
    }
    return {**sent, "MessageGroupId": message.group} if message.group else sent

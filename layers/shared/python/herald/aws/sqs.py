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
    """`delay` in whole seconds; a longer one than SQS allows is left to the sweep."""

    body: Mapping[str, str]
    delay: int = 0


class Queue:
    def __init__(self, url: str) -> None:
        self.url = url

    @cached_property
    def client(self) -> "SQSClient":
        """Made on first use: most requests send nothing."""
        return boto3.client("sqs")

    def offer(self, messages: Sequence[Message]) -> None:
        """Send, one call per 10 messages. What SQS does not take is logged; the sweep sends whatever is owed."""
        for start in range(0, len(messages), BATCH):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(number), "MessageBody": json.dumps(each.body), "DelaySeconds": min(max(each.delay, 0), MAX_DELAY)}
                for number, each in enumerate(messages[start : start + BATCH])
            ]
            try:
                failed = self.client.send_message_batch(QueueUrl=self.url, Entries=entries).get("Failed", [])
            except ClientError as error:
                log.warning("messages not sent", extra={"count": len(entries), "reason": error.response["Error"]["Code"]})
            except BotoCoreError as error:
                log.warning("messages not sent", extra={"count": len(entries), "reason": type(error).__name__})
            else:
                if failed:
                    log.warning("messages not sent", extra={"count": len(failed), "reason": failed[0]["Code"]})

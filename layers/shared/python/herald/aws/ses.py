"""SES: plain text from one sender to one reader."""

from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

# Codes of a refusal for good: SES would answer another try alike.
REFUSED = frozenset(
    {
        "AccountSuspendedException",
        "BadRequestException",
        "MailFromDomainNotVerifiedException",
        "MessageRejected",
        "SendingPausedException",
    }
)


class RefusedError(Exception):
    """SES will not send this message, now or later. The code says why."""


class Mailer:
    def __init__(self, sender: str) -> None:
        self.sender = sender

    @cached_property
    def client(self) -> "SESV2Client":
        return boto3.client("sesv2")

    def send(self, to: str, subject: str, text: str) -> None:
        """Send the message. Raises RefusedError."""
        try:
            self.client.send_email(
                FromEmailAddress=self.sender,
                Destination={"ToAddresses": [to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": subject},
                        "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
                    }
                },
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in REFUSED:
                raise RefusedError(code) from error
            raise

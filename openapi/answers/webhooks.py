"""Webhooks."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from herald.domain.endpoints import MAX_FAILURES
from herald.domain.events import EventType
from herald.domain.formats import MEANT, Format
from openapi.answers.answer import Answer
from openapi.answers.ids import WebhookId
from openapi.answers.lists import Listed

Subscribed = Annotated[str, Field(json_schema_extra={"enum": [*MEANT]})]
SO_MANY = {10: "ten"}.get(MAX_FAILURES, str(MAX_FAILURES))


class Webhook(Answer):
    """An endpoint that gets events."""

    id: WebhookId
    """The webhook."""
    url: str
    """The URL that receives deliveries. E.g. `https://example.com/hook`."""
    events: list[Subscribed]
    """The types of events that the webhook subscribes to."""
    enabled: bool
    """Whether the webhook gets deliveries."""
    description: str | None
    """Your own description of the webhook."""
    format: Format
    """The format of deliveries."""
    failure_count: int
    """The number of all deliveries that ever failed for good."""
    consecutive_failures: int
    f"""The number of failed deliveries since the last success. After {SO_MANY} of them, herald
    disables the webhook."""
    auto_disabled_at: datetime | None
    """The time when herald disabled the webhook for its failures; null when it did not."""
    last_delivery_at: datetime | None
    """The time when the webhook last accepted a delivery."""
    last_failure_at: datetime | None
    """The time when a delivery last failed for good."""
    created_at: datetime
    """The time when the webhook was created."""
    updated_at: datetime
    """The time of the last change."""


class NewWebhook(Webhook):
    """A new webhook with its secret, which is shown only this once."""

    secret: str
    """The secret that signs deliveries. Store it now."""


class RotatedSecret(Answer):
    """A new secret, which is shown only this once."""

    success: bool
    """Always true. A failure is an error."""
    secret: str
    """The secret that signs deliveries from now on. Store it now."""
    message: str
    """A message for people."""


class WebhookTest(Answer):
    """The result of a test. `statusCode` and `error` are the same as in a delivery."""

    event: Annotated[str, Field(json_schema_extra={"const": EventType.WEBHOOK_TEST.value})]
    """The type of the event that was sent."""
    delivered: bool
    """Whether the endpoint accepted the event."""
    success: bool
    """The same as `delivered`."""
    response_status: int | None
    """The status that the endpoint answered; null when it did not answer."""
    status_code: int | None
    """The same as `responseStatus`."""
    latency_ms: int
    """The duration of the test in milliseconds."""
    signed: bool
    """Whether the request had a signature."""
    error: str | None
    """The reason why the endpoint did not accept the event; null when it did."""


class ListedWebhook(Webhook):
    active: bool
    """The same as `enabled`."""


class Webhooks(Listed[Webhook]):
    webhooks: list[ListedWebhook]
    """The same webhooks as in `data`, for VoxBurst's command line."""

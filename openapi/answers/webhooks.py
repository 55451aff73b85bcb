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
    """An endpoint that is told what happens."""

    id: WebhookId
    """The webhook."""
    url: str
    """Where deliveries go. E.g. `https://example.com/hook`."""
    events: list[Subscribed]
    """What it is told of."""
    enabled: bool
    """Whether it is told anything."""
    description: str | None
    """Your own words for it."""
    format: Format
    """How its deliveries are dressed."""
    failure_count: int
    """How many deliveries failed for good, ever."""
    consecutive_failures: int
    f"""How many did since the last that succeeded; {SO_MANY} disable it."""
    auto_disabled_at: datetime | None
    """When it was disabled for its failures; null when it was not."""
    last_delivery_at: datetime | None
    """When it last accepted a delivery."""
    last_failure_at: datetime | None
    """When a delivery last failed for good."""
    created_at: datetime
    """When it was created."""
    updated_at: datetime
    """When it last changed."""


class NewWebhook(Webhook):
    """The one time the secret is shown."""

    secret: str
    """What deliveries are signed with. Store it now."""


class RotatedSecret(Answer):
    """The one time the secret is shown."""

    success: bool
    """Always true: what could not be done is an error."""
    secret: str
    """What deliveries are signed with from now on. Store it now."""
    message: str
    """For people."""


class WebhookTest(Answer):
    """What came of one test; `statusCode` and `error` as a delivery has them."""

    event: Annotated[str, Field(json_schema_extra={"const": EventType.WEBHOOK_TEST.value})]
    """The type of what was sent."""
    delivered: bool
    """Whether the endpoint accepted it."""
    success: bool
    """As `delivered`."""
    response_status: int | None
    """The status that it answered; null when it did not."""
    status_code: int | None
    """As `responseStatus`."""
    latency_ms: int
    """How many milliseconds it took."""
    signed: bool
    """Whether it carried a signature."""
    error: str | None
    """Why it was not accepted; null when it was."""


class ListedWebhook(Webhook):
    active: bool
    """As `enabled`."""


class Webhooks(Listed[Webhook]):
    webhooks: list[ListedWebhook]
    """As `data`, for VoxBurst's command line."""

"""Deliveries, and how they are counted."""

from datetime import datetime

from herald.domain.deliveries import DeliveryStatus
from openapi.answers.answer import Answer
from openapi.answers.ids import DeliveryId, WebhookId
from openapi.answers.lists import Listed
from openapi.answers.webhooks import Subscribed


class Delivery(Answer):
    """One event on its way to one webhook."""

    id: DeliveryId
    """The delivery."""
    webhook_id: WebhookId
    """Whom it goes to."""
    event_type: Subscribed
    """What it tells."""
    url: str
    """Where it goes."""
    status: DeliveryStatus
    """How far it came."""
    success: bool
    """Whether it was accepted."""
    retry_count: int
    """How often it was tried after the first time."""
    status_code: int | None
    """What the endpoint last answered; null when it did not."""
    latency_ms: int | None
    """How many milliseconds the last attempt took."""
    response_body: str | None
    """How the last answer began."""
    error: str | None
    """Why the last attempt failed; null when it did not."""
    created_at: datetime
    """When it was begun."""
    next_attempt_at: datetime | None
    """When it is, or was to be, attempted next; null when it has ended or is parked."""
    delivered_at: datetime | None
    """When it was accepted; null until then."""


class Attempt(Answer):
    at: datetime
    """When it was made."""
    status_code: int | None
    """What the endpoint answered; null when it did not."""
    latency_ms: int | None
    """How many milliseconds it took."""
    error: str | None
    """Why it failed; null when it did not."""
    response_body: str | None
    """How the answer began."""


class DeliveryDetail(Delivery):
    """`requestHeaders` are those of the last attempt; `requestBody` is the same on each."""

    request_headers: dict[str, str]
    """Those of the last attempt."""
    request_body: str | None
    """What is sent, the same on each attempt."""
    attempts: list[Attempt]
    """Every attempt, the first one first."""


class Deliveries(Listed[Delivery]):
    pass


class Stats(Answer):
    """What is delivering is pending. `successRate`: percent delivered of what has ended, to one decimal; null while none has."""

    total: int
    """How many deliveries were begun."""
    delivered: int
    """How many were accepted."""
    failed: int
    """How many failed for good."""
    pending: int
    """How many have not ended."""
    success_rate: float | None
    """How many percent of those that ended were accepted, to one decimal; null while none has."""


class StatsRead(Answer):
    data: Stats
    """The counts."""

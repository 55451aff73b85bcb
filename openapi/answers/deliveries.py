"""Deliveries, and their counts."""

from datetime import datetime

from herald.domain.deliveries import DeliveryStatus
from openapi.answers.answer import Answer
from openapi.answers.ids import DeliveryId, WebhookId
from openapi.answers.lists import Listed
from openapi.answers.webhooks import Subscribed


class Delivery(Answer):
    """An event on its way to one webhook."""

    id: DeliveryId
    """The delivery."""
    webhook_id: WebhookId
    """The webhook that gets the event."""
    event_type: Subscribed
    """The type of the event."""
    url: str
    """The URL of the endpoint."""
    status: DeliveryStatus
    """The progress of the delivery."""
    success: bool
    """Whether the endpoint accepted the delivery."""
    retry_count: int
    """The number of attempts after the first one."""
    status_code: int | None
    """The last status that the endpoint answered; null when it did not answer."""
    latency_ms: int | None
    """The duration of the last attempt in milliseconds."""
    response_body: str | None
    """The beginning of the last answer."""
    error: str | None
    """The reason why the last attempt failed; null when it did not fail."""
    created_at: datetime
    """The time when the delivery began."""
    next_attempt_at: datetime | None
    """The time of the next attempt, also when it has passed; null when the delivery has ended or is
    parked."""
    delivered_at: datetime | None
    """The time when the endpoint accepted the delivery; null before that."""


class Attempt(Answer):
    at: datetime
    """The time of the attempt."""
    status_code: int | None
    """The status that the endpoint answered; null when it did not answer."""
    latency_ms: int | None
    """The duration of the attempt in milliseconds."""
    error: str | None
    """The reason why the attempt failed; null when it did not fail."""
    response_body: str | None
    """The beginning of the answer."""


class DeliveryDetail(Delivery):
    """A delivery with its request and its attempts.

    `requestHeaders` are the headers of the last attempt. `requestBody` is the same on each attempt.
    """

    request_headers: dict[str, str]
    """The headers of the last attempt."""
    request_body: str | None
    """The body of the request, which is the same on each attempt."""
    attempts: list[Attempt]
    """Every attempt, the first one first."""


class Deliveries(Listed[Delivery]):
    pass


class Stats(Answer):
    """The counts of deliveries. A delivery that is `delivering` counts as pending.

    `successRate` is the percentage of ended deliveries that were accepted, to one decimal. It is
    null while no delivery has ended.
    """

    total: int
    """The number of deliveries."""
    delivered: int
    """The number of accepted deliveries."""
    failed: int
    """The number of deliveries that failed for good."""
    pending: int
    """The number of deliveries that have not ended."""
    success_rate: float | None
    """The percentage of ended deliveries that were accepted, to one decimal; null while no delivery
    has ended."""


class StatsRead(Answer):
    data: Stats
    """The counts."""

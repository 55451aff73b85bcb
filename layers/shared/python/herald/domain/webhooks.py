"""Webhooks: endpoints that subscribe, and deliveries that are owed to them. Source: the contract, section 4."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from herald.domain import backoff
from herald.domain.accounts import Owner
from herald.domain.events import EventType

SUBSCRIBABLE = tuple(EventType)
MAX_BODY_KEPT = 10 * 1024


class Format(StrEnum):
    """Envelope, event names, headers and retry schedule together."""

    VOXBURST = "voxburst"


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a workspace wants to be told."""

    id: str
    owner: Owner
    url: str
    events: tuple[str, ...]
    enabled: bool = True
    description: str | None = None
    format: Format = Format.VOXBURST
    failure_count: int = 0
    consecutive_failures: int = 0
    auto_disabled_at: datetime | None = None
    last_delivery_at: datetime | None = None
    created_at: datetime
    updated_at: datetime

    def wants(self, event_type: str) -> bool:
        return self.enabled and event_type in self.events


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one attempt. `status` is None when there was no answer; `error` says why in words fit for a log."""

    status: int | None
    body: str | None = None
    latency_ms: int = 0
    error: str | None = None
    retry_after: float | None = None
    permanent: bool = False

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300 and self.error is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one endpoint. `due` is the next attempt's time, absent when there is none."""

    id: str
    endpoint_id: str
    event_id: str
    event_type: str
    owner: Owner
    url: str
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: int = 0
    due: datetime | None = None
    status_code: int | None = None
    latency_ms: int | None = None
    response_body: str | None = None
    error: str | None = None
    created_at: datetime
    delivered_at: datetime | None = None

    @property
    def retry_count(self) -> int:
        return max(self.attempts - 1, 0)


def attempted(delivery: Delivery, answer: Answer, now: datetime, *, scale: float) -> Delivery:
    """The delivery after one more attempt: delivered, to be tried again, or failed for good."""
    tried = replace(
        delivery,
        attempts=delivery.attempts + 1,
        status_code=answer.status,
        latency_ms=answer.latency_ms,
        response_body=answer.body,
        error=answer.error,
        due=None,
    )
    if answer.accepted:
        return replace(tried, status=DeliveryStatus.DELIVERED, delivered_at=now)
    if answer.permanent or tried.attempts >= backoff.MAX_WEBHOOK_ATTEMPTS:
        return replace(tried, status=DeliveryStatus.FAILED)
    delay = backoff.webhook_delay(tried.attempts, scale=scale, at_least=answer.retry_after or 0)
    return replace(tried, status=DeliveryStatus.PENDING, due=now + delay)

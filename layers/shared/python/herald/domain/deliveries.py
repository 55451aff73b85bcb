"""Deliveries: one event on its way to one endpoint. Source: the contract, section 4."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum

from herald.domain import backoff, ids
from herald.domain.endpoints import Endpoint, check_enabled
from herald.domain.events import RecordedEvent
from herald.domain.formats import Format
from herald.domain.jobs import DeliveryJob
from herald.domain.lanes import Lane
from herald.domain.owners import Owner
from herald.domain.values import frozen

MAX_BODY_KEPT = 10 * 1024
MAX_RETRY_AFTER = 24 * 3600  # seconds that a receiver may ask herald to wait, at most
HTTP_GONE = 410


MINUTES: Mapping[Format, Sequence[int]] = {
    Format.VOXBURST: backoff.WEBHOOK_MINUTES,
    Format.POSTFUZE: backoff.POSTFUZE_MINUTES,
}


class DeliveryStatus(StrEnum):
    """The status of a delivery.

    DELIVERING is never stored. A pending delivery shows it once its time has come.
    """

    PENDING = "pending"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    FAILED = "failed"


class NextStep(StrEnum):
    """The step that a delivery needs when its message arrives."""

    ATTEMPT = "attempt"
    PARK = "park"
    ABANDON = "abandon"
    NOTHING = "nothing"


@frozen
class AttemptResult:
    """The result of one attempt.

    `status` is None when there was no answer. `error` says why, in words that are fit for a log.
    `headers` are those that were sent.
    """

    status: int | None
    body: str | None = None
    latency_ms: int = 0
    error: str | None = None
    retry_after: float | None = None
    permanent: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300 and self.error is None


@frozen
class Attempt:
    """An attempt that was made. `at` is when it ended."""

    at: datetime
    status_code: int | None = None
    latency_ms: int | None = None
    error: str | None = None
    response_body: str | None = None


@frozen
class Delivery:
    """One event on its way to one endpoint.

    `event_type` is the event's name for this endpoint. `due` and `lane` are the time and the lane
    of the next attempt; without one, `due` is None. Results of an attempt, and `headers`, are those
    of the last attempt. `earlier` holds the attempts before it.
    """

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
    attempted_at: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    earlier: tuple[Attempt, ...] = ()
    created_at: datetime
    delivered_at: datetime | None = None
    lane: Lane = Lane.FAST

    @property
    def job(self) -> DeliveryJob:
        return DeliveryJob(
            owner=self.owner,
            event_id=self.event_id,
            endpoint_id=self.endpoint_id,
            delivery_id=self.id,
            lane=self.lane,
        )

    @property
    def all_attempts(self) -> tuple[Attempt, ...]:
        """All attempts, in their order."""
        if self.attempted_at is None:
            return self.earlier
        last = Attempt(
            at=self.attempted_at,
            status_code=self.status_code,
            latency_ms=self.latency_ms,
            error=self.error,
            response_body=self.response_body,
        )
        return (*self.earlier, last)

    @property
    def retry_count(self) -> int:
        return max(self.attempts - 1, 0)

    def status_at(self, now: datetime) -> DeliveryStatus:
        """Return the status that the delivery shows.

        It shows DELIVERING while an attempt is due, and so on its way.
        """
        return DeliveryStatus.DELIVERING if self.due and self.due < now else self.status


def job(owner: Owner, event_id: str, endpoint_id: str, lane: Lane = Lane.FAST) -> DeliveryJob:
    """Return the job of the delivery that an event owes to an endpoint.

    The delivery's id follows from theirs, so an event that is seen twice makes one delivery.
    """
    delivery_id = ids.derive("del", event_id, endpoint_id)
    return DeliveryJob(
        owner=owner,
        event_id=event_id,
        endpoint_id=endpoint_id,
        delivery_id=delivery_id,
        lane=lane,
    )


def first(event: RecordedEvent, endpoint: Endpoint) -> Delivery:
    """Return the delivery before its first attempt.

    It is as old as its event, and its id says the same age.
    """
    return Delivery(
        id=job(endpoint.owner, event.id, endpoint.id).delivery_id,
        endpoint_id=endpoint.id,
        event_id=event.id,
        event_type=endpoint.rendering(event.type).name,
        owner=endpoint.owner,
        url=endpoint.url,
        created_at=event.created_at,
    )


def redelivery_of(delivery: Delivery, endpoint: Endpoint, now: datetime) -> Delivery:
    """Return a new delivery of the same event, due at once.

    Raises ConflictError while the endpoint is disabled.
    """
    check_enabled(endpoint)
    return Delivery(
        id=ids.new("del", now),
        endpoint_id=endpoint.id,
        event_id=delivery.event_id,
        event_type=delivery.event_type,
        owner=endpoint.owner,
        url=endpoint.url,
        due=now,
        lane=endpoint.lane,
        created_at=now,
    )


def work(delivery: Delivery, endpoint: Endpoint | None, now: datetime) -> NextStep:
    """Return what to do now: nothing before a retry is due, or once the delivery has ended."""
    if delivery.status is not DeliveryStatus.PENDING:
        return NextStep.NOTHING
    if endpoint is None:
        return NextStep.ABANDON
    if not endpoint.enabled or endpoint.failing_too_long:
        return NextStep.PARK
    return NextStep.NOTHING if delivery.due and delivery.due > now else NextStep.ATTEMPT


def with_attempt(
    delivery: Delivery,
    answer: AttemptResult,
    now: datetime,
    *,
    scale: float,
    kind: Format = Format.VOXBURST,
) -> Delivery:
    """Return the delivery after one more attempt.

    It is delivered, or due again by the schedule of its format, or failed for good.
    """
    tried = replace(
        delivery,
        attempts=delivery.attempts + 1,
        status_code=answer.status,
        latency_ms=answer.latency_ms,
        response_body=answer.body,
        error=answer.error,
        attempted_at=now,
        headers=answer.headers,
        earlier=delivery.all_attempts,
        due=None,
    )
    if answer.accepted:
        return replace(tried, status=DeliveryStatus.DELIVERED, delivered_at=now)
    minutes = MINUTES[kind]
    if answer.permanent or tried.attempts > len(minutes):
        return replace(tried, status=DeliveryStatus.FAILED)
    at_least = 0 if answer.retry_after is None else answer.retry_after
    delay = backoff.webhook_delay(minutes[tried.attempts - 1], scale=scale, at_least=at_least)
    return replace(tried, status=DeliveryStatus.PENDING, due=now + delay)


def parked(delivery: Delivery) -> Delivery:
    """Return the delivery as pending, but not to be sent, because its endpoint is disabled."""
    return replace(delivery, due=None)


def abandoned(delivery: Delivery) -> Delivery:
    """Return the delivery as failed for good, because its endpoint is gone."""
    return replace(
        delivery, status=DeliveryStatus.FAILED, due=None, error="the endpoint was deleted"
    )

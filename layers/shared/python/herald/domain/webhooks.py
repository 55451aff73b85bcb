"""Webhooks: endpoints that subscribe, and deliveries that are owed to them. Source: the contract, section 4."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from herald.domain import backoff, events, ids
from herald.domain.accounts import Owner
from herald.domain.errors import ConflictError, Problem, UnprocessableError, ValidationError
from herald.domain.events import EventType, Named
from herald.domain.lanes import Lane, lane_of, remembered
from herald.domain.values import frozen

SUBSCRIBABLE = tuple(each for each in EventType if each is not EventType.WEBHOOK_TEST)
MIN_SECRET, MAX_SECRET = 16, 256  # characters of a signing secret that a user brings
MAX_BODY_KEPT = 10 * 1024
MAX_GRACE = 24 * 3600  # seconds that a rotated secret may count on
MAX_RETRY_AFTER = 24 * 3600  # seconds: a receiver may ask for patience, not for oblivion
KEPT = timedelta(days=30)
MAX_ENDPOINTS = 1_000  # of a workspace in one mode: every event is held against them all
MAX_FAILURES = 10  # deliveries in a row that fail for good, until their endpoint is disabled
GONE = 410


Kept = TypeVar("Kept")


class Format(StrEnum):
    """Envelope, event names, headers and retry schedule together."""

    VOXBURST = "voxburst"
    POSTFUZE = "postfuze"


OFFERED: Mapping[Format, Mapping[str, str]] = {
    Format.VOXBURST: {each: each.value for each in SUBSCRIBABLE},
    Format.POSTFUZE: {
        EventType.POST_PUBLISHED: "post.published",
        EventType.POST_FAILED: "post.error",
        EventType.POST_TARGET_PUBLISHED: "post.target.published",
        EventType.POST_TARGET_FAILED: "post.target.failed",
        EventType.ACCOUNT_TOKEN_EXPIRED: "account.token_expired",
        EventType.ACCOUNT_REAUTH_REQUIRED: "account.reauth_required",
        EventType.ACCOUNT_CONNECTED: "account.connected",
        EventType.ACCOUNT_DISCONNECTED: "account.disconnected",
        EventType.IMPORT_COMPLETED: "import.completed",
        EventType.IMPORT_FAILED: "import.failed",
    },
}
"""What an endpoint of each format may ask for, and how the format spells it."""
MEANT: Mapping[str, str] = {name: kind for offered in OFFERED.values() for kind, name in offered.items()}
"""The type that each of those spellings means, in whichever format: none means two."""
MINUTES: Mapping[Format, Sequence[int]] = {
    Format.VOXBURST: backoff.WEBHOOK_MINUTES,
    Format.POSTFUZE: backoff.POSTFUZE_MINUTES,
}


class Dress(NamedTuple):
    """How an event is told: in which format, and by which name."""

    format: Format
    name: str


class DeliveryStatus(StrEnum):
    """DELIVERING is never stored: it is what a pending delivery shows once its time has come."""

    PENDING = "pending"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    FAILED = "failed"


class Work(StrEnum):
    """What a delivery needs when its message arrives."""

    ATTEMPT = "attempt"
    PARK = "park"
    ABANDON = "abandon"
    NOTHING = "nothing"


@frozen
class Endpoint:
    """Where a workspace wants to be told. `latency_ms` is what its worst attempts of late took.

    Its deliveries of before `settled_until` are counted; at `due`, if there are any, the sweep counts further ones.
    """

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
    last_failure_at: datetime | None = None
    last_error: str | None = None
    failing_since: datetime | None = None
    latency_ms: int = 0
    settled_until: datetime | None = None
    due: datetime | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def exhausted(self) -> bool:
        """It is to be disabled."""
        return self.enabled and self.consecutive_failures >= MAX_FAILURES

    @property
    def lane(self) -> Lane:
        return lane_of(self.latency_ms)

    def remembering(self, worst: int) -> "Endpoint":
        """After attempts, the worst of which took so many milliseconds."""
        return replace(self, latency_ms=remembered(self.latency_ms, worst))

    def asks(self, event_type: str) -> bool:
        """Whether it subscribes, though it may be disabled."""
        return any(each in self.events for each in events.names(event_type))

    def wants(self, event_type: str) -> bool:
        return self.enabled and self.asks(event_type)

    def dress(self, event_type: str) -> Dress:
        """Such an event's, for this endpoint: the event's own name before an alias, where it asked for both or for neither."""
        asked = next((each for each in events.names(event_type) if each in self.events), event_type)
        return Dress(self.format, spelled(self.format, asked))


@frozen
class Sealed:
    """An endpoint's signing secrets, each sealed: the present one, and the one before while that still counts."""

    secret: bytes = field(repr=False)
    before: bytes | None = field(repr=False, default=None)
    before_until: datetime | None = None

    def counting(self, now: datetime) -> list[bytes]:
        """The present one first: the guide's verifiers read one signature, the last, and may not know the new secret yet."""
        if self.before and self.before_until and now < self.before_until:
            return [self.secret, self.before]
        return [self.secret]


@frozen
class Edit:
    """What a user changes of an endpoint. What is None stays; `undescribed` takes the description away."""

    url: str | None = None
    events: tuple[str, ...] | None = None
    description: str | None = None
    undescribed: bool = False
    enabled: bool | None = None


@frozen
class Job:
    """What a delivery message says: ids, never truth. `lane` is only how it came, or is to go."""

    owner: Owner
    event_id: str
    endpoint_id: str
    delivery_id: str
    lane: Lane = field(default=Lane.FAST, compare=False)


@frozen
class Told:
    """An event as it is kept: its envelope in each dress, rendered once, so that every attempt sends the same bytes."""

    id: str
    type: str
    owner: Owner
    created_at: datetime
    bodies: Mapping[str, str]
    accounts: Sequence[Named] = ()


@frozen
class Answer:
    """What came of one attempt. `status` is None when there was no answer; `error` says why in words fit for a log.

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
    """One that was made; `at` is when it ended."""

    at: datetime
    status_code: int | None = None
    latency_ms: int | None = None
    error: str | None = None
    response_body: str | None = None


@frozen
class Delivery:
    """One event on its way to one endpoint, by the name `event_type`. `due` is the next attempt's time, if there is one.

    What is said of an attempt is said of the last one, `earlier` are those before it. `headers` are the last one's.
    `lane` is the next attempt's.
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
    def job(self) -> Job:
        return Job(owner=self.owner, event_id=self.event_id, endpoint_id=self.endpoint_id, delivery_id=self.id, lane=self.lane)

    @property
    def made(self) -> tuple[Attempt, ...]:
        """Every attempt, in their order."""
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

    def seen(self, now: datetime) -> DeliveryStatus:
        """Its status as it shows: delivering while an attempt is due, and so on its way."""
        return DeliveryStatus.DELIVERING if self.due and self.due < now else self.status


@frozen
class Page(Generic[Kept]):
    """Of deliveries or events, newest first. `end` is the id of the last one read; None when there are no more."""

    items: Sequence[Kept]
    end: str | None


def spelled(kind: Format, event_type: str) -> str:
    """How the format writes that type of event."""
    return OFFERED[kind].get(event_type, event_type)


def spellings(event_type: str) -> list[str]:
    """How any format writes it."""
    return sorted({spelled(each, event_type) for each in Format})


def check_offered(kind: Format, asked: Iterable[str], field: str = "events") -> None:
    """Raises ValidationError, naming what there is, when the format has no such event."""
    offered = OFFERED[kind]
    if unknown := [each for each in asked if each not in offered]:
        said = f"the {kind} format has no {', '.join(unknown)}: must be of {', '.join(offered.values())}"
        raise ValidationError([Problem(field=field, message=f"{field}: {said}")])


def check_room(there: int) -> None:
    """Raises UnprocessableError when one more endpoint would be too many."""
    if there >= MAX_ENDPOINTS:
        raise UnprocessableError(
            f"A workspace has at most {MAX_ENDPOINTS:,} webhooks in each mode: delete one first.", limit=MAX_ENDPOINTS
        )


def job(owner: Owner, event_id: str, endpoint_id: str, lane: Lane = Lane.FAST) -> Job:
    """The delivery that an event owes to an endpoint: its id follows from theirs, so that seen twice it is made once."""
    delivery_id = ids.derive("del", event_id, endpoint_id)
    return Job(owner=owner, event_id=event_id, endpoint_id=endpoint_id, delivery_id=delivery_id, lane=lane)


def first(event: Told, endpoint: Endpoint) -> Delivery:
    """The delivery before its first attempt. It is as old as its event, and so its id says its age."""
    return Delivery(
        id=job(endpoint.owner, event.id, endpoint.id).delivery_id,
        endpoint_id=endpoint.id,
        event_id=event.id,
        event_type=endpoint.dress(event.type).name,
        owner=endpoint.owner,
        url=endpoint.url,
        created_at=event.created_at,
    )


def again(delivery: Delivery, endpoint: Endpoint, now: datetime) -> Delivery:
    """A new delivery of the same event, due at once. Raises ConflictError while the endpoint is disabled."""
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


def check_enabled(endpoint: Endpoint) -> None:
    """Raises ConflictError."""
    if not endpoint.enabled:
        raise ConflictError("The webhook is disabled: enable it first.", status="disabled")


def work(delivery: Delivery, endpoint: Endpoint | None, now: datetime) -> Work:
    """What to do now; nothing before a retry is due, and nothing once it has ended."""
    if delivery.status is not DeliveryStatus.PENDING:
        return Work.NOTHING
    if endpoint is None:
        return Work.ABANDON
    if not endpoint.enabled or endpoint.exhausted:
        return Work.PARK
    return Work.NOTHING if delivery.due and delivery.due > now else Work.ATTEMPT


def attempted(delivery: Delivery, answer: Answer, now: datetime, *, scale: float, kind: Format = Format.VOXBURST) -> Delivery:
    """The delivery after one more attempt: delivered, to be tried again when its format does, or failed for good."""
    tried = replace(
        delivery,
        attempts=delivery.attempts + 1,
        status_code=answer.status,
        latency_ms=answer.latency_ms,
        response_body=answer.body,
        error=answer.error,
        attempted_at=now,
        headers=answer.headers,
        earlier=delivery.made,
        due=None,
    )
    if answer.accepted:
        return replace(tried, status=DeliveryStatus.DELIVERED, delivered_at=now)
    minutes = MINUTES[kind]
    if answer.permanent or tried.attempts > len(minutes):
        return replace(tried, status=DeliveryStatus.FAILED)
    delay = backoff.webhook_delay(minutes[tried.attempts - 1], scale=scale, at_least=answer.retry_after or 0)
    return replace(tried, status=DeliveryStatus.PENDING, due=now + delay)


def parked(delivery: Delivery) -> Delivery:
    """Pending, but not to be sent: its endpoint is disabled."""
    return replace(delivery, due=None)


def abandoned(delivery: Delivery) -> Delivery:
    """Failed for good, because there is nobody left to tell."""
    return replace(delivery, status=DeliveryStatus.FAILED, due=None, error="the endpoint was deleted")

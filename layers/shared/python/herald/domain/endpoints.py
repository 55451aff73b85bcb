"""Endpoints: where a workspace wants to be told what happened. Source: the contract, section 4."""

from dataclasses import field, replace
from datetime import datetime

from herald.domain import events
from herald.domain.errors import ConflictError, UnprocessableError
from herald.domain.formats import Format, Rendering, spelled
from herald.domain.lanes import Lane, lane_of, smoothed_latency
from herald.domain.owners import Owner
from herald.domain.values import frozen

MIN_SECRET, MAX_SECRET = 16, 256  # characters of a signing secret that a user brings
MAX_GRACE = 24 * 3600  # seconds that a rotated secret may count on
MAX_ENDPOINTS = 1_000  # of a workspace in one mode: every event is held against them all
MAX_FAILURES = 10  # deliveries in a row that fail for good, until their endpoint is disabled


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
    def failing_too_long(self) -> bool:
        """It is to be disabled."""
        return self.enabled and self.consecutive_failures >= MAX_FAILURES

    @property
    def lane(self) -> Lane:
        return lane_of(self.latency_ms)

    def with_latency(self, worst: int) -> "Endpoint":
        """After attempts, the worst of which took so many milliseconds."""
        return replace(self, latency_ms=smoothed_latency(self.latency_ms, worst))

    def subscribes_to(self, event_type: str) -> bool:
        """Whether it subscribes, though it may be disabled."""
        return any(each in self.events for each in events.names(event_type))

    def wants(self, event_type: str) -> bool:
        return self.enabled and self.subscribes_to(event_type)

    def rendering(self, event_type: str) -> Rendering:
        """Such an event's, for this endpoint: the event's own name before an alias, where it asked for both or for neither."""
        asked = next((each for each in events.names(event_type) if each in self.events), event_type)
        return Rendering(self.format, spelled(self.format, asked))


@frozen
class Sealed:
    """An endpoint's signing secrets, each sealed: the present one, and the one before while that still counts."""

    secret: bytes = field(repr=False)
    before: bytes | None = field(repr=False, default=None)
    before_until: datetime | None = None

    def valid_secrets(self, now: datetime) -> list[bytes]:
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


def check_room(there: int) -> None:
    """Raises UnprocessableError when one more endpoint would be too many."""
    if there >= MAX_ENDPOINTS:
        raise UnprocessableError(
            f"A workspace has at most {MAX_ENDPOINTS:,} webhooks in each mode: delete one first.",
            limit=MAX_ENDPOINTS,
        )


def check_enabled(endpoint: Endpoint) -> None:
    """Raises ConflictError."""
    if not endpoint.enabled:
        raise ConflictError("The webhook is disabled: enable it first.", status="disabled")

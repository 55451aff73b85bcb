"""Endpoints: the URLs to which a workspace's events go. Source: the contract, section 4."""

from dataclasses import field, replace
from datetime import datetime

from herald.domain import events
from herald.domain.errors import ConflictError, UnprocessableError
from herald.domain.formats import Format, Rendering, spelled
from herald.domain.lanes import Lane, lane_of, smoothed_latency
from herald.domain.owners import Owner
from herald.domain.values import frozen

MIN_SECRET, MAX_SECRET = 16, 256  # characters of a signing secret that a user brings
MAX_GRACE = 24 * 3600  # seconds for which a secret may stay valid after its rotation
# Endpoints of a workspace in one mode. herald compares every event with all of them.
MAX_ENDPOINTS = 1_000
MAX_FAILURES = 10  # deliveries in a row that fail for good before their endpoint is disabled


@frozen
class Endpoint:
    """A URL to which a workspace's events go.

    `latency_ms` is how long its slowest attempts took lately. The deliveries before `settled_until`
    are counted. The sweep counts further ones at `due`, if there are any.
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
        """Whether herald has to disable the endpoint."""
        return self.enabled and self.consecutive_failures >= MAX_FAILURES

    @property
    def lane(self) -> Lane:
        return lane_of(self.latency_ms)

    def with_latency(self, worst: int) -> "Endpoint":
        """Return the endpoint after attempts, the slowest of which took `worst` milliseconds."""
        return replace(self, latency_ms=smoothed_latency(self.latency_ms, worst))

    def subscribes_to(self, event_type: str) -> bool:
        """Return whether the endpoint subscribes to the event, even when it is disabled."""
        return any(name in self.events for name in events.names(event_type))

    def wants(self, event_type: str) -> bool:
        return self.enabled and self.subscribes_to(event_type)

    def rendering(self, event_type: str) -> Rendering:
        """Return the format and the name by which this endpoint gets such an event.

        The event's own name goes before an alias, where the endpoint asked for both or for neither.
        """
        names = events.names(event_type)
        asked = next((name for name in names if name in self.events), event_type)
        return Rendering(self.format, spelled(self.format, asked))


@frozen
class Sealed:
    """An endpoint's signing secrets, each sealed.

    `before` is the one before the present one. It is valid until `before_until`.
    """

    secret: bytes = field(repr=False)
    before: bytes | None = field(repr=False, default=None)
    before_until: datetime | None = None

    def valid_secrets(self, now: datetime) -> list[bytes]:
        """Return the secrets that are valid, the present one first.

        The guide's verifiers read one signature, the last, and may not know the new secret yet.
        """
        if self.before and self.before_until and now < self.before_until:
            return [self.secret, self.before]
        return [self.secret]


@frozen
class Edit:
    """The changes that a user makes to an endpoint.

    A field that is None stays as it is. `undescribed` removes the description.
    """

    url: str | None = None
    events: tuple[str, ...] | None = None
    description: str | None = None
    undescribed: bool = False
    enabled: bool | None = None


def check_room(count: int) -> None:
    """Raise UnprocessableError when one more endpoint would be too many."""
    if count >= MAX_ENDPOINTS:
        raise UnprocessableError(
            f"A workspace has at most {MAX_ENDPOINTS:,} webhooks in each mode: delete one first.",
            limit=MAX_ENDPOINTS,
        )


def check_enabled(endpoint: Endpoint) -> None:
    """Raise ConflictError when the endpoint is disabled."""
    if not endpoint.enabled:
        raise ConflictError("The webhook is disabled: enable it first.", status="disabled")

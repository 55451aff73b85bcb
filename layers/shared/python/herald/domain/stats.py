"""Stats: how many of an endpoint's deliveries came to what, counted minute by minute of their creation.

A minute is counted when it has been over for `OPEN`; it is settled then, and its deliveries need not be read again. Whoever works
at one of them when that is near, or past, touches the minute first: it is read from its deliveries until it is counted once more.

Why that misses nothing. Nobody lives longer than a minute: the template's timeouts are below it. Who does not touch begins before
`OPEN - REST` and has written a minute later: before the count. Who touches has written a minute later too; who counted without
seeing that has kept their count a minute after that; the count that takes the touch away begins after `REST`, and so stands last.
Clocks may differ by two minutes.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from herald.domain import ids
from herald.domain.deliveries import DeliveryStatus
from herald.domain.endpoints import Endpoint
from herald.domain.events import EVENT_RETENTION
from herald.domain.values import frozen

MINUTE = timedelta(minutes=1)
REST = timedelta(minutes=4)
OPEN = timedelta(
    minutes=8
)  # a first attempt, a retry after a minute and what was sent again after three come in time
PERIOD = timedelta(
    minutes=15
)  # of counting: each time takes some four write units, however many deliveries
MinuteSpan = tuple[datetime, datetime | None]


@frozen
class Tally:
    """Deliveries, by what they came to."""

    delivered: int = 0
    failed: int = 0
    pending: int = 0

    @property
    def total(self) -> int:
        return self.delivered + self.failed + self.pending

    @property
    def success_rate(self) -> float | None:
        """Percent of those that have ended, to one decimal; None while none has."""
        ended = self.delivered + self.failed
        return round(100 * self.delivered / ended, 1) if ended else None


@frozen
class Touch:
    """Somebody worked at a delivery of the minute, in the minute `at`, when it may have been counted."""

    minute: datetime
    at: datetime


@frozen
class Sources:
    """What has been counted, but for minutes touched; and the spans whose deliveries are to be read. No end is None."""

    settled: tuple[datetime, datetime] | None
    read: Sequence[MinuteSpan]


def sum_of(tallies: Iterable[Tally]) -> Tally:
    delivered = failed = pending = 0
    for each in tallies:
        delivered, failed, pending = (
            delivered + each.delivered,
            failed + each.failed,
            pending + each.pending,
        )
    return Tally(delivered=delivered, failed=failed, pending=pending)


def tally(counts: Mapping[str, int]) -> Tally:
    """Of so many in each status."""
    delivered, failed, pending = (
        counts.get(each, 0)
        for each in (DeliveryStatus.DELIVERED, DeliveryStatus.FAILED, DeliveryStatus.PENDING)
    )
    return Tally(delivered=delivered, failed=failed, pending=pending)


def minute_of(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def touch(delivery_id: str, now: datetime) -> Touch | None:
    """What to say before working at the delivery; None while its minute is safely open."""
    minute = minute_of(ids.created_at(delivery_id))
    return Touch(minute=minute, at=minute_of(now)) if now >= minute + MINUTE + OPEN - REST else None


def ripe(touched: Touch, now: datetime) -> bool:
    """Whether what was announced has been written."""
    return touched.at + MINUTE + REST <= now


def countable(now: datetime) -> datetime:
    """Every minute before this one has been over for long enough."""
    return minute_of(now - OPEN)


def unsettled(endpoint: Endpoint, now: datetime) -> tuple[datetime, datetime]:
    """The minutes to be counted now: none when the end is not after the start."""
    start = minute_of(oldest(now))
    return max(endpoint.settled_until or start, start), countable(now)


def oldest(now: datetime) -> datetime:
    """Deliveries of before have expired, or are about to."""
    return now - EVENT_RETENTION


def sources(since: datetime, settled: datetime | None, touched: Collection[datetime]) -> Sources:
    """Where the deliveries since then are to be counted, when these minutes have been touched."""
    whole = minute_of(since + MINUTE - timedelta.resolution)
    if settled is None or settled <= whole:
        return Sources(settled=None, read=[(since, None)])
    again = [(each, each + MINUTE) for each in sorted(touched) if whole <= each < settled]
    return Sources(settled=(whole, settled), read=joined([(since, whole), *again, (settled, None)]))


def joined(spans: Iterable[MinuteSpan]) -> list[MinuteSpan]:
    """Neighbours as one, the empty left out."""
    made: list[MinuteSpan] = []
    for start, end in spans:
        if made and made[-1][1] == start:
            made[-1] = (made[-1][0], end)
        elif start != end:
            made.append((start, end))
    return made


def busy(endpoint: Endpoint, until: datetime) -> bool:
    """Whether a delivery has ended since then, and so may be of a later minute."""
    return any(at and at >= until for at in (endpoint.last_delivery_at, endpoint.last_failure_at))

"""Stats: how many of an endpoint's deliveries came to what, by the minute of their creation.

Three things act on the deliveries of one minute:

- A *count* reads them and saves their tally. The first count begins when the minute has been over
  for `OPEN` or longer. Then the minute is settled, and a request for stats reads its tally.
- A *worker* works at one delivery and writes what came of it.
- A *mark* (`Touch`) says that a worker may write after the first count. A worker sets the mark
  before its work, unless it begins earlier than `OPEN - REST` after the end of the minute. While a
  minute has a mark, a request for stats reads its deliveries instead of its tally. A later count
  takes the mark away after it has saved a new tally. It begins more than `REST` after the worker
  began.

Why the stats miss no write of a worker:

1. A worker or a count ends within one minute after it begins. The timeouts of their functions, in
   the template, are shorter than a minute.
2. A worker without a mark begins earlier than `OPEN - REST` after the end of the minute. By (1) it
   has written one minute later. The first count begins at `OPEN` or later. That is at least `REST`
   less one minute, so three minutes, after the write. It sees the write.
3. A worker with a mark begins at a time b. By (1) it has set the mark and written by b + 1 minute.
   As the mark is set first, no request for stats uses a tally without the write while the mark
   stands.
4. A count that does not see this write began before b + 1 minute. By (1) it has saved its tally by
   b + 2 minutes.
5. The count that takes the mark away begins after b + `REST`, so after b + 4 minutes. It sees the
   write, and it saves its tally after every count of (4). So a tally with the write stands when the
   mark is gone.
6. The steps (2) and (5) have room for clocks that differ. The smallest distance is in (5): two
   minutes lie between b + 2 and b + 4. So clocks may differ by two minutes.
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
# A first attempt, a retry after one minute and a delivery that is sent again after three minutes
# come before `OPEN - REST`, and need no mark.
OPEN = timedelta(minutes=8)
# Between two counts of an endpoint. Each takes some four write units, however many deliveries.
PERIOD = timedelta(minutes=15)
MinuteSpan = tuple[datetime, datetime | None]


@frozen
class Tally:
    """Numbers of deliveries, by what they came to."""

    delivered: int = 0
    failed: int = 0
    pending: int = 0

    @property
    def total(self) -> int:
        return self.delivered + self.failed + self.pending

    @property
    def success_rate(self) -> float | None:
        """The percentage of ended deliveries that were delivered, to one decimal, or None."""
        ended = self.delivered + self.failed
        return round(100 * self.delivered / ended, 1) if ended else None


@frozen
class Touch:
    """A mark: a worker began in the minute `at`, when `minute` may have been counted already."""

    minute: datetime
    at: datetime


@frozen
class Sources:
    """The sources of a sum of tallies.

    `settled` is the span whose saved tallies count, except those of marked minutes. `read` holds
    the spans whose deliveries are to be read. A span without an end has None as its end.
    """

    settled: tuple[datetime, datetime] | None
    read: Sequence[MinuteSpan]


def sum_of(tallies: Iterable[Tally]) -> Tally:
    delivered = failed = pending = 0
    for summand in tallies:
        delivered += summand.delivered
        failed += summand.failed
        pending += summand.pending
    return Tally(delivered=delivered, failed=failed, pending=pending)


def tally(counts: Mapping[str, int]) -> Tally:
    """Return the tally of these numbers of deliveries in each status."""
    return Tally(
        delivered=counts.get(DeliveryStatus.DELIVERED, 0),
        failed=counts.get(DeliveryStatus.FAILED, 0),
        pending=counts.get(DeliveryStatus.PENDING, 0),
    )


def minute_of(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def touch(delivery_id: str, now: datetime) -> Touch | None:
    """Return the mark to set before work at the delivery, or None while its minute needs none."""
    minute = minute_of(ids.created_at(delivery_id))
    end = minute + MINUTE
    return Touch(minute=minute, at=minute_of(now)) if now >= end + OPEN - REST else None


def ripe(touched: Touch, now: datetime) -> bool:
    """Return whether a count that begins now may take the mark away: see (5) above."""
    latest_begin = touched.at + MINUTE  # `at` is the whole minute in which the worker began
    return latest_begin + REST <= now


def countable(now: datetime) -> datetime:
    """Return the minute up to which every minute has been over for `OPEN`."""
    return minute_of(now - OPEN)


def unsettled(endpoint: Endpoint, now: datetime) -> tuple[datetime, datetime]:
    """Return the span to be counted now. It is empty when its end is not after its start."""
    start = minute_of(oldest(now))
    if endpoint.settled_until:
        start = max(endpoint.settled_until, start)
    return start, countable(now)


def oldest(now: datetime) -> datetime:
    """Return the time before which deliveries have expired, or are about to."""
    return now - EVENT_RETENTION


def sources(since: datetime, settled: datetime | None, touched: Collection[datetime]) -> Sources:
    """Return the sources for the deliveries created since then.

    `settled` is the end of the settled minutes, and `touched` are the marked minutes.
    """
    first_whole = minute_of(since + MINUTE - timedelta.resolution)
    if settled is None or settled <= first_whole:
        return Sources(settled=None, read=[(since, None)])
    marked = [minute for minute in sorted(touched) if first_whole <= minute < settled]
    again = [(minute, minute + MINUTE) for minute in marked]
    spans = joined([(since, first_whole), *again, (settled, None)])
    return Sources(settled=(first_whole, settled), read=spans)


def joined(spans: Iterable[MinuteSpan]) -> list[MinuteSpan]:
    """Return the spans with neighbours joined and empty spans left out."""
    longer: list[MinuteSpan] = []
    for start, end in spans:
        if longer and longer[-1][1] == start:
            longer[-1] = (longer[-1][0], end)
        elif start != end:
            longer.append((start, end))
    return longer


def busy(endpoint: Endpoint, until: datetime) -> bool:
    """Return whether a delivery has ended since `until`, and so may be of a later minute."""
    ends = (endpoint.last_delivery_at, endpoint.last_failure_at)
    return any(at and at >= until for at in ends)

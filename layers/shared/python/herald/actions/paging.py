"""Pages of deliveries and of events, full unless they are the last."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from herald.domain.deliveries import Delivery
from herald.domain.events import EVENT_RETENTION, RecordedEvent
from herald.domain.paging import Page
from herald.domain.values import frozen
from herald.store.deliveries import filtered
from herald.store.paging import ALWAYS, TimeSpan

Logged = TypeVar("Logged", Delivery, RecordedEvent)
MOST_READ = 1_000  # items in one read


@frozen
class Filters:
    """Which deliveries, or events, a list shows."""

    status: str | None = None
    event_type: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None

    def span(self, now: datetime) -> TimeSpan:
        """The time they are of; what has expired is not shown, though it may lie there for a while."""
        oldest = now - EVENT_RETENTION
        return max(self.created_from or oldest, oldest), self.created_to or ALWAYS[1]


def full_page(
    read: Callable[..., Page[Logged]],
    filters: Filters,
    now: datetime,
    *,
    before: str | None,
    limit: int,
) -> Page[Logged]:
    """A page that is full unless it is the last. What a filter leaves out is read too; each further read takes twice as many."""
    kept: list[Logged] = []
    take, span = limit + 1, filters.span(now)
    only = filtered(now, status=filters.status, event_type=filters.event_type)
    while True:
        page = read(before=before, limit=take, span=span, only=only)
        kept += page.items
        if len(kept) > limit:
            return Page(items=kept[:limit], end=kept[limit - 1].id)
        if page.end is None:
            return Page(items=kept, end=None)
        before, take = page.end, min(2 * take, MOST_READ)

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
MAX_PER_READ = 1_000  # items


@frozen
class Filters:
    """The deliveries or events that a list shows."""

    status: str | None = None
    event_type: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None

    def span(self, now: datetime) -> TimeSpan:
        """Return the time in which they were created.

        Expired items are not shown, though the table may hold them for a while.
        """
        oldest = now - EVENT_RETENTION
        start = max(self.created_from, oldest) if self.created_from else oldest
        end = self.created_to if self.created_to else ALWAYS[1]
        return start, end


def full_page(
    read: Callable[..., Page[Logged]],
    filters: Filters,
    now: datetime,
    *,
    before: str | None,
    limit: int,
) -> Page[Logged]:
    """Return a page that is full unless it is the last one.

    Items that a filter leaves out are read too. Each further read takes twice as many items.
    """
    kept: list[Logged] = []
    take = limit + 1
    span = filters.span(now)
    only = filtered(now, status=filters.status, event_type=filters.event_type)
    while True:
        page = read(before=before, limit=take, span=span, only=only)
        kept += page.items
        if len(kept) > limit:
            return Page(items=kept[:limit], end=kept[limit - 1].id)
        if page.end is None:
            return Page(items=kept, end=None)
        before = page.end
        take = min(2 * take, MAX_PER_READ)

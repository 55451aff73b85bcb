"""Events: the log of what happened in a workspace."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from herald.actions.paging import Filters, full_page
from herald.domain.errors import NotFoundError
from herald.domain.events import EVENT_RETENTION, RecordedEvent
from herald.domain.owners import Owner
from herald.domain.paging import Page
from herald.domain.values import frozen
from herald.store.events import EventStore


@frozen
class EventLog:
    """The use cases of the log."""

    store: EventStore
    now: Callable[[], datetime]

    def list(
        self, owner: Owner, filters: Filters, *, before: str | None, limit: int
    ) -> Page[RecordedEvent]:
        """Return a page of events, newest first. It is full unless it is the last page."""
        return full_page(
            partial(self.store.list, owner), filters, self.now(), before=before, limit=limit
        )

    def get(self, event_id: str, owner: Owner) -> RecordedEvent:
        """Raises NotFoundError, also when it has expired."""
        event = self.store.get(owner, event_id)
        if event is None or event.created_at < self.now() - EVENT_RETENTION:
            raise NotFoundError("There is no such event.")
        return event

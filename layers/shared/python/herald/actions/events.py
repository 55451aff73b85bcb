"""Events: what happened in a workspace, as its log keeps it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from herald.actions.paging import Filters, full
from herald.domain.errors import NotFoundError
from herald.domain.events import KEPT, Told
from herald.domain.owners import Owner
from herald.domain.paging import Page
from herald.domain.values import frozen
from herald.store.events import EventStore


@frozen
class EventLog:
    """The use cases of the log."""

    store: EventStore
    now: Callable[[], datetime]

    def page(self, owner: Owner, filters: Filters, *, before: str | None, limit: int) -> Page[Told]:
        """What happened, newest first, and full unless it is the last page."""
        return full(partial(self.store.events, owner), filters, self.now(), before=before, limit=limit)

    def read(self, event_id: str, owner: Owner) -> Told:
        """Raises NotFoundError, also when it has expired."""
        found = self.store.event(owner, event_id)
        if found is None or found.created_at < self.now() - KEPT:
            raise NotFoundError("There is no such event.")
        return found

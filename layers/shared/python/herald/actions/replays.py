"""Replays: a request begins one, and the sweep continues what is too much for a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING

from herald.actions.messages import message
from herald.domain import replays
from herald.domain.api_keys import ApiKey
from herald.domain.deliveries import Delivery
from herald.domain.endpoints import Endpoint
from herald.domain.errors import NotFoundError
from herald.domain.idempotency import IdempotentRequest
from herald.domain.replays import Replay
from herald.domain.values import frozen
from herald.store.replays import EventPage, ReplayStore

if TYPE_CHECKING:
    from herald.actions.lanes import Lanes
    from herald.store.due import DueEntry
    from herald.store.endpoints import EndpointStore
    from herald.store.stats import StatsStore

# Events that one sweep looks through. It takes some 15 s if all of them have been missed.
MAX_EVENTS_PER_RUN = 1_000
# The time that a request has for its first page. Then the sweep continues the replay.
LEASE = timedelta(seconds=60)


@frozen
class ReplayRequest:
    """The replay that a user asks for.

    Without `types` it has those that the endpoint subscribes to. Without `end` it ends now.
    """

    start: datetime
    end: datetime | None = None
    types: Sequence[str] | None = None


@frozen
class StartedReplay:
    """A replay, with the number of deliveries that it made at once, and whether these are all."""

    replay: Replay
    replayed: int
    complete: bool


@frozen
class Replays:
    """Delivers the events that endpoints missed.

    An event is missed if it lies in the replay's time, the endpoint never accepted it, and no
    delivery of it is on its way. Such events failed for good, were parked, or happened while the
    endpoint was disabled, or before it existed or subscribed.

    The log holds 30 days of every event, except for those types that it keeps only where an
    endpoint subscribes to them. A replay ends when its endpoint is disabled or deleted.
    """

    endpoints: EndpointStore
    store: ReplayStore
    stats: StatsStore
    queue: Lanes
    now: Callable[[], datetime]
    most: int = MAX_EVENTS_PER_RUN

    def begin(
        self,
        endpoint_id: str,
        wanted: ReplayRequest,
        *,
        by: ApiKey,
        request: IdempotentRequest[StartedReplay],
    ) -> StartedReplay:
        """Begin a replay, and send what was missed among the first hundred events.

        Raises NotFoundError, ConflictError (the endpoint is disabled), IdempotentReplay,
        IdempotencyConflictError.
        """
        now = self.now()
        self.endpoints.replay(by.owner, request.key, now)
        endpoint = self.endpoints.get(by.owner, endpoint_id)
        if endpoint is None:
            raise NotFoundError("There is no such webhook.")
        end = wanted.end if wanted.end else now
        replay = replays.begin(endpoint, wanted.start, end, wanted.types, now)
        page = self.store.next_page(replay)
        deliveries = missed(replay, endpoint, page, now)
        started = StartedReplay(replay=replay, replayed=len(deliveries), complete=page.end is None)
        response = request.respond(started, now)
        self.store.begin(replay, now + LEASE, response=response)
        self._deliver(replay, deliveries, page.end)
        return started

    def go_on(self, pages: Iterable[list[DueEntry]]) -> int:
        """Continue the replays that have not ended, by at most `most` events.

        Returns how many deliveries that made. It is harmless to die in the middle, or to run twice,
        because a delivery's id follows from its replay and its event.
        """
        total = 0
        left = self.most
        for entry in chain.from_iterable(pages):
            replay = self.store.get(entry.key)
            while replay and left > 0:
                count, replay = self._next_page(replay)
                total += count
                left -= self.store.page
        return total

    def _next_page(self, replay: Replay) -> tuple[int, Replay | None]:
        """Replay one page. Returns how many deliveries that made, and what remains."""
        endpoint = self.endpoints.get(replay.owner, replay.endpoint_id)
        if endpoint is None or not endpoint.enabled:
            self.store.end(replay)
            return 0, None
        page = self.store.next_page(replay)
        deliveries = missed(replay, endpoint, page, self.now())
        rest = self._deliver(replay, deliveries, page.end)
        return len(deliveries), rest

    def _deliver(
        self, replay: Replay, deliveries: Sequence[Delivery], end: str | None
    ) -> Replay | None:
        """Write the deliveries, send their messages, and then record the progress.

        Returns what remains of the replay.
        """
        ids = ((delivery.endpoint_id, delivery.id) for delivery in deliveries)
        self.stats.touch(ids, self.now())
        self.store.deliver(deliveries)
        self.queue.offer([message(delivery.job) for delivery in deliveries])
        if end is None:
            self.store.end(replay)
            return None
        rest = replace(replay, after=end)
        self.store.save_progress(rest, self.now())
        return rest


def missed(replay: Replay, endpoint: Endpoint, page: EventPage, now: datetime) -> list[Delivery]:
    """Return a delivery for each event of the page that the endpoint missed."""
    wanted = [row for row in page.seen if replays.asks_for(replay, endpoint, row.event)]
    missed_rows = [row for row in wanted if replays.was_missed(row.owed, row.deliveries)]
    return [replays.replayed_delivery(row.event, endpoint, replay, now) for row in missed_rows]

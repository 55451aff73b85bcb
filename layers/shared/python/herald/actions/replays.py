"""Replays: a request begins one, and the sweep goes on with what is too much for a request."""

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

MAX_EVENTS_PER_RUN = (
    1_000  # events that one sweep looks through: some 15 s, should all have been missed
)
LEASE = timedelta(seconds=60)  # as long as whoever works at one may take; then the sweep does


@frozen
class ReplayRequest:
    """What a user asks for. No `types` are those that the endpoint subscribes to; no `end` is now."""

    start: datetime
    end: datetime | None = None
    types: Sequence[str] | None = None


@frozen
class StartedReplay:
    """A replay, with how many deliveries it has begun at once, and whether those are all."""

    replay: Replay
    replayed: int
    complete: bool


@frozen
class Replays:
    """Delivers again what endpoints missed.

    Missed is every event of that time that the endpoint never accepted, and of which nothing is on its way: what failed for good,
    what was parked, and what happened while it was disabled, or before it was made or subscribed, as far as the log has it:
    30 days of every event, but for those that are kept only where an endpoint asks for them.
    An endpoint that is disabled or deleted in between is replayed nothing more.
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
        """What was missed among the first hundred events is on its way.

        Raises NotFoundError, ConflictError (the endpoint is disabled), IdempotentReplay, IdempotencyConflictError.
        """
        now = self.now()
        self.endpoints.replay(by.owner, request.key, now)
        endpoint = self.endpoints.get(by.owner, endpoint_id)
        if endpoint is None:
            raise NotFoundError("There is no such webhook.")
        replay = replays.begin(endpoint, wanted.start, wanted.end or now, wanted.types, now)
        look = self.store.next_page(replay)
        made = missed(replay, endpoint, look, now)
        begun = StartedReplay(replay=replay, replayed=len(made), complete=look.end is None)
        response = request.respond(begun, now)
        self.store.begin(replay, now + LEASE, response=response)
        self._deliver(replay, made, look.end)
        return begun

    def go_on(self, pages: Iterable[list[DueEntry]]) -> int:
        """Go on with those that have not ended, by at most `most` events. Returns how many deliveries that made.

        Harmless to die at, or to do twice: a delivery's id follows from its replay and its event.
        """
        made, left = 0, self.most
        for entry in chain.from_iterable(pages):
            replay = self.store.get(entry.key)
            while replay and left > 0:
                count, replay = self._next_page(replay)
                made, left = made + count, left - self.store.page
        return made

    def _next_page(self, replay: Replay) -> tuple[int, Replay | None]:
        """One page of it: how many deliveries that made, and what remains."""
        endpoint = self.endpoints.get(replay.owner, replay.endpoint_id)
        if endpoint is None or not endpoint.enabled:
            self.store.end(replay)
            return 0, None
        look = self.store.next_page(replay)
        made = missed(replay, endpoint, look, self.now())
        return len(made), self._deliver(replay, made, look.end)

    def _deliver(self, replay: Replay, made: Sequence[Delivery], end: str | None) -> Replay | None:
        """Write the deliveries, send their messages, and then note how far that was."""
        self.stats.touch(((each.endpoint_id, each.id) for each in made), self.now())
        self.store.deliver(made)
        self.queue.offer([message(each.job) for each in made])
        if end is None:
            self.store.end(replay)
            return None
        further = replace(replay, after=end)
        self.store.save_progress(further, self.now())
        return further


def missed(replay: Replay, endpoint: Endpoint, look: EventPage, now: datetime) -> list[Delivery]:
    """A delivery for each event of the page that the replay is for."""
    wanted = [each for each in look.seen if replays.asks_for(replay, endpoint, each.event)]
    return [
        replays.replayed_delivery(each.event, endpoint, replay, now)
        for each in wanted
        if replays.was_missed(each.owed, each.deliveries)
    ]

"""Stats: the sweep counts the minutes that are over, and a request adds the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

from herald.domain import stats
from herald.domain.endpoints import Endpoint
from herald.domain.errors import NotFoundError
from herald.domain.owners import Owner
from herald.domain.stats import MINUTE, PERIOD, Tally
from herald.domain.values import frozen

if TYPE_CHECKING:
    from herald.store.due import DueEntry
    from herald.store.endpoints import EndpointStore
    from herald.store.stats import StatsStore

# Reads of deliveries that one sweep makes. They hold some 170,000 deliveries.
MAX_READS = 100


@frozen
class Stats:
    """Counts an endpoint's deliveries by their results."""

    endpoints: EndpointStore
    store: StatsStore
    now: Callable[[], datetime]
    most: int = MAX_READS

    def get(self, endpoint_id: str, owner: Owner, since: datetime | None) -> Tally:
        """Return the tally of the deliveries created since then, in the last 30 days.

        The order of the reads matters. A minute that is read as settled was counted after every
        touch that has been removed.
        Raises NotFoundError.
        """
        endpoint = self.endpoints.get(owner, endpoint_id)
        if endpoint is None:
            raise NotFoundError("There is no such webhook.")
        oldest = stats.oldest(self.now())
        touched = {touch.minute for touch in self.store.touches(endpoint_id)}
        start = max(since, oldest) if since else oldest
        sources = stats.sources(start, endpoint.settled_until, touched)
        tallies: list[Tally] = []
        if sources.settled:
            tallies += self.store.saved(endpoint_id, sources.settled, without=touched)
        for span in sources.read:
            tallies += self.store.count(endpoint_id, span).tallies.values()
        return stats.sum_of(tallies)

    def settle(self, pages: Iterable[list[DueEntry]]) -> int:
        """Count the minutes that are over, of the endpoints that are due, by at most `most` reads.

        Returns how many endpoints it counted. It is harmless to die in the middle, or to run twice,
        because a minute that is counted again has the same tally.
        """
        visited = 0
        left = self.most
        for entry in chain.from_iterable(pages):
            if left <= 0:
                break
            endpoint = self.endpoints.find(entry.key)
            if endpoint:
                left -= self._settle(endpoint, left)
                visited += 1
        return visited

    def _settle(self, endpoint: Endpoint, most: int) -> int:
        """Count the endpoint's minutes that are over, and those that were touched since.

        Returns how many reads that took.
        """
        now = self.now()
        start, end = stats.unsettled(endpoint, now)
        touches = self.store.touches(endpoint.id)
        count = self.store.count(endpoint.id, (start, end), most=most)
        tallies = dict(count.tallies)
        calls = count.calls
        ripe = [touch for touch in touches if stats.ripe(touch, now) and touch.minute < count.until]
        for minute in sorted({touch.minute for touch in ripe} - tallies.keys()):
            if calls < most:
                recount = self.store.count(endpoint.id, (minute, minute + MINUTE))
                tallies[minute] = recount.tallies.get(minute, Tally())
                calls += recount.calls
        done = [touch for touch in ripe if touch.minute in tallies]
        self.store.save(endpoint.id, tallies)
        self.store.forget(endpoint.id, done)
        if count.until < end or len(done) < len(ripe):
            self.endpoints.save_counted(endpoint, count.until, due=now)
        elif len(done) < len(touches) or stats.busy(endpoint, end):
            self.endpoints.save_counted(endpoint, count.until, due=now + PERIOD)
        else:
            self.endpoints.save_counted(endpoint, count.until, due=None)
        return calls

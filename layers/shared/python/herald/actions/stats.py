"""Stats: the sweep counts what is over, a request adds what is not."""

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

MAX_READS = 100  # reads of deliveries that one sweep makes: some 170,000 of them


@frozen
class Stats:
    """What an endpoint's deliveries came to."""

    endpoints: EndpointStore
    store: StatsStore
    now: Callable[[], datetime]
    most: int = MAX_READS

    def get(self, endpoint_id: str, owner: Owner, since: datetime | None) -> Tally:
        """Of the deliveries created since then, in the last 30 days. Raises NotFoundError.

        In this order: what is read as settled has been counted after every touch that is no longer there.
        """
        endpoint = self.endpoints.get(owner, endpoint_id)
        if endpoint is None:
            raise NotFoundError("There is no such webhook.")
        oldest = stats.oldest(self.now())
        touched = {each.minute for each in self.store.touches(endpoint_id)}
        sources = stats.sources(max(since or oldest, oldest), endpoint.settled_until, touched)
        tallies = (
            self.store.saved(endpoint_id, sources.settled, without=touched)
            if sources.settled
            else []
        )
        for span in sources.read:
            tallies += self.store.count(endpoint_id, span).tallies.values()
        return stats.sum_of(tallies)

    def settle(self, pages: Iterable[list[DueEntry]]) -> int:
        """Count what is over, of the endpoints that are due, by at most `most` reads. Returns how many endpoints that were.

        Harmless to die at, or to do twice: counted again, a minute comes to the same.
        """
        visited, left = 0, self.most
        for entry in chain.from_iterable(pages):
            if left <= 0:
                break
            if endpoint := self.endpoints.find(entry.key):
                left -= self._settle(endpoint, left)
                visited += 1
        return visited

    def _settle(self, endpoint: Endpoint, most: int) -> int:
        """Count the endpoint's minutes that are over, and those touched since. Returns how many reads that took."""
        now = self.now()
        start, end = stats.unsettled(endpoint, now)
        touches = self.store.touches(endpoint.id)
        count = self.store.count(endpoint.id, (start, end), most=most)
        tallies, calls = dict(count.tallies), count.calls
        ripe = [each for each in touches if stats.ripe(each, now) and each.minute < count.until]
        for minute in sorted({each.minute for each in ripe} - tallies.keys()):
            if calls < most:
                again = self.store.count(endpoint.id, (minute, minute + MINUTE))
                tallies[minute], calls = again.tallies.get(minute, Tally()), calls + again.calls
        done = [each for each in ripe if each.minute in tallies]
        self.store.save(endpoint.id, tallies)
        self.store.forget(endpoint.id, done)
        if count.until < end or len(done) < len(ripe):
            self.endpoints.save_counted(endpoint, count.until, due=now)
        elif len(done) < len(touches) or stats.busy(endpoint, end):
            self.endpoints.save_counted(endpoint, count.until, due=now + PERIOD)
        else:
            self.endpoints.save_counted(endpoint, count.until, due=None)
        return calls

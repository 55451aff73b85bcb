"""A flight: work on many things at once, most of which is waiting; none waits for a neighbour, and none takes all the room."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class ConcurrentBatch(Generic[Item, Outcome]):
    """Those of one line wait for each other, `most` in the air at a time; lines do not. Begins nothing after `patience`."""

    def __init__(
        self,
        lines: Iterable[Iterable[Item]],
        work: Callable[[Item], Outcome],
        *,
        most: int,
        patience: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self._lines = [deque(line) for line in lines]
        self._work, self._most, self._now = work, most, now
        self._end = now() + patience
        self._air: dict[Future[Outcome], tuple[Item, deque[Item]]] = {}
        self._landed: SimpleQueue[Future[Outcome]] = SimpleQueue()

    @property
    def not_started(self) -> list[list[Item]]:
        """What has not begun, line by line."""
        return [list(line) for line in self._lines if line]

    def outcomes(
        self, overdue: Callable[[Sequence[Item]], object] = lambda _: None
    ) -> Iterator[tuple[Item, Future[Outcome]]]:
        """Each with its outcome, as they come. `overdue` is told once of those that are in the air when patience ends."""
        with ThreadPoolExecutor(max_workers=max(sum(map(len, self._lines)), 1)) as pool:
            for _ in range(self._most):  # one of each line in turn: a long line goes first nowhere
                for line in self._lines:
                    self._begin(line, pool)
            yield from self._until(self._end, pool)
            if self._air:
                overdue([item for item, _ in self._air.values()])
            yield from self._until(None, pool)

    def _until(
        self, end: datetime | None, pool: ThreadPoolExecutor
    ) -> Iterator[tuple[Item, Future[Outcome]]]:
        """What lands before the end."""
        while self._air and (end is None or self._now() < end):
            with suppress(Empty):
                future = self._landed.get(
                    timeout=max((end - self._now()).total_seconds(), 0) if end else None
                )
                item, line = self._air.pop(future)
                self._begin(line, pool)
                yield item, future

    def _begin(self, line: deque[Item], pool: ThreadPoolExecutor) -> None:
        if line and self._now() < self._end:
            item = line.popleft()
            future = pool.submit(self._work, item)
            self._air[future] = item, line
            future.add_done_callback(self._landed.put)

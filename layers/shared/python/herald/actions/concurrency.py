"""Concurrency: work on many items at once, where most of the work is waiting.

No line of items waits for another line, and no line takes all the room.
"""

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
    """Runs lines of items in threads.

    At most `most` items of one line run at a time. Lines do not wait for each other.
    No item is started after `patience`.
    """

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
        self._work = work
        self._most = most
        self._now = now
        self._end = now() + patience
        self._running: dict[Future[Outcome], tuple[Item, deque[Item]]] = {}
        self._finished: SimpleQueue[Future[Outcome]] = SimpleQueue()

    @property
    def not_started(self) -> list[list[Item]]:
        """Return the items that were not started, line by line."""
        return [list(line) for line in self._lines if line]

    def outcomes(
        self, overdue: Callable[[Sequence[Item]], object] = lambda _: None
    ) -> Iterator[tuple[Item, Future[Outcome]]]:
        """Yield each item with its outcome, in the order in which they finish.

        `overdue` is called once with the items that still run when patience ends.
        """
        size = sum(len(line) for line in self._lines)
        with ThreadPoolExecutor(max_workers=max(size, 1)) as pool:
            # Take one item of each line in turn, so that a long line does not go before the others.
            for _ in range(self._most):
                for line in self._lines:
                    self._begin(line, pool)
            yield from self._until(self._end, pool)
            if self._running:
                overdue([item for item, _ in self._running.values()])
            yield from self._until(None, pool)

    def _until(
        self, end: datetime | None, pool: ThreadPoolExecutor
    ) -> Iterator[tuple[Item, Future[Outcome]]]:
        """Yield what finishes before `end`, or everything if there is no end."""
        while self._running and (end is None or self._now() < end):
            left = max((end - self._now()).total_seconds(), 0) if end else None
            with suppress(Empty):
                future = self._finished.get(timeout=left)
                item, line = self._running.pop(future)
                self._begin(line, pool)
                yield item, future

    def _begin(self, line: deque[Item], pool: ThreadPoolExecutor) -> None:
        if line and self._now() < self._end:
            item = line.popleft()
            future = pool.submit(self._work, item)
            self._running[future] = item, line
            future.add_done_callback(self._finished.put)

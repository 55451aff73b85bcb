"""Releasing: every target that owes work gets its message, from whoever wrote it or from the sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from herald.actions import messages
from herald.aws.sqs import Message, Queue
from herald.domain import posts
from herald.domain.jobs import PublishJob
from herald.domain.posts import Post
from herald.domain.targets import Target
from herald.domain.values import frozen

if TYPE_CHECKING:
    from herald.store.due import DueIndex
    from herald.store.posts import PostStore

PERIOD = timedelta(minutes=1)  # of the sweep
IN_FLIGHT = timedelta(seconds=5)  # what fell due just now is on its way already


@frozen
class Sweep:
    """Sends whatever is due or was lost. `time_scale` multiplies its period."""

    posts: PostStore
    due: DueIndex
    queue: Queue
    now: Callable[[], datetime]
    time_scale: float

    def release(self) -> int:
        """Enqueue every target that is overdue, or falls due within two periods. Returns how many."""
        now, sent_until = self.now(), self.due.released_until()
        horizon = now + 2 * PERIOD * self.time_scale
        sent = 0
        for batch in batches(self._found(now, sent_until, horizon), 100):
            due = [(post, target) for post in self.posts.load_many(batch).values() for target in posts.owed(post, horizon)]
            found = [message(post, target, now) for post, target in due if unsent(target, now, sent_until)]
            self.queue.offer(found)
            sent += len(found)
        self.due.released(horizon)
        return sent

    def _found(self, now: datetime, sent_until: datetime, horizon: datetime) -> Iterator[str]:
        for entry in self.due.entries("POST", until=horizon):
            if entry.at <= now or entry.at > sent_until:
                yield entry.key[0].removeprefix("POST#")


def send(queue: Queue, post: Post, *targets: Target, now: datetime, scale: float) -> None:
    """Enqueue targets that fall due before the sweep would see them: 3 of its periods."""
    soon = now + 3 * PERIOD * scale
    queue.offer([message(post, target, now) for target in targets if target.due and target.due <= soon])


def unsent(target: Target, now: datetime, sent_until: datetime) -> bool:
    """Whether no earlier sweep and no writer has sent this target: it is overdue, or newly in sight."""
    return target.due is not None and (target.due <= now - IN_FLIGHT or target.due > sent_until)


def message(post: Post, target: Target, now: datetime) -> Message:
    """Say what the target owes, to arrive when it is due."""
    job = PublishJob(
        owner=post.owner,
        post_id=post.id,
        target_id=target.id,
        account_id=target.account_id,
    )
    return messages.message(job, (target.due or now) - now)


def batches(items: Iterable[str], size: int) -> Iterator[list[str]]:
    batch: list[str] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch

"""Releasing: send a message for a target that owes work.

The request or worker that wrote the target sends it, or the sweep does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from herald.actions import messages
from herald.aws.sqs import Message, Queue
from herald.domain.jobs import PublishJob, is_near
from herald.domain.posts import Post
from herald.domain.targets import Target


def send(queue: Queue, post: Post, *targets: Target, now: datetime, scale: float) -> None:
    """Enqueue the targets that are due before the sweep would see them."""
    near = [target for target in targets if target.due and is_near(target.due, now, scale)]
    queue.offer([message(post, target, now) for target in near])


def message(post: Post, target: Target, now: datetime) -> Message:
    """Return the message for the target's work. It arrives when the work is due."""
    job = PublishJob(
        owner=post.owner,
        post_id=post.id,
        target_id=target.id,
        account_id=target.account_id,
    )
    due = target.due if target.due else now
    return messages.message(job, due - now)


def batches(items: Iterable[str], size: int) -> Iterator[list[str]]:
    batch: list[str] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch

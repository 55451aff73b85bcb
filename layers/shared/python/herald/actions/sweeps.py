"""Sweeps: send a message, every minute, for all work that is owed and has none on its way.

Each kind of the due index has one `Sweep`. They run in the order in which they are named. When one
fails, the next ones run a minute later. It is harmless to die in the middle, or to run twice,
because a worker that gets a message checks whether the work is still owed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, groupby
from typing import TYPE_CHECKING

from herald.actions.messages import message
from herald.actions.releasing import batches
from herald.actions.releasing import message as target_message
from herald.domain import posts
from herald.domain.ids import EPOCH
from herald.domain.jobs import AHEAD, ATTEMPT_TIME, MESSAGE_TIME, DeliveryJob, MediaJob, check_after
from herald.domain.owners import Owner
from herald.domain.values import frozen
from herald.store.events import jobs_of_event

if TYPE_CHECKING:
    from herald.actions.lanes import Lanes
    from herald.aws.sqs import Queue
    from herald.store.deliveries import DeliveryStore
    from herald.store.due import DueEntry, DueIndex
    from herald.store.events import EventStore
    from herald.store.posts import PostStore

    Pages = Iterator[list[DueEntry]]


@frozen
class Window:
    """The time that one run looks at. An earlier run has seen all that was due by `seen_until`."""

    now: datetime
    scale: float
    seen_until: datetime
    horizon: datetime

    def unsent(self, due: datetime, lost_after: timedelta) -> bool:
        """Whether work needs a message: it is newly in sight, or its message must be lost."""
        return due > self.seen_until or due <= self.now - lost_after


@frozen
class Sweep:
    """The work of a run for one kind of the due index.

    `enqueue` takes the entries that are due until `horizon`, page by page, and returns how many it
    sent. `counted` is the name under which their number is reported. A `marked` sweep records how
    far it got. A sweep that looks `once` at each entry begins after that mark.
    """

    kind: str
    counted: str
    horizon: Callable[[datetime, float], datetime]
    enqueue: Callable[[Pages, Window], int]
    marked: bool = False
    once: bool = False


@frozen
class Sweeps:
    """Runs sweeps on the due index. `time_scale` multiplies their period."""

    due: DueIndex
    now: Callable[[], datetime]
    time_scale: float
    sweeps: Sequence[Sweep]

    def release(self) -> dict[str, int]:
        """Run each sweep. Returns how many messages were sent, by the sweeps' `counted`."""
        groups = groupby(self.sweeps, key=lambda sweep: sweep.counted)
        return {counted: self._run(list(group)) for counted, group in groups}

    def _run(self, sweeps: Sequence[Sweep]) -> int:
        """Run the sweeps that are counted together.

        Their marks are read in one call, and written in one call.
        """
        now = self.now()
        marked = [sweep.kind for sweep in sweeps if sweep.marked]
        marks = self.due.seen_until(marked) if marked else {}
        windows = {sweep.kind: self._window(sweep, now, marks) for sweep in sweeps}
        sent = sum(self._enqueue(sweep, windows[sweep.kind]) for sweep in sweeps)
        if marked:
            self.due.seen({kind: windows[kind].horizon for kind in marked})
        return sent

    def _window(self, sweep: Sweep, now: datetime, marks: dict[str, datetime]) -> Window:
        horizon = sweep.horizon(now, self.time_scale)
        seen_until = marks.get(sweep.kind, EPOCH)
        return Window(now=now, scale=self.time_scale, seen_until=seen_until, horizon=horizon)

    def _enqueue(self, sweep: Sweep, window: Window) -> int:
        after = window.seen_until if sweep.once else EPOCH
        pages = self.due.pages(sweep.kind, after=after, until=window.horizon)
        return sweep.enqueue(pages, window)


def ahead_horizon(now: datetime, scale: float) -> datetime:
    """Return the horizon of work that is sent ahead of its time, in a delayed message."""
    return now + AHEAD * scale


def now_horizon(now: datetime, _scale: float) -> datetime:
    """Return the horizon of work that is done when it is due."""
    return now


def overdue_horizon(now: datetime, _scale: float) -> datetime:
    """Return the horizon of work whose first message was sent when it became due.

    It is in sight only when this message must be lost.
    """
    return now - MESSAGE_TIME


def targets(*, posts: PostStore, queue: Queue) -> Sweep:
    """Return the sweep of targets of posts, and of what follows them."""
    return Sweep(
        kind="POST",
        counted="targets",
        horizon=ahead_horizon,
        enqueue=partial(send_targets, store=posts, queue=queue),
        marked=True,
    )


def replays(go_on: Callable[[Pages], int]) -> Sweep:
    """Return the sweep of replays that were too much for their request."""
    return Sweep(
        kind="REPLAY",
        counted="replays",
        horizon=now_horizon,
        enqueue=lambda pages, _: go_on(pages),
    )


def deliveries(*, queue: Lanes) -> Sweep:
    """Return the sweep of deliveries that wait for their next attempt."""
    return Sweep(
        kind="DELIVERY",
        counted="deliveries",
        horizon=ahead_horizon,
        enqueue=partial(send_deliveries, queue=queue),
        marked=True,
    )


def events(*, deliveries: DeliveryStore, events: EventStore, queue: Lanes) -> Sweep:
    """Return the sweep of events whose first attempts should have been made by now.

    It looks at each event once.
    """
    return Sweep(
        kind="EVENT",
        counted="deliveries",
        horizon=now_horizon,
        enqueue=partial(send_unattempted, deliveries=deliveries, events=events, queue=queue),
        marked=True,
        once=True,
    )


def media(*, queue: Queue) -> Sweep:
    """Return the sweep of files that lost their message or whose worker died."""
    return Sweep(
        kind="MEDIA",
        counted="media",
        horizon=overdue_horizon,
        enqueue=partial(send_files, queue=queue),
    )


def stats(settle: Callable[[Pages], int]) -> Sweep:
    """Return the sweep of endpoints whose deliveries are to be counted."""
    return Sweep(
        kind="STATS",
        counted="stats",
        horizon=now_horizon,
        enqueue=lambda pages, _: settle(pages),
    )


def send_targets(pages: Pages, window: Window, *, store: PostStore, queue: Queue) -> int:
    """Send every target of these posts that is overdue, or newly in sight."""
    sent = 0
    for batch in batches(posts_in(pages, window), 100):
        messages = [
            target_message(post, target, window.now)
            for post in store.get_many(batch).values()
            for target in posts.tasks_due(post, window.horizon)
            if target.due and window.unsent(target.due, MESSAGE_TIME)
        ]
        queue.offer(messages)
        sent += len(messages)
    return sent


def posts_in(pages: Pages, window: Window) -> Iterator[str]:
    """Yield the ids of posts that may have an unsent target.

    An entry has the time of a post's first target, and its other targets may be due later.
    """
    for page in pages:
        for entry in page:
            if window.unsent(entry.at, timedelta()):
                yield entry.key[0].removeprefix("POST#")


def send_deliveries(pages: Pages, window: Window, *, queue: Lanes) -> int:
    """Send every delivery that is overdue, or newly in sight."""
    sent = 0
    for page in pages:
        messages = [
            message(DeliveryJob.from_body(entry.owes), entry.at - window.now)
            for entry in page
            if window.unsent(entry.at, ATTEMPT_TIME)
        ]
        queue.offer(messages)
        sent += len(messages)
    return sent


def send_unattempted(
    pages: Pages,
    window: Window,
    *,
    deliveries: DeliveryStore,
    events: EventStore,
    queue: Lanes,
) -> int:
    """Send the deliveries that no worker has begun, and look at their events again later."""
    sent = 0
    for page in pages:
        jobs = chain.from_iterable(jobs_of_event(entry) for entry in page)
        lost = deliveries.not_started(jobs)
        queue.offer([message(job) for job in lost])
        for owner, event_id in dict.fromkeys((job.owner, job.event_id) for job in lost):
            events.check_again(owner, event_id, check_after(window.now, window.scale))
        sent += len(lost)
    return sent


def send_files(pages: Pages, _window: Window, *, queue: Queue) -> int:
    """Send every file."""
    sent = 0
    for page in pages:
        queue.offer([message(file_job(entry)) for entry in page])
        sent += len(page)
    return sent


def file_job(entry: DueEntry) -> MediaJob:
    """Return the job of the file that a due entry names."""
    pk, sk = entry.key
    owner = Owner.parse(pk.removeprefix("OWNER#"))
    return MediaJob(owner=owner, media_id=sk.removeprefix("MEDIA#"))

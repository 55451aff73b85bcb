"""actions/stats.py: the stats always equal a plain count, whoever dies, repeats or overlaps."""

import heapq
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar, cast

import pytest

from herald.actions import sweeps
from herald.actions.stats import Stats
from herald.actions.sweeps import Sweeps
from herald.aws.dynamodb import Update
from herald.domain import ids, stats
from herald.domain.deliveries import Delivery, DeliveryStatus, first
from herald.domain.endpoints import Endpoint
from herald.domain.events import RecordedEvent
from herald.domain.owners import Mode, Owner
from herald.domain.stats import MINUTE, PERIOD, Tally
from herald.store import keys, rows
from herald.store.deliveries import DeliveryChangedError, DeliveryStore
from herald.store.due import DueIndex
from herald.store.endpoint_rows import endpoint_row
from herald.store.endpoints import EndpointStore
from herald.store.stats import StatsStore
from tests.faults.memory import Table

Answer = TypeVar("Answer")
BEGAN = datetime(2026, 6, 15, 12, 0, 17, tzinfo=UTC)
OWNER = Owner("ws_1", Mode.LIVE)
PENDING, DELIVERED, FAILED = DeliveryStatus.PENDING, DeliveryStatus.DELIVERED, DeliveryStatus.FAILED
LIFE = timedelta(seconds=55)
PAGE = 20
HOURS = 4


class Died(BaseException):
    """The invocation's time is over."""


class Slow(Table):
    """A table whose every call takes a while, in which others go on; by small pages."""

    def __init__(self, world: "World") -> None:
        super().__init__(world.dice, 0, Counter())
        self._world = world

    def query(self, where: Any, *, limit: int | None = None, **more: Any) -> Any:
        return super().query(where, limit=limit or PAGE, **more)

    def _call(self, work: Callable[[], Answer]) -> Answer:
        self._world.let_pass()
        return super()._call(work)


def event_at(now: datetime) -> RecordedEvent:
    return RecordedEvent(
        id=ids.new("evt", now), type="post.created", owner=OWNER, created_at=now, bodies={}
    )


class World:
    """Workers, sweeps and requests on one table. At every call others may overtake them."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.now = BEGAN
        self.ends: list[datetime] = []  # of the invocations that go on, the innermost last
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()
        self.calls = 0
        self.table = cast(Any, Slow(self))
        self.endpoints = EndpointStore(self.table, cast(Any, None))
        self.deliveries = DeliveryStore(self.table)
        self.stats_store = StatsStore(self.table)
        self.stats = Stats(
            endpoints=self.endpoints,
            store=self.stats_store,
            now=lambda: self.now,
            most=self.dice.randint(2, 9),
        )
        self.sweeps = Sweeps(
            due=DueIndex(self.table),
            now=lambda: self.now,
            time_scale=1,
            sweeps=[sweeps.stats(self.stats.settle)],
        )
        endpoint = Endpoint(
            id=ids.new("wh", BEGAN),
            owner=OWNER,
            url="https://a.example/",
            events=(),
            created_at=BEGAN,
            updated_at=BEGAN,
        )
        self.table.put_all([endpoint_row(endpoint)])
        self.endpoint_id = endpoint.id

    # ---------------------------------------------------------------- time

    def later(self, seconds: float, work: Callable[[], None]) -> None:
        heapq.heappush(
            self._events, (self.now + timedelta(seconds=seconds), next(self._numbers), work)
        )

    def let_pass(self) -> None:
        """Let time pass during a call of an invocation, which dies when its time is over.

        Work that nobody invoked takes no time.
        """
        self.calls += 1
        if not self.ends:
            return
        self.run(self.now + timedelta(seconds=self.dice.choice((0, 0, 0, 0, 0.1, 0.1, 1, 1, 8))))
        if self.now > self.ends[-1]:
            raise Died

    def run(self, until: datetime) -> None:
        while self._events and self._events[0][0] <= until:
            at, _, work = heapq.heappop(self._events)
            self.now = max(self.now, at)
            work()
        self.now = max(self.now, until)

    def invoke(self, work: Callable[[], object]) -> None:
        self.ends.append(self.now + LIFE)
        with suppress(Died):
            work()
        self.ends.pop()

    def quietly(self, work: Callable[[], Answer]) -> Answer:
        """In no time."""
        ends, self.ends = self.ends, []
        answer = work()
        self.ends = ends
        return answer

    # ---------------------------------------------------------------- workers

    def happens(self) -> None:
        """Make an event, and deliver it soon or late.

        It is late when its message was lost or crowded out. Sometimes two deliverers come at once.
        """
        event = event_at(self.now)
        wait = self.dice.choice(
            (
                0.2,
                0.2,
                5,
                200,
                self.dice.uniform(230, 310),
                self.dice.uniform(450, 560),
                self.dice.uniform(0, 1500),
            )
        )
        for _ in range(self.dice.choice((1, 1, 1, 2))):
            self.later(wait, lambda: self.invoke(lambda: self.deliver(event)))

    def deliver(self, event: RecordedEvent) -> None:
        """As the deliverer does it: load, touch, attempt, save, follow up."""
        endpoint = self.endpoint
        delivery_id = first(event, endpoint).id
        was = self.deliveries.get(endpoint.id, delivery_id)
        if was and was.status is not PENDING:
            return
        self.stats_store.touch([(endpoint.id, delivery_id)], self.now)
        self.run(self.now + timedelta(seconds=self.dice.choice((0, 0, 1, 29, 45))))
        after = self.attempted(was or first(event, endpoint))
        with suppress(DeliveryChangedError):
            self.deliveries.save(after, endpoint, self.now, was=was)
            if after.status is PENDING:
                wait = self.dice.choice((60, 300, 900))
                self.later(wait, lambda: self.invoke(lambda: self.deliver(event)))
            if after.delivered_at:
                self.endpoints.record_success(endpoint, after.delivered_at)
            elif endpoint.due is None:
                self.endpoints.record_attempt(endpoint, self.now)

    def attempted(self, delivery: Delivery) -> Delivery:
        status = self.dice.choice((DELIVERED, DELIVERED, FAILED, PENDING))
        ended = self.now if status is DELIVERED else None
        return replace(
            delivery,
            status=status,
            attempts=delivery.attempts + 1,
            attempted_at=self.now,
            delivered_at=ended,
        )

    def sweep(self) -> None:
        """Every minute, sometimes twice; now and then the endpoint is due before its time."""
        if self.dice.random() < 0.5 and self.endpoint.due:
            due = rows.due("STATS", self.endpoint_id, self.now)
            self.table.update(Update(key=keys.owned(OWNER, "WH", self.endpoint_id), values=due))
        for _ in range(self.dice.choice((1, 1, 2))):
            self.later(self.dice.random(), lambda: self.invoke(self.sweeps.release))

    # ---------------------------------------------------------------- judgement

    @property
    def endpoint(self) -> Endpoint:
        found = self.endpoints.get(OWNER, self.endpoint_id)
        assert found
        return found

    def plain(self, since: datetime) -> Tally:
        rows = self.table.rows.get(f"WH#{self.endpoint_id}", {})
        low = f"DEL#{ids.floor('del', since)}"
        return stats.tally(
            Counter(
                row["status"] for sk, row in rows.items() if sk.startswith("DEL#") and sk >= low
            )
        )

    def asked(self, since: datetime) -> Tally:
        return self.stats.get(self.endpoint_id, OWNER, since)

    def some_time(self) -> datetime:
        """A moment of the run, whole minutes among them."""
        at = BEGAN + self.dice.uniform(-0.1, 1.01) * (self.now - BEGAN)
        return (
            stats.minute_of(at)
            if self.dice.random() < 0.3
            else at.replace(microsecond=at.microsecond // 1000 * 1000)
        )

    def judge(self) -> None:
        since = self.some_time()
        assert self.quietly(lambda: self.asked(since)) == self.quietly(lambda: self.plain(since))

    def judge_slowly(self) -> None:
        """While others write, no count falls.

        So the answer lies between what was there before and what is there after.
        """
        since = self.some_time()
        before = self.plain(since)
        answer = self.asked(since)
        after = self.plain(since)
        for name in ("total", "delivered", "failed"):
            assert getattr(before, name) <= getattr(answer, name) <= getattr(after, name)


@pytest.mark.parametrize("seed", range(6))
def test_the_stats_are_a_plain_count_at_every_moment(seed: int) -> None:
    world = World(seed)
    settled = set()

    for minute in range(HOURS * 60):
        busy = minute < (HOURS - 1) * 60
        for _ in range(world.dice.choice((0, 1, 3, 12)) if busy else 0):
            world.later(world.dice.uniform(0, 60), world.happens)
        world.sweep()
        world.later(world.dice.uniform(0, 60), world.judge)
        world.later(world.dice.uniform(0, 60), lambda: world.invoke(world.judge_slowly))
        world.run(BEGAN + (minute + 1) * MINUTE)
        settled.add(world.quietly(lambda: world.endpoint.settled_until))

    assert world.plain(BEGAN).total > 300
    assert len(settled) > HOURS
    assert not world.quietly(lambda: world.stats_store.touches(world.endpoint_id))
    assert world.quietly(lambda: world.endpoint.due) is None


def test_what_is_settled_is_not_read_again() -> None:
    world = World(0)
    for _ in range(2_000):
        world.now += timedelta(seconds=1)
        event = event_at(world.now)
        delivered = replace(first(event, world.endpoint), status=DELIVERED, attempts=1)
        world.deliveries.save(delivered, world.endpoint, world.now, was=None)
    world.endpoints.record_success(world.endpoint, world.now)
    world.now += 2 * PERIOD
    while world.sweeps.release()["stats"]:
        world.now += MINUTE

    world.calls = 0
    assert world.asked(stats.minute_of(BEGAN)).delivered == 2_000
    assert world.calls == 4
    assert world.endpoint.due is None


def test_deliveries_that_have_expired_are_not_counted_though_they_lie_there() -> None:
    world = World(0)
    event = event_at(world.now)
    world.deliveries.save(
        replace(first(event, world.endpoint), status=FAILED), world.endpoint, world.now, was=None
    )

    world.now += timedelta(days=30)
    assert world.stats.get(world.endpoint_id, OWNER, None).failed == 1
    world.now += timedelta(milliseconds=1)
    assert world.stats.get(world.endpoint_id, OWNER, BEGAN) == Tally()

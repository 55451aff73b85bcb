"""Sends many events to four subscribers through the worst of worlds, and keeps a ledger.

The ledger holds who got what. Fan-out, delivery and the sweep are killed at random lines. Messages
are dropped, doubled, delayed and reordered. The stream repeats itself, at once and much later. The
table refuses calls, or loses its answers. One receiver flaps, one always fails, one is slow and
hangs up. Every choice comes from one seed. Events come in chapters; what a chapter left behind is
judged, and then cleared away.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

from botocore.exceptions import ClientError

from herald import runtime
from herald.actions import sweeps
from herald.actions.deliveries import Deliverer
from herald.actions.endpoints import Endpoints, NewEndpoint
from herald.actions.fan_out import FanOut
from herald.actions.lanes import Lanes
from herald.actions.sweeps import Sweeps
from herald.aws.dynamodb import Item, Put
from herald.domain import ids
from herald.domain.backoff import WEBHOOK_MINUTES
from herald.domain.deliveries import Delivery, DeliveryStatus
from herald.domain.endpoints import MAX_FAILURES, Edit, Endpoint
from herald.domain.events import Event, EventType
from herald.domain.idempotency import IdempotentRequest
from herald.domain.jobs import DeliveryJob
from herald.domain.owners import Mode, Owner
from herald.net.client import Client
from herald.net.guard import Guard
from herald.store.deliveries import DeliveryStore
from herald.store.due import DueIndex
from herald.store.endpoints import EndpointStore
from herald.store.event_rows import dumped, loaded
from herald.store.events import EventStore
from herald.store.stats import StatsStore
from tests.fakes.http import Server, read_body, say
from tests.faults.deaths import Killer
from tests.faults.memory import Table
from tests.faults.simulation import Verdict
from tests.faults.world import Clock, Queue
from tests.integration.conftest import forget_wiring
from tests.integration.subscribers import api_key

CHAPTER = 250  # events
PER_TURN = 12  # at most, in what is some ten simulated seconds
MINUTE = timedelta(minutes=1)
LIMIT = timedelta(hours=12)
CREATED, PUBLISHED, FAILED, UPLOADED = (
    EventType.POST_CREATED,
    EventType.POST_PUBLISHED,
    EventType.POST_FAILED,
    EventType.MEDIA_UPLOADED,
)
ENDED: Mapping[str, object] = {
    "post_id": "post_1",
    "content": "Grüße",
    "status": "published",
    "published_at": "2026-06-15T14:00:00.000Z",
    "targets": [],
}
FACTS: Mapping[EventType, Mapping[str, object]] = {
    CREATED: {"post_id": "post_1", "content": "Grüße", "status": "draft", "scheduled_for": None},
    PUBLISHED: ENDED,
    FAILED: ENDED,
    UPLOADED: {
        "media_id": "media_1",
        "filename": "Grüße.jpg",
        "content_type": "image/jpeg",
        "size_bytes": 1,
    },
}
SUBSCRIPTIONS: Mapping[str, Sequence[EventType]] = {
    "steady": (CREATED, PUBLISHED, FAILED, UPLOADED),
    "flapping": (PUBLISHED,),
    "slow": (FAILED,),
    "failing": (UPLOADED,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How bad it gets."""

    kill: float = 0.05
    message: float = 0.2
    table: float = 0.03
    replay: float = 0.1
    receivers: bool = True


CALM = Chances(kill=0, message=0, table=0, replay=0, receivers=False)


class Receivers:
    """Four subscribers on one server.

    `accepted` counts, by subscriber and event, what each has taken for good.
    """

    def __init__(
        self, clock: Clock, dice: random.Random, chances: Chances, counts: Counter[str]
    ) -> None:
        self.accepted: dict[str, Counter[str]] = {name: Counter() for name in SUBSCRIPTIONS}
        self._clock, self._dice, self._chances, self._counts = clock, dice, chances, counts
        self._flaps: list[datetime] = [clock.at]
        self.server = Server(self.take)

    def url(self, name: str) -> str:
        return f"{self.server.url}/{name}"

    def take(self, request: BaseHTTPRequestHandler) -> None:
        read_body(request)
        name = request.path.strip("/")
        status = getattr(self, f"_{name}")()
        if status in {200, None}:
            self.accepted[name][request.headers["webhook-id"]] += 1
        if status is None:
            self._counts["answers lost"] += 1
            request.close_connection = True
            return
        say(request, status)

    def _steady(self) -> int:
        return 200

    def _failing(self) -> int:
        return 500

    def _slow(self) -> int | None:
        """In time, but barely; now and then its answer is lost."""
        if not self._chances.receivers:
            return 200
        self._clock.wait(self._dice.uniform(1, 29))
        return None if self._dice.random() < 0.03 else 200

    def _flapping(self) -> int:
        """Minutes of health, minutes in which nine of ten requests are refused."""
        while self._flaps[-1] <= self._clock.at:
            self._flaps.append(self._flaps[-1] + timedelta(minutes=self._dice.uniform(1, 15)))
        down = len(self._flaps) % 2 == 0 and self._chances.receivers
        return 503 if down and self._dice.random() < 0.9 else 200

    def close(self) -> None:
        self.server.stop()


@dataclass(slots=True)
class Told:
    """What one subscriber's log has shown so far, chapter after chapter."""

    endpoint: Endpoint
    failures: int = 0
    in_a_row: int = 0


class Ledger:
    """One run; needs an `aws` account in memory."""

    def __init__(self, seed: int, chances: Chances) -> None:
        self.dice = random.Random(seed)
        self.chances = chances
        self.verdict = Verdict()
        self.clock = Clock()
        self._swept = self.clock.at
        counts = self.verdict.counts
        self.killer = Killer(self.dice, counts)
        self.memory = Table(self.dice, chances.table, counts)
        self.queues: list[Any] = [
            Queue(name, self.clock, self.dice, counts, chaos=chances.message)
            for name in ("delivery", "slow delivery")
        ]
        self.receivers = Receivers(self.clock, random.Random(seed), chances, counts)
        self.owner = Owner(ids.new("ws", self.clock.at), Mode.LIVE)
        self._wire()
        self.told = {name: Told(self._subscribe(name)) for name in SUBSCRIPTIONS}
        self.happened: dict[str, EventType] = {}
        self._batches: list[list[Event]] = []

    def _wire(self) -> None:
        table: Any = self.memory
        now = self.clock.now
        vault = runtime.vault()
        http = Client(Guard(["127.0.0.1"]))
        self.endpoints = EndpointStore(table, vault)
        self.deliveries = DeliveryStore(table)
        events = EventStore(table)
        self.due = DueIndex(table)
        self.lanes = Lanes(fast=self.queues[0], slow=self.queues[1])
        self.fan_out = FanOut(
            endpoints=self.endpoints, events=events, queue=self.lanes, now=now, time_scale=1
        )
        self.deliverer = Deliverer(
            deliveries=self.deliveries,
            endpoints=self.endpoints,
            stats=StatsStore(table),
            vault=vault,
            queue=self.lanes,
            http=http,
            now=now,
            wait=self.clock.wait,
            time_scale=1,
        )
        self.sweeps = Sweeps(
            due=self.due,
            now=now,
            time_scale=1,
            sweeps=[
                sweeps.deliveries(queue=self.lanes),
                sweeps.events(deliveries=self.deliveries, events=events, queue=self.lanes),
            ],
        )

    def _subscribe(self, name: str) -> Endpoint:
        subscribing = Endpoints(
            endpoints=self.endpoints,
            sent=self.deliveries,
            guard=Guard(["127.0.0.1"]),
            queue=self.lanes,
            now=self.clock.now,
        )
        new = NewEndpoint(url=self.receivers.url(name), events=SUBSCRIPTIONS[name])
        with self.memory.patient():
            return subscribing.create(new, by=api_key(self.owner), request=IdempotentRequest())[0]

    # ---------------------------------------------------------------- the run

    def run(self, events: int) -> Verdict:
        """Let that many events happen, in chapters. Judge each when the world is quiet."""
        for begun in range(0, events, CHAPTER):
            end = min(begun + CHAPTER, events)
            number = begun
            while number < end:
                number += self._happens(number, end)
                self._turn()
            self._settle()
            with self.memory.patient():
                self._judge()
                self._clear()
        self.receivers.close()
        return self.verdict

    def _happens(self, number: int, end: int) -> int:
        """A few things at once, each write with up to three events. Returns how many."""
        fresh = min(self.dice.randrange(1, PER_TURN), end - number)
        made = [self._event() for _ in range(fresh)]
        self.happened |= {each.id: each.type for each in made}
        with self.memory.patient():
            for start in range(0, fresh, 3):
                row: Item = {
                    "pk": f"FACT#{number + start}",
                    "sk": "FACT",
                    "events": dumped(made[start : start + 3]),
                }
                self.memory.put(Put(item=row))
        self.clock.wait(self.dice.uniform(0, 20))
        return fresh

    def _event(self) -> Event:
        now = self.clock.now()
        kind = self.dice.choice((CREATED, CREATED, PUBLISHED, FAILED, UPLOADED))
        return Event(
            id=ids.new("evt", now), type=kind, owner=self.owner, created_at=now, facts=FACTS[kind]
        )

    def _killing(self, name: str, work: Callable[[], Any]) -> bool:
        lived = self.killer.run(name, work, chance=self.chances.kill)
        if not lived:  # nothing a process had in memory outlives it
            forget_wiring()
            self._wire()
        return lived

    def _attempting(self, name: str, work: Callable[[], Any]) -> bool:
        """Whether an invocation came to its end: not killed, not refused by the table."""
        ended: list[bool] = []

        def call() -> None:
            try:
                ended.append(not work())  # what it returns has failed
            except ClientError:
                ended.append(False)

        return self._killing(name, call) and ended == [True]

    def _turn(self) -> None:
        """Whatever can happen now, happens; then time goes on to the next message, or a minute."""
        self._fan_out()
        self._deliver()
        soon = [queue.next_at for queue in self.queues if queue.next_at]
        self.clock.at = max(self.clock.at, min([*soon, self.clock.at + MINUTE]))
        if self.clock.at - self._swept >= MINUTE:
            self._swept = self.clock.at
            self._attempting("sweep", lambda: self.sweeps.release() and None)

    def _fan_out(self) -> None:
        """A batch that died comes again; some that did not, too, at once or much later."""
        while written := self.memory.changes[:10]:
            found = [event for text in written for event in loaded(text)]
            if self._attempting("fan-out", lambda found=found: self.fan_out.record(found)):  # type: ignore[misc]
                del self.memory.changes[: len(written)]
                self._batches.append(found)
            if self._batches and self.dice.random() < self.chances.replay:
                again = self.dice.choice(self._batches)
                self._attempting("fan-out", lambda again=again: self.fan_out.record(again))  # type: ignore[misc]
                self.verdict.counts["stream batches repeated"] += 1

    def _deliver(self) -> None:
        for queue in self.queues:
            while body := queue.take():
                job = DeliveryJob.from_body(body)
                if not self._attempting("delivery", lambda job=job: self.deliverer.deliver([job])):  # type: ignore[misc]
                    queue.again(body)
                self.verdict.counts["delivery invocations"] += 1

    def _settle(self) -> None:
        """Until nothing waits, nothing owes work, and the sweep has looked after everything."""
        end, quiet = self.clock.at + LIMIT, 0
        while quiet < 8:
            self._turn()
            quiet = 0 if self._busy() else quiet + 1
            if self.clock.at > end:
                self.verdict.wrongs.append(f"still busy after {LIMIT}")
                return

    def _busy(self) -> bool:
        with self.memory.patient():
            due = any(True for _ in self.due.entries("DELIVERY", until=self.clock.at + LIMIT))
        return due or any(queue.next_at for queue in self.queues)

    # ---------------------------------------------------------------- the judgement

    def _judge(self) -> None:
        kept = {
            sk.removeprefix("EVT#")
            for rows in self.memory.rows.values()
            for sk in rows
            if sk.startswith("EVT#")
        }
        self.verdict.counts["events"] += len(kept)
        self.verdict.demand(kept == set(self.happened), "the log of events is not what happened")
        for name, told in self.told.items():
            wanted = {
                event_id for event_id, kind in self.happened.items() if kind in SUBSCRIPTIONS[name]
            }
            log = {each.event_id: each for each in self._log(told.endpoint)}
            endpoint = self.endpoints.get(self.owner, told.endpoint.id)
            assert endpoint is not None
            self._judge_log(name, wanted, log, complete=endpoint.enabled)
            self._judge_counters(name, told, endpoint, log.values())
            if not endpoint.enabled:
                self._enable(told)

    def _enable(self, told: Told) -> None:
        """As its owner does who has read the mail."""
        assert self.endpoints.edit(
            self.owner, told.endpoint.id, Edit(enabled=True), self.clock.now()
        )
        told.in_a_row = 0

    def _judge_log(
        self, name: str, wanted: set[str], log: Mapping[str, Delivery], *, complete: bool
    ) -> None:
        """Judge that a log is complete, unless its endpoint has been disabled.

        A disabled endpoint is owed nothing more, and what waited for it is parked.
        """
        counts, accepted = self.verdict.counts, self.receivers.accepted[name]
        counts[f"{name}: deliveries"] += len(log)
        self.verdict.demand(set(log) <= wanted, f"{name} was told what is not for it")
        self.verdict.demand(set(accepted) <= wanted, f"{name} received what is not for it")
        if complete:
            self.verdict.demand(
                set(log) == wanted, f"{name} was not told {len(wanted - set(log))} events"
            )
        for event_id, delivery in log.items():
            counts[f"{name}: {delivery.status}"] += 1
            counts[f"{name}: received again"] += max(accepted[event_id] - 1, 0)
            self._judge_delivery(name, delivery, accepted[event_id], may_be_parked=not complete)

    def _judge_delivery(
        self, name: str, delivery: Delivery, received: int, *, may_be_parked: bool
    ) -> None:
        match delivery.status:
            case DeliveryStatus.DELIVERED:
                self.verdict.demand(
                    received >= 1, f"{name}: {delivery.event_id} is delivered, and never arrived"
                )
            case DeliveryStatus.FAILED:
                tried = delivery.attempts == 1 + len(WEBHOOK_MINUTES) and delivery.error is not None
                self.verdict.demand(
                    tried, f"{name}: {delivery.event_id} failed after {delivery.attempts} attempts"
                )
            case _:
                parked = may_be_parked and delivery.due is None
                self.verdict.demand(
                    parked, f"{name}: {delivery.event_id} is {delivery.status}, due {delivery.due}"
                )

    def _judge_counters(
        self, name: str, told: Told, endpoint: Endpoint, log: Iterable[Delivery]
    ) -> None:
        ended = sorted(
            (each for each in log if each.status is not DeliveryStatus.PENDING), key=last_attempt
        )
        for each in ended:
            failed = each.status is DeliveryStatus.FAILED
            told.failures += failed
            told.in_a_row = told.in_a_row + 1 if failed else 0
        counted, should = (
            (endpoint.failure_count, endpoint.consecutive_failures),
            (told.failures, told.in_a_row),
        )
        self.verdict.demand(
            counted == should,
            f"{name} has counted {counted} failures, all and in a row; the log says {should}",
        )
        too_often = told.in_a_row >= MAX_FAILURES
        self.verdict.demand(
            endpoint.enabled is not too_often, f"{name} is enabled: {endpoint.enabled}"
        )
        self.verdict.counts[f"{name}: times disabled"] += not endpoint.enabled

    def _log(self, endpoint: Endpoint) -> Iterator[Delivery]:
        before = None
        while True:
            page = self.deliveries.list(endpoint.id, before=before, limit=100)
            yield from page.items
            if page.end is None:
                return
            before = page.end

    def _clear(self) -> None:
        """Clear away what this chapter left, but the endpoints and how far the sweep has got."""
        for partition in self.memory.rows.values():
            for sk in [sk for sk in partition if sk.startswith(("EVT#", "DEL#", "FACT"))]:
                del partition[sk]
        self.happened.clear()
        self._batches.clear()
        for each in self.receivers.accepted.values():
            each.clear()


def last_attempt(delivery: Delivery) -> datetime:
    assert delivery.attempted_at is not None
    return delivery.attempted_at

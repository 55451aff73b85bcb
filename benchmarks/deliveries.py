"""Measures deliveries: processor, memory, GB-seconds and time, beside a plain loop of requests.

`python -m benchmarks.deliveries`.

The product's own fan-out, store and deliverer send over TLS to receivers in another process. Table,
queues and keys lie in memory and cost nothing, so that only herald's own work is measured.

Waiting is scaled. Hanging, patience and a receiver's answer take a fifth of what they say, and the
clock that the deliverer reads runs five times as fast. Work is not scaled. A core of this machine
does what three and a half functions of 512 MB do. Ratios have budgets; times are only shown.
"""

import gc
import logging
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from operator import truediv
from statistics import median
from typing import Any

import requests

from benchmarks.receivers import Receivers, receivers
from benchmarks.table import show
from herald.actions.deliveries import Deliverer
from herald.actions.fan_out import FanOut
from herald.actions.lanes import Lanes
from herald.aws.dynamodb import Item, Page, Put, Table, Update
from herald.aws.kms import Vault
from herald.aws.sqs import Message, Queue
from herald.domain.endpoints import Endpoint
from herald.domain.events import Event, EventType, event
from herald.domain.jobs import DeliveryJob
from herald.domain.lanes import Lane
from herald.domain.owners import Mode, Owner
from herald.net.client import Client, Response, StreamedBody
from herald.net.guard import Guard
from herald.store.deliveries import DeliveryStore
from herald.store.endpoint_rows import endpoint_row
from herald.store.endpoints import EndpointStore
from herald.store.events import EventStore
from herald.store.stats import StatsStore
from herald.webhooks import formats
from tests.template import functions

SCALE = 5  # every wait takes a fifth
HANG = 30 / SCALE  # seconds
ANSWER = 0.1 / SCALE  # seconds
RECEIVERS, HANGING = 100, 2
EVENTS = 20  # to each receiver
SAMPLES = 15  # of what a batch takes, for others may use the machine too
PACE = 50  # state changes a second
MOST_CPU = 1.5  # times bare
MOST_MEMORY = 0.15  # MB in flight
LEAST_GAIN = 10  # times the loop
OWNER = Owner("ws_0mpc9k1s0000000workspace", Mode.LIVE)
SECRET = b"whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0MTI="
FACTS = {
    "post_id": "post_1",
    "content": "Grüße 🚀 " * 30,
    "status": "draft",
    "scheduled_for": None,
}


class Memory(Table):
    """A table in memory. It trusts that conditions hold."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Item] = {}

    def get_many(
        self, wanted: Iterable[tuple[str, str]], *, consistent: bool = True
    ) -> dict[tuple[str, str], Item]:
        return {key: self.rows[key] for key in wanted if key in self.rows}

    def query(self, *_: Any, **__: Any) -> Page:
        """Return the endpoints: nothing else is queried here."""
        rows = [row for (_, sk), row in list(self.rows.items()) if sk.startswith("WH#")]
        return Page(items=rows, end=None)

    def put_all(self, items: Iterable[Item]) -> None:
        for item in items:
            row = {name: value for name, value in item.items() if value is not None}
            self.rows[row["pk"], row["sk"]] = row

    def put(self, write: Put) -> None:
        self.put_all([write.item])

    def update(self, write: Update) -> Item:
        row = {**self.rows[write.key], **write.values}
        self.rows[write.key] = row
        return row


class Open(Vault):
    def __init__(self) -> None:
        """Make no client: nothing is sealed here."""

    def open(self, sealed: bytes, *, owner: str) -> bytes:
        return sealed


class Waiting(Queue):
    """A queue that hands out at once what was sent."""

    def __init__(self) -> None:
        self.jobs: list[DeliveryJob] = []

    def offer(self, messages: Sequence[Message]) -> None:
        soon = [message for message in messages if message.delay <= HANG * SCALE]
        self.jobs += [DeliveryJob.from_body(message.body) for message in soon]

    def batch(self, most: int) -> list[DeliveryJob]:
        batch = self.jobs[:most]
        self.jobs = self.jobs[most:]
        return batch


@dataclass(frozen=True, slots=True)
class Hasty:
    """A client whose deadline is scaled."""

    http: Client

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | StreamedBody = b"",
        timeout: float = 30,
        max_bytes: int = 65536,
    ) -> Response:
        return self.http.send(
            method, url, headers=headers, body=body, timeout=timeout / SCALE, max_bytes=max_bytes
        )


class House:
    """The parts of the product, wired to endpoints at these addresses."""

    def __init__(self, urls: Sequence[str], tls: Receivers, *, scale: int = SCALE) -> None:
        began = datetime.now(UTC)
        start = time.monotonic()
        table = Memory()
        self.fast = Waiting()
        self.slow = Waiting()
        lanes = Lanes(fast=self.fast, slow=self.slow)
        endpoints = EndpointStore(table, Open())
        guard = Guard(["127.0.0.0/8"])

        def now() -> datetime:
            return began + timedelta(seconds=(time.monotonic() - start) * scale)

        self.now = now
        self.memory = table
        self.fan_out = FanOut(
            endpoints=endpoints, events=EventStore(table), queue=lanes, now=now, time_scale=1
        )
        self.http = Hasty(Client(guard, make_tls=lambda: tls.tls))
        self.deliverer = Deliverer(
            deliveries=DeliveryStore(table),
            endpoints=endpoints,
            stats=StatsStore(table),
            vault=Open(),
            queue=lanes,
            http=self.http,
            now=now,
            wait=time.sleep,
            time_scale=1,
        )
        for number, url in enumerate(urls):
            endpoint = Endpoint(
                id=f"wh_{number:024}",
                owner=OWNER,
                url=url,
                events=("post.created",),
                created_at=began,
                updated_at=began,
            )
            table.put_all([endpoint_row(endpoint) | {"sealed": SECRET}])

    def happen(self, events: int) -> None:
        self.fan_out.record([happened() for _ in range(events)])


def happened() -> Event:
    at = datetime.now(UTC)
    return event(EventType.POST_CREATED, OWNER, at, FACTS)


def urls(of: Receivers, *, hanging: int = 0) -> list[str]:
    return [
        f"https://{host}/{'hang' if number < hanging else 'quick'}"
        for number, host in enumerate(of.hosts)
    ]


def settings(lane: Lane) -> tuple[int, float]:
    """Return the size of the lane's batches, and its function's memory in GB."""
    name = "DeliverSlowlyFunction" if lane is Lane.SLOW else "DeliverWebhookFunction"
    function = functions()[name]
    batch: int = function["Events"]["Deliveries"]["Properties"]["BatchSize"]
    return batch, function.get("MemorySize", 512) / 1024


# ---------------------------------------------------------------------------------------- processor


def cpu(work: Callable[[], object], deliveries_made: int) -> float:
    """Return the milliseconds of this process's processor time for each delivery."""
    began = time.process_time()
    work()
    return (time.process_time() - began) / deliveries_made * 1000


@contextmanager
def one_core() -> Iterator[None]:
    """Run the block on one core.

    A function of 512 MB has a third of a core. Its threads never run side by side, and do not
    compete for Python's lock.
    """
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def bare(of: Receivers, body: bytes) -> None:
    """Do only what every delivery needs: a thread, a connection, a handshake, a request."""

    def post(host: str) -> None:
        connection = HTTPSConnection(host, context=of.tls)
        connection.request("POST", "/quick", body, {"Content-Type": "application/json"})
        connection.getresponse().read()
        connection.close()

    with ThreadPoolExecutor(len(of.hosts)) as pool:
        list(pool.map(post, of.hosts))


def loop(of: Receivers, addresses: Sequence[str], body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    bundle = str(of.bundle)
    for url in addresses:
        try:
            requests.post(url, data=body, headers=headers, timeout=HANG, verify=bundle)
        except requests.Timeout:
            continue


def processor(of: Receivers, body: bytes) -> tuple[float, float, float, float]:
    """Return milliseconds for bare and for ours, the ratio of ours to bare, and the loop's.

    They are medians. Each pair of bare and ours is measured at the same moment.
    """
    house = House(urls(of), of, scale=1)
    least = []
    ours = []
    for _ in range(SAMPLES):
        house.happen(1)
        jobs = house.fast.batch(RECEIVERS)
        least.append(cpu(lambda: bare(of, body), RECEIVERS))
        ours.append(cpu(lambda jobs=jobs: house.deliverer.deliver(jobs), RECEIVERS))  # type: ignore[misc]
    assert not house.fast.jobs, "a flight was too slow to be measured"
    looped = cpu(lambda: loop(of, urls(of)[:20], body), 20)
    return median(least), median(ours), median(map(truediv, ours, least)), looped


# ------------------------------------------------------------------------------------------- memory


def resident() -> float:
    """Return the memory of this process, in MB."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() / 1e6


def memory(of: Receivers, body: bytes) -> float:
    """Return the MB for each delivery of a full slow batch, while all of them wait for answers.

    Then they are answered.
    """
    most, _ = settings(Lane.SLOW)
    house = House(urls(of, hanging=len(of.hosts)), of, scale=1)
    patient = replace(house.deliverer, http=house.http.http, patience=timedelta(seconds=25))
    bare(of, body)  # loads what is loaded once
    house.happen(most // len(of.hosts))
    jobs = house.fast.batch(most)
    gc.collect()
    before = resident()
    seen = [(0, 0.0)]
    with ThreadPoolExecutor(1) as pool:
        flight = pool.submit(patient.deliver, jobs)
        while not flight.done():
            seen.append((of.came(release=seen[-1][0] == most)["waiting"], resident() - before))
            time.sleep(0.1)
    waiting, grown = max(seen)
    assert waiting == most, f"only {waiting} were in the air"
    return grown / waiting


# --------------------------------------------------------------------------------------- GB-seconds


def lanes(of: Receivers) -> tuple[int, float]:
    """Return the attempts and the GB-seconds of both lanes.

    The first batches do not know yet who hangs.
    """
    house = House(urls(of, hanging=HANGING), of)
    attempts = 0
    spent = 0.0
    house.happen(EVENTS)
    for lane, queue in ((Lane.FAST, house.fast), (Lane.SLOW, house.slow)):
        most, gigabytes = settings(lane)
        while jobs := queue.batch(most):
            waiting = len(house.fast.jobs) + len(house.slow.jobs)
            began = time.monotonic()
            house.deliverer.deliver(jobs)
            spent += (time.monotonic() - began) * gigabytes
            put_off = len(house.fast.jobs) + len(house.slow.jobs) - waiting
            attempts += len(jobs) - max(put_off, 0)
            if lane is Lane.SLOW:
                break  # what it sent back is for another day
    return attempts, spent


def plain(of: Receivers, body: bytes) -> tuple[int, float]:
    """Return the attempts and the GB-seconds of the loop, in a function of the same memory."""
    _, gigabytes = settings(Lane.FAST)
    began = time.monotonic()
    loop(of, urls(of, hanging=HANGING), body)
    return len(of.hosts), (time.monotonic() - began) * gigabytes


# --------------------------------------------------------------------------------------------- time


def told(of: Receivers, events: int, *, every: float) -> tuple[float, list[float]]:
    """Return the events delivered a second, and how late each event was.

    How late is in seconds from the change to its arrival at its subscriber, the quickest first.
    """
    house = House(urls(of)[:1], of, scale=1)
    changes = list[Event]()
    left = events
    of.came()
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(change, changes, events, every)
        while left:
            new = changes[:100]
            del changes[: len(new)]
            house.fan_out.record(new)
            jobs = house.fast.batch(RECEIVERS)
            house.deliverer.deliver(jobs)
            left -= len(jobs)
            time.sleep(0 if jobs else 0.005)
    return events / (time.monotonic() - began), sorted(of.came()["ages"])


def change(changes: list[Event], events: int, every: float) -> None:
    for _ in range(events):
        changes.append(happened())
        time.sleep(every)


def at(share: float, of: Sequence[float]) -> str:
    return f"{of[min(int(share * len(of)), len(of) - 1)]:.2f}"


def main() -> int:
    logging.getLogger("herald").setLevel(logging.CRITICAL)
    [text] = formats.recorded(happened(), []).bodies.values()
    body = text.encode()
    with receivers(RECEIVERS, answer_after=ANSWER) as of:
        in_flight = memory(of, body)
        with one_core():
            least, ours, times, looped = processor(of, body)
        attempts, spent = lanes(of)
        loop_attempts, loop_spent = plain(of, body)
        burst = told(of, 1000, every=0)
        paced = told(of, 6 * PACE, every=1 / PACE)
    rate = attempts / spent
    loop_rate = loop_attempts / loop_spent
    gain = rate / loop_rate
    show(
        "Deliveries over TLS: what each takes",
        ("", "ms of a core", "a GB-second makes"),
        [
            ("a loop of requests.post", f"{looped:.1f}", f"{loop_rate:.0f}"),
            ("http.client with one context, in threads", f"{least:.1f}", ""),
            ("herald", f"{ours:.1f}", f"{rate:.0f}"),
        ],
    )
    print(
        f"\n  herald takes {times:.2f} times what http.client takes,"
        f" and {in_flight:.3f} MB in flight."
    )
    print(f"  {HANGING} of {RECEIVERS} receivers hang.")
    show(
        "From the change to its arrival, in seconds",
        ("events", "a second", "p50", "p95", "p99"),
        [
            (name, f"{per_second:.0f}", at(0.5, ages), at(0.95, ages), at(0.99, ages))
            for name, (per_second, ages) in (
                ("1,000 at once", burst),
                (f"{PACE} a second", paced),
            )
        ],
    )
    print(
        "\n  Without the table's, the stream's and the queues' own time,"
        " and the second in which Lambda gathers a batch."
    )
    wrong = []
    if times > MOST_CPU:
        wrong.append(f"a delivery takes {times:.2f} times what http.client takes")
    if in_flight > MOST_MEMORY:
        wrong.append(f"a delivery in flight takes {in_flight:.3f} MB")
    if gain < LEAST_GAIN:
        wrong.append(f"a GB-second makes {gain:.1f} times what the loop makes")
    for complaint in wrong:
        print(f"over its budget: {complaint}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

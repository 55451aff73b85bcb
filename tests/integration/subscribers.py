"""A subscriber on loopback, a clock of ours, an outbox in place of the delivery queue, and the webhooks' parts wired to them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Literal

import boto3
from standardwebhooks import Webhook

from herald import runtime
from herald.actions import sweeps
from herald.actions.deliveries import Deliverer
from herald.actions.endpoints import NewEndpoint
from herald.actions.fan_out import FanOut
from herald.actions.lanes import Lanes
from herald.actions.sweeps import Sweep, Sweeps
from herald.aws.sqs import Message, Queue
from herald.domain import ids, times
from herald.domain.api_keys import ApiKey, Plan
from herald.domain.deliveries import Delivery
from herald.domain.endpoints import Endpoint
from herald.domain.events import Event, EventType
from herald.domain.formats import SUBSCRIBABLE
from herald.domain.idempotency import IdempotentRequest
from herald.domain.jobs import PERIOD, DeliveryJob
from herald.domain.owners import Mode, Owner, Secret
from herald.net.client import Body, Http, Response

OWNER = Owner("ws_0mpc9k1s0000000workspace", Mode.LIVE)


class Clock:
    """Time that moves when told, or when waited for."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC).replace(microsecond=0)
        self.waited: list[float] = []

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **much: float) -> None:
        self.at += timedelta(**much)

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.at += timedelta(seconds=seconds)


class Outbox(Queue):
    """What was offered to either queue of deliveries, with the time at which it arrives; nothing leaves."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.offered: list[tuple[datetime, Message]] = []

    def offer(self, messages: Sequence[Message]) -> None:
        self.offered += [(self._clock.at + timedelta(seconds=each.delay), each) for each in messages]

    @property
    def messages(self) -> list[Message]:
        return [message for _, message in self.offered]

    def take(self) -> list[DeliveryJob]:
        """The jobs that the messages name; the outbox is empty then, as if they had arrived, or had been lost."""
        taken, self.offered = self.messages, []
        return [DeliveryJob.from_body(message.body) for message in taken]

    def next_before(self, end: datetime) -> Message | None:
        """The next message to arrive before the end, taken out; the clock moves to its arrival."""
        if not self.offered or min(at for at, _ in self.offered) >= end:
            return None
        at, message = self.offered.pop(min(range(len(self.offered)), key=lambda index: self.offered[index][0]))
        self._clock.at = max(self._clock.at, at)
        return message


@dataclass(frozen=True)
class Received:
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Subscriber:
    """An HTTP server that answers what a test says, 200 when it says nothing, and keeps everything it got."""

    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    says: bytes = b""
    received: list[Received] = field(default_factory=list)
    url: str = ""

    def take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        names = {name.lower(): value for name, value in request.headers.items()}
        self.received.append(Received(request.path, names, body))
        request.send_response(self.answers.pop(0) if self.answers else 200)
        for name, value in (self.headers | {"Content-Length": str(len(self.says))}).items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(self.says)

    @property
    def events(self) -> list[str]:
        return [each.headers["webhook-id"] for each in self.received]


@contextmanager
def listening() -> Iterator[Subscriber]:
    subscriber = Subscriber()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            subscriber.take(self)

        def log_message(self, *args: object) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        subscriber.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        yield subscriber
        server.shutdown()


@dataclass(frozen=True, kw_only=True)
class House:
    """The webhooks' parts on one table, with our clock."""

    clock: Clock
    outbox: Outbox
    fan_out: FanOut
    deliverer: Deliverer
    sweeps: Sweeps

    def subscribe(self, url: str, *events: EventType, owner: Owner = OWNER) -> tuple[Endpoint, Secret]:
        new = NewEndpoint(url=url, events=events or SUBSCRIBABLE)
        return replace(runtime.endpoints(), now=self.clock).create(new, by=api_key(owner), request=IdempotentRequest())

    def happens(self, kind: EventType = EventType.POST_CREATED, *, owner: Owner = OWNER, content: str = "Grüße 🚀") -> Event:
        """Something happens, and its stream record arrives."""
        event = happened(kind, self.clock(), owner=owner, content=content)
        self.fan_out.tell([event])
        return event

    def sweep(self) -> int:
        """The sweep runs for deliveries and events. Returns how many messages that sent."""
        return self.sweeps.release()["deliveries"]

    def swept(self, sweep: Sweep) -> int:
        """The sweep runs for one kind."""
        return replace(self.sweeps, sweeps=[sweep]).release()[sweep.counted]

    def deliver(self) -> list[DeliveryJob]:
        """Every message that was sent arrives. Returns the jobs that failed."""
        return list(self.deliverer.deliver(self.outbox.take()))

    def exhaust(self) -> None:
        """Everything that was sent is attempted as often as it may be, without a sweep for every minute."""
        jobs = self.outbox.take()
        for _ in range(4):
            self.deliverer.deliver(jobs)
            self.clock.advance(minutes=15)
        self.outbox.take()

    def run(self, minutes: int) -> None:
        """Time passes: every minute the sweep, and whatever was sent arrives in its second."""
        for _ in range(minutes):
            self.sweep()
            end = self.clock.at + PERIOD
            while message := self.outbox.next_before(end):
                self.deliverer.deliver([DeliveryJob.from_body(message.body)])
            self.clock.at = end

    def deliveries(self, endpoint: Endpoint) -> list[Delivery]:
        return list(runtime.delivery_store().page(endpoint.id, before=None, limit=100).items)

    def endpoint(self, endpoint: Endpoint) -> Endpoint:
        found = runtime.endpoint_store().get(endpoint.owner, endpoint.id)
        assert found is not None
        return found


def house() -> House:
    clock = Clock()
    outbox = Outbox(clock)
    lanes = Lanes(fast=outbox, slow=outbox)
    return House(
        clock=clock,
        outbox=outbox,
        fan_out=replace(runtime.fan_out(), now=clock, queue=lanes),
        deliverer=replace(runtime.deliverer(), now=clock, wait=clock.wait, queue=lanes),
        sweeps=replace(
            runtime.sweeps(),
            now=clock,
            sweeps=(
                sweeps.deliveries(queue=lanes),
                sweeps.events(
                    deliveries=runtime.delivery_store(),
                    events=runtime.event_store(),
                    queue=lanes,
                ),
            ),
        ),
    )


def happened(kind: EventType, now: datetime, *, owner: Owner = OWNER, content: str = "Grüße 🚀") -> Event:
    facts: dict[str, object] = {"post_id": "post_1", "content": content, "status": "draft", "scheduled_for": None}
    if kind is EventType.POST_FAILED:
        facts |= {"status": "failed", "published_at": times.wire(now), "targets": []}
    return Event(id=ids.new("evt", now), type=kind, owner=owner, created_at=now, facts=facts)


def api_key(owner: Owner, plan: Plan = Plan.PRO) -> ApiKey:
    now = datetime.now(UTC)
    return ApiKey(id="key_1", owner=owner, name="k", scopes=(), plan=plan, digest="d", hint="h", created_at=now)


def stream_records() -> list[dict[str, Any]]:
    """What the table's stream carries, as far as the template's filter lets it through."""
    client = boto3.client("dynamodbstreams")
    arn = client.list_streams()["Streams"][0]["StreamArn"]
    shard = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    start = client.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    records: Any = client.get_records(ShardIterator=start)["Records"]
    return [record for record in records if "S" in record["dynamodb"].get("NewImage", {}).get("events", {})]


def verified(received: Received, secret: str) -> Any:
    """The payload, as a stock Standard Webhooks verifier reads it."""
    return Webhook(secret).verify(received.body, dict(received.headers))


def operations(*clients: Any) -> Counter[str]:
    """A count of the calls these clients make from now on, by operation."""
    seen: Counter[str] = Counter()
    for client in clients:
        client.meta.events.register("before-call", lambda model, **_: seen.update([model.name]))
    return seen


class Died(BaseException):
    """The process is gone."""


@dataclass
class Fuse:
    """Ends an invocation at the n-th call of an operation: before it, or when it was carried out but its answer is lost."""

    operation: str
    calls_left: int
    when: Literal["before-call", "after-call"]

    def attach(self, *clients: Any) -> None:
        for client in clients:
            client.meta.events.register(self.when, self._burn)

    def _burn(self, model: Any, **_: Any) -> None:
        if model.name == self.operation:
            self.calls_left -= 1
            if self.calls_left == 0:
                raise Died

    @property
    def blown(self) -> bool:
        return self.calls_left <= 0


@dataclass(frozen=True)
class Meanwhile:
    """A client that lets something happen before it sends."""

    http: Http
    happens: Callable[[str], object]

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | Body = b"",
        timeout: float = 30,
        max_bytes: int = 65536,
    ) -> Response:
        self.happens(url)
        return self.http.send(method, url, headers=headers, body=body, timeout=timeout, max_bytes=max_bytes)

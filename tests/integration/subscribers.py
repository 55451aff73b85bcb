"""A subscriber on loopback, a clock of ours, and an outbox in place of the delivery queue.

The webhooks' parts are wired to them.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
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
from tests.fakes.http import headers_of, read_body, say, serving
from tests.schedules import WEBHOOK_ATTEMPTS, WEBHOOK_DELAYS

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
    """The messages offered to either queue of deliveries, with their times of arrival.

    Nothing leaves.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.offered: list[tuple[datetime, Message]] = []

    def offer(self, messages: Sequence[Message]) -> None:
        self.offered += [
            (self._clock.at + timedelta(seconds=each.delay), each) for each in messages
        ]

    @property
    def messages(self) -> list[Message]:
        return [message for _, message in self.offered]

    def take(self) -> list[DeliveryJob]:
        """Return the jobs that the messages name, and empty the outbox.

        The messages have arrived then, or are lost.
        """
        taken, self.offered = self.messages, []
        return [DeliveryJob.from_body(message.body) for message in taken]

    def next_before(self, end: datetime) -> Message | None:
        """The next message to arrive before the end, taken out; the clock moves to its arrival."""
        if not self.offered or min(at for at, _ in self.offered) >= end:
            return None
        at, message = self.offered.pop(
            min(range(len(self.offered)), key=lambda index: self.offered[index][0])
        )
        self._clock.at = max(self._clock.at, at)
        return message


@dataclass(frozen=True)
class Received:
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Subscriber:
    """An HTTP server that keeps every request, and answers what a test says, or else 200."""

    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    says: bytes = b""
    received: list[Received] = field(default_factory=list)
    url: str = ""

    def take(self, request: BaseHTTPRequestHandler) -> None:
        self.received.append(Received(request.path, headers_of(request), read_body(request)))
        say(request, self.answers.pop(0) if self.answers else 200, self.says, self.headers)

    @property
    def events(self) -> list[str]:
        return [each.headers["webhook-id"] for each in self.received]


@contextmanager
def listening() -> Iterator[Subscriber]:
    subscriber = Subscriber()
    with serving(subscriber.take) as url:
        subscriber.url = f"{url}/hook"
        yield subscriber


@dataclass(frozen=True, kw_only=True)
class House:
    """The webhooks' parts on one table, with our clock."""

    clock: Clock
    outbox: Outbox
    fan_out: FanOut
    deliverer: Deliverer
    sweeps: Sweeps

    def subscribe(
        self, url: str, *events: EventType, owner: Owner = OWNER
    ) -> tuple[Endpoint, Secret]:
        new = NewEndpoint(url=url, events=events or SUBSCRIBABLE)
        return replace(runtime.endpoints(), now=self.clock).create(
            new, by=api_key(owner), request=IdempotentRequest()
        )

    def happens(
        self,
        kind: EventType = EventType.POST_CREATED,
        *,
        owner: Owner = OWNER,
        content: str = "Grüße 🚀",
    ) -> Event:
        """Something happens, and its stream record arrives."""
        event = happened(kind, self.clock(), owner=owner, content=content)
        self.fan_out.record([event])
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
        """Attempt everything that was sent as often as allowed, without a sweep each minute."""
        jobs = self.outbox.take()
        for _ in range(WEBHOOK_ATTEMPTS):
            self.deliverer.deliver(jobs)
            self.clock.at += max(WEBHOOK_DELAYS)
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
        return list(runtime.delivery_store().list(endpoint.id, before=None, limit=100).items)

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


def happened(
    kind: EventType, now: datetime, *, owner: Owner = OWNER, content: str = "Grüße 🚀"
) -> Event:
    facts: dict[str, object] = {
        "post_id": "post_1",
        "content": content,
        "status": "draft",
        "scheduled_for": None,
    }
    if kind is EventType.POST_FAILED:
        facts |= {"status": "failed", "published_at": times.wire(now), "targets": []}
    return Event(id=ids.new("evt", now), type=kind, owner=owner, created_at=now, facts=facts)


def api_key(owner: Owner, plan: Plan = Plan.PRO) -> ApiKey:
    now = datetime.now(UTC)
    return ApiKey(
        id="key_1",
        owner=owner,
        name="k",
        scopes=(),
        plan=plan,
        digest="d",
        hint="h",
        created_at=now,
    )


def stream_records() -> list[dict[str, Any]]:
    """Return what the table's stream carries to the fan-out through the template's filter."""
    return [
        record
        for record in all_records()
        if "S" in record["dynamodb"].get("NewImage", {}).get("events", {})
    ]


def all_records() -> list[dict[str, Any]]:
    """What the table's stream carries, from its beginning."""
    client = boto3.client("dynamodbstreams")
    arn = client.list_streams()["Streams"][0]["StreamArn"]
    shard = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    start = client.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records: list[dict[str, Any]] = client.get_records(ShardIterator=start)["Records"]
    return records


def verified(received: Received, secret: str) -> Any:
    """The payload, as a stock Standard Webhooks verifier reads it."""
    return Webhook(secret).verify(received.body, dict(received.headers))


class Box:
    """What the topic's subscribers heard."""

    def __init__(self) -> None:
        sqs = boto3.client("sqs")
        sns = boto3.client("sns")
        self._url = sqs.create_queue(QueueName="heard")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])[
            "Attributes"
        ]["QueueArn"]
        sns.subscribe(TopicArn=runtime.configured().notice_topic_arn, Protocol="sqs", Endpoint=arn)

    def subjects(self) -> list[str]:
        """Those since the last look."""
        client = boto3.client("sqs")
        found = []
        while batch := client.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            found += [json.loads(each["Body"])["Subject"] for each in batch]
            for each in batch:
                client.delete_message(QueueUrl=self._url, ReceiptHandle=each["ReceiptHandle"])
        return found


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
    """Ends an invocation at the n-th call of an operation.

    It ends before the call, or after it was carried out and before its answer arrives.
    """

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

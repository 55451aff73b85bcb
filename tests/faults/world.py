"""A world in which time is ours and everything goes wrong: a moved clock, bad queues, a stream."""

import heapq
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import boto3
from moto.dynamodb.models import dynamodb_backends

from herald.aws.sqs import Message

VISIBILITY = timedelta(minutes=6)


class Clock:
    """Time that moves when told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)  # every look takes a moment
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Queue:
    """SQS at its worst: it loses, doubles, delays and reorders.

    It stands in for `aws.sqs.Queue`.
    """

    def __init__(
        self, name: str, clock: Clock, dice: random.Random, counts: Counter[str], *, chaos: float
    ) -> None:
        self.name = name
        self._clock, self._dice, self._counts, self._chaos = clock, dice, counts, chaos
        self._waiting: list[tuple[datetime, int, str]] = []
        self._number = count()

    def offer(self, messages: Sequence[Message]) -> None:
        for each in messages:
            self._fate(each)

    def _fate(self, message: Message) -> None:
        at = self._clock.at + timedelta(seconds=message.delay)
        roll = self._dice.random() / self._chaos if self._chaos else 1
        if roll < 0.3:
            self._counts[f"{self.name} messages dropped"] += 1
            return
        if roll < 0.6:
            self._counts[f"{self.name} messages doubled"] += 1
            self._put(at + timedelta(seconds=self._dice.uniform(0, 120)), message.body)
        elif roll < 1:
            self._counts[f"{self.name} messages delayed"] += 1
            at += timedelta(seconds=self._dice.uniform(1, 300))
        self._put(at, message.body)

    def _put(self, at: datetime, body: Mapping[str, str]) -> None:
        heapq.heappush(self._waiting, (at, next(self._number), json.dumps(body)))

    def take(self) -> dict[str, str] | None:
        """A message whose time has come, or None."""
        if not self._waiting or self._waiting[0][0] > self._clock.at:
            return None
        body: dict[str, str] = json.loads(heapq.heappop(self._waiting)[2])
        return body

    def again(self, body: Mapping[str, str]) -> None:
        """What a dead worker held comes back after the visibility timeout."""
        self._put(self._clock.at + VISIBILITY, body)

    @property
    def next_at(self) -> datetime | None:
        return self._waiting[0][0] if self._waiting else None


class Stream:
    """The table's stream: in order, at least once, and filtered as the template says.

    Records that were read are taken out of the account in memory, which copies its whole state for
    every transaction.
    """

    def __init__(self, table: str) -> None:
        self._table = table
        self._unread: list[Any] = []

    @property
    def _shard(self) -> Any:
        """Return the shard, looked up each time.

        The account in memory puts a copy of the table in its place when a transaction is refused.
        """
        account = boto3.client("sts").get_caller_identity()["Account"]
        shard = (
            dynamodb_backends[account][boto3.Session().region_name].tables[self._table].stream_shard
        )
        assert shard is not None
        return shard

    def batch(self, most: int) -> list[Any]:
        """The next records that carry events; the same ones until `done`."""
        shard = self._shard
        fresh = [each.to_json() for each in shard.items]
        shard.items = []
        self._unread += [
            record for record in fresh if "events" in record["dynamodb"].get("NewImage", {})
        ]
        return self._unread[:most]

    def done(self, number: int) -> None:
        self._unread = self._unread[number:]

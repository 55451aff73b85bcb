"""Jobs: the messages on the queues, and their times.

A message names its worker's work by ids. It is never the truth: the worker reads the table.

The code that makes work due within `NEAR` sends its message. The sweep sends the messages of other
work, and those that were lost.

The queue carries what `to_body` returns, and `from_body` reads it again. It ignores what it does
not know, because a later version may say more. It raises KeyError or ValueError for a body that is
no such job.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from herald.domain.lanes import Lane
from herald.domain.owners import Owner
from herald.domain.values import frozen

PERIOD = timedelta(minutes=1)  # of the sweep, by the template's schedule
AHEAD = 2 * PERIOD  # how far the sweep looks, so that one that is a period late misses nothing
NEAR = 3 * PERIOD  # the sweep may be too late for work that is due within this time
MESSAGE_TIME = timedelta(seconds=5)  # a message that was due this long ago may be on its way
ATTEMPT_TIME = timedelta(seconds=60)  # gathering and an attempt may take 45 seconds, at any scale
CHECK = timedelta(minutes=3)  # by then an event's first attempts have been made, or are lost
SOON = timedelta(seconds=2)  # a worker waits for work whose message is this early
# Longer than a worker may run (120 seconds), so a worker whose lease has ended is dead.
LEASE = timedelta(seconds=150)


@frozen
class PublishJob:
    """A target, or a follow-up of one, that has work to do at its network."""

    owner: Owner
    post_id: str
    target_id: str
    account_id: str

    def to_body(self) -> dict[str, str]:
        return {
            "owner": str(self.owner),
            "post": self.post_id,
            "target": self.target_id,
            "account": self.account_id,
        }

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "PublishJob":
        return cls(
            owner=Owner.parse(body["owner"]),
            post_id=body["post"],
            target_id=body["target"],
            account_id=body["account"],
        )


@frozen
class DeliveryJob:
    """A delivery that needs an attempt. `lane` only says by which lane it came, or is to go."""

    owner: Owner
    event_id: str
    endpoint_id: str
    delivery_id: str
    lane: Lane = field(default=Lane.FAST, compare=False)

    def to_body(self) -> dict[str, str]:
        """Return the body. It names the lane only when that is not the fast one."""
        body = {
            "owner": str(self.owner),
            "event": self.event_id,
            "endpoint": self.endpoint_id,
            "delivery": self.delivery_id,
        }
        return body if self.lane is Lane.FAST else {**body, "lane": self.lane.value}

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "DeliveryJob":
        return cls(
            owner=Owner.parse(body["owner"]),
            event_id=body["event"],
            endpoint_id=body["endpoint"],
            delivery_id=body["delivery"],
            lane=Lane(body.get("lane", Lane.FAST)),
        )


@frozen
class MediaJob:
    """A file that a worker has to look at."""

    owner: Owner
    media_id: str

    def to_body(self) -> dict[str, str]:
        return {"owner": str(self.owner), "media": self.media_id}

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "MediaJob":
        return cls(owner=Owner.parse(body["owner"]), media_id=body["media"])


def is_near(due: datetime, now: datetime, scale: float) -> bool:
    """Return whether the work is due before the sweep may see it.

    `scale` multiplies the sweep's period.
    """
    return due <= now + NEAR * scale


def check_after(now: datetime, scale: float) -> datetime:
    """Return when the sweep checks that an event's first attempts were made."""
    return now + max(CHECK * scale, ATTEMPT_TIME)

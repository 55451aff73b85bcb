"""Jobs: what a message on a queue asks its worker for, in ids and never as truth; and its times.

Whoever makes work due within `NEAR` sends its message. The sweep sends the rest, and what was lost.

`to_body` is what the queue carries, and `from_body` reads it again. It passes over what it does not
know, because a later version may say more. It raises KeyError or ValueError for what is no such job.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from herald.domain.lanes import Lane
from herald.domain.owners import Owner
from herald.domain.values import frozen

PERIOD = timedelta(minutes=1)  # of the sweep, by the template's schedule
AHEAD = 2 * PERIOD  # how far the sweep looks: one that comes a period late misses nothing
NEAR = 3 * PERIOD  # what is due before this, the sweep may see too late
MESSAGE_TIME = timedelta(seconds=5)  # a message that was due so long ago may be on its way
ATTEMPT_TIME = timedelta(seconds=60)  # gathering and an attempt may take 45, at any scale
CHECK = timedelta(minutes=3)  # an event's first attempts have been made by then, or are lost
SOON = timedelta(seconds=2)  # a message this early is waited for
LEASE = timedelta(seconds=150)  # longer than a worker may run (120): one that lost it is dead


@frozen
class PublishJob:
    """A target, or what follows one, that owes work at its network."""

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
    """A delivery that owes an attempt. `lane` is only how it came, or is to go."""

    owner: Owner
    event_id: str
    endpoint_id: str
    delivery_id: str
    lane: Lane = field(default=Lane.FAST, compare=False)

    def to_body(self) -> dict[str, str]:
        """Say the lane only when it is not the fast one."""
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
    """A file that is to be looked at."""

    owner: Owner
    media_id: str

    def to_body(self) -> dict[str, str]:
        return {"owner": str(self.owner), "media": self.media_id}

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "MediaJob":
        return cls(owner=Owner.parse(body["owner"]), media_id=body["media"])


def is_near(due: datetime, now: datetime, scale: float) -> bool:
    """Whether it is due before the sweep would see it. `scale` multiplies the sweep's period."""
    return due <= now + NEAR * scale


def check_after(now: datetime, scale: float) -> datetime:
    """When the sweep looks whether an event's first attempts were made."""
    return now + max(CHECK * scale, ATTEMPT_TIME)

"""Jobs: what a message on a queue asks its worker for, in ids and never as truth.

`to_body` is what the queue carries, and `from_body` reads it again. It passes over what it does not
know, because a later version may say more, and raises KeyError or ValueError for what is no such job.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from herald.domain.lanes import Lane
from herald.domain.owners import Owner
from herald.domain.values import frozen


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

"""Replays on the wire. Source: the contract, section 4."""

from typing import Annotated

from pydantic import Field

from herald.actions.replays import ReplayRequest, StartedReplay
from herald.api.edge.response import to_json
from herald.api.edge.schema import Time
from herald.api.voxburst.models import Body
from herald.api.voxburst.webhooks import Events, meant
from herald.domain import times
from herald.domain.events import EVENT_RETENTION


class ReplayWebhook(Body):
    """`types`: which events; left out, those that the webhook subscribes to. `to`: left out, now."""

    from_: Annotated[Time, Field(validation_alias="from")]
    f"""The beginning of the time, at most {EVENT_RETENTION.days} days ago. E.g. `2026-06-15T14:00:00Z`."""
    to: Time | None = None
    """Its end; left out, now."""
    types: Events | None = None
    """Which events; left out, those that the webhook subscribes to."""

    def wanted(self) -> ReplayRequest:
        return ReplayRequest(start=self.from_, end=self.to, types=self.types and meant(self.types))


def replay_body(it: StartedReplay) -> str:
    """As it is answered, and as it is kept for an idempotent replay."""
    return to_json(
        {
            "id": it.replay.id,
            "webhookId": it.replay.endpoint_id,
            "from": times.wire(it.replay.start),
            "to": times.wire(it.replay.end),
            "types": it.replay.types,
            "replayed": it.replayed,
            "complete": it.complete,
        }
    )

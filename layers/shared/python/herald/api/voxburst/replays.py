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
    """`types` selects events. Without it, the replay covers the types that the webhook subscribes
    to. Without `to`, the replay ends now.
    """

    from_: Annotated[Time, Field(validation_alias="from")]
    f"""The start of the replayed time, at most {EVENT_RETENTION.days} days ago. E.g.
    `2026-06-15T14:00:00Z`."""
    to: Time | None = None
    """The end of the replayed time. Without this field, now."""
    types: Events | None = None
    """The types of events to replay. Without this field, the types that the webhook subscribes
    to."""

    def wanted(self) -> ReplayRequest:
        types = meant(self.types) if self.types else None
        return ReplayRequest(start=self.from_, end=self.to, types=types)


def replay_body(started: StartedReplay) -> str:
    """Render a replay for its answer and for an idempotent replay."""
    replay = started.replay
    return to_json(
        {
            "id": replay.id,
            "webhookId": replay.endpoint_id,
            "from": times.wire(replay.start),
            "to": times.wire(replay.end),
            "types": replay.types,
            "replayed": started.replayed,
            "complete": started.complete,
        }
    )

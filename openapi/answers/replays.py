"""Replays of what a webhook missed."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from herald.actions.replays import MAX_EVENTS_PER_RUN
from herald.domain import ids
from openapi.answers.answer import Answer
from openapi.answers.ids import WebhookId
from openapi.answers.webhooks import Subscribed


class Replay(Answer):
    __doc__ = f"`replayed` deliveries were begun at once; unless that is `complete`, the rest follows, some {MAX_EVENTS_PER_RUN:,} events a minute."

    id: Annotated[str, Field(pattern=ids.pattern("rpl"))]
    """The replay."""
    webhook_id: WebhookId
    """Whom it delivers to."""
    start: Annotated[datetime, Field(alias="from")]
    """The beginning of the time that is replayed."""
    to: datetime
    """Its end."""
    types: list[Subscribed]
    """Which events are replayed."""
    replayed: int
    """How many deliveries were begun at once."""
    complete: bool
    """Whether those are all."""

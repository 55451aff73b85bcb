"""Replays of the events that a webhook missed."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from herald.actions.replays import MAX_EVENTS_PER_RUN
from herald.domain import ids
from openapi.answers.answer import Answer
from openapi.answers.ids import WebhookId
from openapi.answers.webhooks import Subscribed


class Replay(Answer):
    __doc__ = f"""A replay. `replayed` deliveries began at once.

    Unless the replay is `complete`, the rest follows, about {MAX_EVENTS_PER_RUN:,} events a minute.
    """

    id: Annotated[str, Field(pattern=ids.pattern("rpl"))]
    """The replay."""
    webhook_id: WebhookId
    """The webhook that gets the deliveries."""
    start: Annotated[datetime, Field(alias="from")]
    """The start of the replayed time."""
    to: datetime
    """The end of the replayed time."""
    types: list[Subscribed]
    """The types of events that are replayed."""
    replayed: int
    """The number of deliveries that began at once."""
    complete: bool
    """Whether no more deliveries follow."""

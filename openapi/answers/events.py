"""What happened."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from herald.domain import ids
from herald.domain.events import EventType
from openapi.answers.answer import Answer
from openapi.answers.lists import Listed


class Event(Answer):
    """What subscribers are told."""

    id: Annotated[str, Field(pattern=ids.pattern("evt"))]
    """The event: the same in every delivery of it."""
    type: EventType
    """What happened."""
    created_at: datetime
    """When it happened."""
    data: dict[str, Any]
    """What it happened to."""


class Events(Listed[Event]):
    pass

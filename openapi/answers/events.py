"""Events."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from herald.domain import ids
from herald.domain.events import EventType
from openapi.answers.answer import Answer
from openapi.answers.lists import Listed


class Event(Answer):
    """An event, as subscribers get it."""

    id: Annotated[str, Field(pattern=ids.pattern("evt"))]
    """The event. The id is the same in every delivery of the event."""
    type: EventType
    """The type of the event."""
    created_at: datetime
    """The time of the event."""
    data: dict[str, Any]
    """The object of the event."""


class Events(Listed[Event]):
    pass

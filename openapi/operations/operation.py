"""What the document says of a route: its name, a sentence, and the model of what it answers."""

from dataclasses import dataclass

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Operation:
    """What a door's decorator does not say, so that no start pays for it."""

    id: str
    summary: str
    answer: type[BaseModel]
    description: str = ""
    media_type: str = "application/json"

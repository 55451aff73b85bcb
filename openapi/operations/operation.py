"""The description of a route: its name, a sentence, and the model of its answer."""

from dataclasses import dataclass

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Operation:
    """The facts that a door's decorator does not hold, so that no start pays for them."""

    id: str
    summary: str
    answer: type[BaseModel]
    description: str = ""
    media_type: str = "application/json"

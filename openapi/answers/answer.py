"""What every answer is: camelCase on the wire, and no field that nobody described.

The doors do not import these modules: their views are held to them, answer by answer, by the tests.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

OMITTED: Any = None  # the default of a field that is left out when there is nothing to say


class Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

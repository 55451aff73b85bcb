"""The base of every answer: camelCase on the wire, and no field without a description.

The doors do not import these modules. Tests compare every answer of the doors with these models.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

# The default of a field that is left out when it has no value.
OMITTED: Any = None


class Answer(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")

"""Routes, as the doors' decorators declare them.

The edge acts by what a route says, and the OpenAPI document is made from it.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_type_hints

from herald.api.edge.response import Response
from herald.api.edge.schema import Query, StrictBody
from herald.domain import ids
from herald.domain.values import frozen

Door = Callable[..., Response]
IDS = {  # the parameters of paths that are ids, with their prefixes
    "account_id": "acc",
    "delivery_id": "del",
    "event_id": "evt",
    "key_id": "key",
    "media_id": "media",
    "post_id": "post",
    "target_id": "pp",
    "webhook_id": "wh",
}
PARAMETER = r"<(\w+)>"


@frozen
class Route:
    """`open`: it needs no key. `idempotent`: it takes an Idempotency-Key.

    `answers` are the statuses of what it did; `refuses` are those of errors that do not follow from
    the rest. The models of its body and query are those of the door's parameters of that name.
    """

    method: str
    path: str
    door: Door
    open: bool = False
    scope: str | None = None
    idempotent: bool = False
    answers: tuple[int, ...] = (200,)
    refuses: tuple[int, ...] = ()

    @property
    def body(self) -> type[StrictBody] | None:
        """The model of its body; None when it reads none."""
        return hints(self.door).get("body")

    @property
    def query(self) -> type[Query] | None:
        """The model of its query string; None when it reads none."""
        return hints(self.door).get("query")

    @property
    def ids(self) -> dict[str, str]:
        """The parameters of its path that are ids, with their prefixes."""
        return {name: IDS[name] for name in re.findall(PARAMETER, self.path) if name in IDS}

    def leads(self, path: str) -> bool:
        """Whether a path is one of this route's, whatever its parameters hold."""
        return re.match(re.sub(PARAMETER, "[^/]+", self.path) + r"\Z", path) is not None


@cache
def hints(door: Door) -> Mapping[str, Any]:
    """Return the types of a door's parameters. What comes later is imported now."""
    return get_type_hints(door)


def checked(names: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of a path. Raises BadRequestError for what is no id of its kind."""
    found = {name: ids.check_id(IDS[name], names[name]) for name in names if name in IDS}
    return {**names, **found}

"""Routes, as the doors' decorators declare them.

The edge acts on the facts of a route, and the OpenAPI document is made from them.
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
# The parameters of paths that are ids, with the prefixes of those ids.
IDS = {
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
    """A route of the API.

    An `open` route needs no key. An `idempotent` route takes an Idempotency-Key.

    `answers` are the statuses that the door itself answers. `refuses` are the statuses of errors
    that do not follow from the other facts. The models of the body and the query are the types of
    the door's parameters of these names.
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
        """The model of the body, or None when the route reads no body."""
        return hints(self.door).get("body")

    @property
    def query(self) -> type[Query] | None:
        """The model of the query string, or None when the route reads no query."""
        return hints(self.door).get("query")

    @property
    def ids(self) -> dict[str, str]:
        """The parameters of the path that are ids, with their prefixes."""
        return {name: IDS[name] for name in re.findall(PARAMETER, self.path) if name in IDS}

    def leads(self, path: str) -> bool:
        """Return whether a path belongs to this route, whatever its parameters hold."""
        return re.match(re.sub(PARAMETER, "[^/]+", self.path) + r"\Z", path) is not None


@cache
def hints(door: Door) -> Mapping[str, Any]:
    """Return the types of a door's parameters.

    This imports modules that were left out at the start.
    """
    return get_type_hints(door)


def checked(names: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of a path. Raises BadRequestError for a malformed id."""
    checked_ids = {name: ids.check_id(IDS[name], names[name]) for name in names if name in IDS}
    return {**names, **checked_ids}

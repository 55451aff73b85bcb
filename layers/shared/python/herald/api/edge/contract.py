"""What a contract says where the edge answers by itself: errors, limits, a missing key."""

from collections.abc import Callable, Mapping

from herald.api.edge.response import Response
from herald.domain.api_keys import Quota
from herald.domain.errors import HeraldError
from herald.domain.values import frozen


@frozen
class Contract:
    """The words of one contract; a door hands its own to the edge."""

    refusal: Callable[[HeraldError, str], Response]
    """An error as it is answered. The text is the request's id."""
    blamed: Callable[[HeraldError], Mapping[str, str]]
    """What the log says an error is about."""
    rate_headers: Callable[[Quota], Mapping[str, str]]
    """The headers that tell a caller their limit."""
    key_required: str
    """What a caller without a valid key is told."""

"""The part of a contract that the edge needs: errors, limits, a missing key."""

from collections.abc import Callable, Mapping

from herald.api.edge.response import Response
from herald.domain.api_keys import Quota
from herald.domain.errors import HeraldError
from herald.domain.values import frozen


@frozen
class Contract:
    """The words of one contract. A door hands its own contract to the edge."""

    refusal: Callable[[HeraldError, str], Response]
    """Return the answer to an error. The text is the id of the request."""
    blamed: Callable[[HeraldError], Mapping[str, str]]
    """Return the facts about an error that the log shows."""
    rate_headers: Callable[[Quota], Mapping[str, str]]
    """Return the headers that tell callers their limit."""
    key_required: str
    """The message for a caller without a valid key."""

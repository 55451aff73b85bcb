"""One page of a long list."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from herald.domain.values import frozen

Listed = TypeVar("Listed")


@frozen
class Page(Generic[Listed]):
    """A page of deliveries or events, newest first.

    `end` is the id of the last item that was read, or None when there are no more.
    """

    items: Sequence[Listed]
    end: str | None

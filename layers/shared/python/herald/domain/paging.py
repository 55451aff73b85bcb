"""One page of a long list."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from herald.domain.values import frozen

Listed = TypeVar("Listed")


@frozen
class Page(Generic[Listed]):
    """Of deliveries or events, newest first. `end` is the id of the last one read; None when there are no more."""

    items: Sequence[Listed]
    end: str | None

"""A post's state and its content are two items, and are read as one."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from herald.aws.dynamodb import Item
from herald.domain.errors import PostChangedError
from herald.store.post_rows import (
    agree,
)

TORN = "The post is being changed. Ask again in a second."
READS = 10  # of a pair that is being written
Name = TypeVar("Name")


class TornReadError(PostChangedError):
    """State and words were written again and again while they were read."""


def whole(read: Callable[[], Mapping[Name, Item]], pair: tuple[Name, Name]) -> Mapping[Name, Item]:
    """What `read` finds, its state and its words of one revision: a read of several items may see a write of both in between.

    Source: DynamoDB's BatchGetItem and Query, which isolate item by item. Raises TornReadError.
    """
    for _ in range(READS):
        found = read()
        state, words = (found.get(name) for name in pair)
        if state is None or (words is not None and agree(state, words)):
            return found
    raise TornReadError(TORN)

"""A post's state and its words: two items that are read as one."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from herald.aws.dynamodb import Item
from herald.domain.errors import PostChangedError
from herald.store.post_rows import agree

TORN = "The post is being changed. Ask again in a second."
READS = 10  # of a pair that is being written
Name = TypeVar("Name")


class TornReadError(PostChangedError):
    """State and words were written again and again while they were read."""


def whole(read: Callable[[], Mapping[Name, Item]], pair: tuple[Name, Name]) -> Mapping[Name, Item]:
    """Return what `read` returns, with the state and the words of one revision.

    A read of several items may see a write of both items in between. So it is done again until the
    two agree. Source: DynamoDB's BatchGetItem and Query, which isolate item by item.

    Raises TornReadError.
    """
    state_name, words_name = pair
    for _ in range(READS):
        items = read()
        state = items.get(state_name)
        words = items.get(words_name)
        if state is None or (words is not None and agree(state, words)):
            return items
    raise TornReadError(TORN)

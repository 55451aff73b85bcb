"""A post's state and its content, which are two items and are read as one."""

from collections.abc import Mapping
from itertools import count

import pytest

from herald.aws.dynamodb import Item
from herald.store.pairs import READS, TornReadError, whole

PAIR = ("state", "words")


def read(*, worded: int | None, revision: int | None) -> Mapping[str, Item]:
    state = {} if worded is None else {"state": {"worded": worded}}
    words = {} if revision is None else {"words": {"revision": revision}}
    return {**state, **words}


def test_a_read_between_two_writes_is_made_again() -> None:
    reads = [
        read(worded=2, revision=1),
        read(worded=2, revision=None),
        read(worded=2, revision=2),
        read(worded=3, revision=3),
    ]
    following = iter(reads)

    assert whole(lambda: next(following), PAIR) == reads[2]


@pytest.mark.parametrize("revision", [None, 1])
def test_a_post_that_is_gone_is_not_waited_for(revision: int | None) -> None:
    gone = read(worded=None, revision=revision)

    assert whole(iter([gone]).__next__, PAIR) == gone


def test_it_is_not_read_for_ever() -> None:
    reads = count()

    with pytest.raises(TornReadError):
        whole(lambda: read(worded=next(reads) + 1, revision=0), PAIR)
    assert next(reads) == READS

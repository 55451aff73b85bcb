"""A file that is read in blocks."""

import io

import pytest

from herald.domain.errors import FileError
from herald.media.reader import BLOCK, MAX_BLOCKS, Asking, Reader, Stream

CONTENT = bytes(number % 251 for number in range(3 * BLOCK + 100))


class Remote:
    """Gives parts of the content, and counts what it gave."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def fetch(self, at: int, count: int) -> bytes:
        self.asked.append((at, count))
        return CONTENT[at : at + count]


def test_a_block_is_fetched_once_and_neighbours_together() -> None:
    remote = Remote()
    reader = Reader(remote.fetch, len(CONTENT))

    assert reader.read(BLOCK - 10, 20) == CONTENT[BLOCK - 10 : BLOCK + 10]
    assert reader.read(5, 2 * BLOCK - 5) == CONTENT[5 : 2 * BLOCK]
    assert remote.asked == [(0, 2 * BLOCK)]


def test_what_was_read_already_is_not_fetched() -> None:
    remote = Remote()
    reader = Reader(remote.fetch, len(CONTENT), first=CONTENT[:BLOCK])

    assert reader.read(0, BLOCK) == CONTENT[:BLOCK]
    assert remote.asked == []


@pytest.mark.parametrize("at", [len(CONTENT) - 7, len(CONTENT), len(CONTENT) + 1])
def test_only_the_end_gives_fewer_bytes(at: int) -> None:
    assert Reader(Remote().fetch, len(CONTENT)).read(at, 100) == CONTENT[at:]


def test_a_file_that_would_be_read_everywhere_is_refused() -> None:
    reader = Reader(lambda _at, count: bytes(count), 3 * MAX_BLOCKS * BLOCK)
    for number in range(MAX_BLOCKS):
        reader.read(2 * number * BLOCK, 1)

    with pytest.raises(FileError, match="scattered"):
        reader.read(2 * MAX_BLOCKS * BLOCK, 1)


def test_a_stream_is_read_as_any_file_is() -> None:
    stream = Stream(Reader(Remote().fetch, len(CONTENT)))

    assert stream.seek(-4, io.SEEK_END) == len(CONTENT) - 4
    assert stream.read() == CONTENT[-4:]
    assert (stream.seek(2), stream.read(3)) == (2, CONTENT[2:5])


def test_who_asks_and_hears_nothing_says_so() -> None:
    questions = io.BytesIO()
    answers = io.BytesIO(CONTENT[:4])
    asking = Asking(questions, answers, len(CONTENT))

    assert asking.read(0, 4) == CONTENT[:4]
    with pytest.raises(EOFError):
        asking.read(4, 4)

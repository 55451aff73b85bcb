"""A remote file, read in blocks on demand.

So a look at a file of 500 MB needs neither the memory nor the time of 500 MB.
"""

import io
import struct
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol

from herald.domain.errors import FileError
from herald.domain.media import Flaw

BLOCK = 65_536
# At most 16 MB of any file are read. The structure of a file seldom has 1 MB, and the first picture
# of a film seldom 2 MB.
MAX_BLOCKS = 256
# A question of another process: a position, and how many bytes. 0 bytes mean that it is done.
QUESTION = struct.Struct(">QI")


class DiedError(Exception):
    """The process that looked at a file ended, or was killed, before it gave its description."""


class Bytes(Protocol):
    """A file of which parts are read."""

    size: int

    def read(self, at: int, count: int) -> bytes:
        """Read `count` bytes from position `at`, or fewer where the file ends."""


class Reader:
    """A file that `fetch` reads, given a position and a number of bytes.

    `first` is the beginning of the file, if it has been read already.
    """

    def __init__(self, fetch: Callable[[int, int], bytes], size: int, first: bytes = b"") -> None:
        self.size = size
        self._fetch = fetch
        self._blocks = {0: first[:BLOCK]} if len(first) >= min(size, BLOCK) else {}

    def read(self, at: int, count: int) -> bytes:
        """Read `count` bytes from position `at`, or fewer where the file ends.

        Raises FileError if more than MAX_BLOCKS of the file would be read.
        """
        end = min(at + count, self.size)
        if at >= end:
            return b""
        first = at // BLOCK
        last = (end - 1) // BLOCK
        self._have(first, last)
        content = b"".join(self._blocks[number] for number in range(first, last + 1))
        return content[at - first * BLOCK : end - first * BLOCK]

    def _have(self, first: int, last: int) -> None:
        """Fetch the blocks that are missing, in one call from the first to the last of them."""
        missing = [number for number in range(first, last + 1) if number not in self._blocks]
        if not missing:
            return
        if len(self._blocks) + len(missing) > MAX_BLOCKS:
            message = "The file's structure is scattered over too much of it."
            raise FileError(Flaw.MALFORMED, message)
        start = missing[0] * BLOCK
        end = min((missing[-1] + 1) * BLOCK, self.size)
        content = self._fetch(start, end - start)
        for number in missing:
            self._blocks[number] = content[number * BLOCK - start : (number + 1) * BLOCK - start]


class Asking:
    """A file that a reader in another process reads, asked through a pair of pipes."""

    def __init__(self, questions: BinaryIO, answers: BinaryIO, size: int) -> None:
        self.size = size
        self._questions = questions
        self._answers = answers

    def read(self, at: int, count: int) -> bytes:
        """Read `count` bytes from position `at`, or fewer where the file ends.

        Raises EOFError when nobody answers any more.
        """
        wanted = min(count, self.size - at)
        if wanted <= 0:
            return b""
        self._questions.write(QUESTION.pack(at, wanted))
        self._questions.flush()
        content = self._answers.read(wanted)
        if len(content) < wanted:
            raise EOFError
        return content

    def end(self, message: bytes) -> None:
        """Send the last message."""
        self._questions.write(QUESTION.pack(len(message), 0) + message)
        self._questions.flush()


class Stream(io.RawIOBase):
    """A file as the object that a library takes."""

    def __init__(self, content: Bytes) -> None:
        super().__init__()
        self._content = content
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._content.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        content = self._content.read(self._at, len(buffer))
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)

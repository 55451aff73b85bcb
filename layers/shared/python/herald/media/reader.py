"""A file somewhere else, read in blocks as they are asked for: 500 MB need neither the memory nor the time of 500 MB."""

import io
import struct
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol

from herald.domain.errors import FileError
from herald.domain.media import Flaw

BLOCK = 65_536
MAX_BLOCKS = 256  # 16 MB of any file at most are read: what says how a file is made is seldom 1 MB, a film's first picture 2
QUESTION = struct.Struct(
    ">QI"
)  # where, and how many bytes: what another process asks by; none are asked for when it is done


class DiedError(Exception):
    """The process that looked at a file ended, or had to be ended, before it told what it saw."""


class Bytes(Protocol):
    """A file of which parts are read."""

    size: int

    def read(self, at: int, count: int) -> bytes:
        """Fewer bytes only where the file ends."""


class Reader:
    """`fetch` reads so many bytes from a position; `first` is how the file begins, when that has been read already."""

    def __init__(self, fetch: Callable[[int, int], bytes], size: int, first: bytes = b"") -> None:
        self.size = size
        self._fetch = fetch
        self._blocks = {0: first[:BLOCK]} if len(first) >= min(size, BLOCK) else {}

    def read(self, at: int, count: int) -> bytes:
        """Fewer bytes only where the file ends. Raises FileError for a file of which more than MAX_BLOCKS would be read."""
        end = min(at + count, self.size)
        if at >= end:
            return b""
        first, last = at // BLOCK, (end - 1) // BLOCK
        self._have(first, last)
        found = b"".join(self._blocks[number] for number in range(first, last + 1))
        return found[at - first * BLOCK : end - first * BLOCK]

    def _have(self, first: int, last: int) -> None:
        """These blocks, in one fetch from the first to the last of those that are missing."""
        missing = [number for number in range(first, last + 1) if number not in self._blocks]
        if not missing:
            return
        if len(self._blocks) + len(missing) > MAX_BLOCKS:
            raise FileError(
                Flaw.MALFORMED, "The file's structure is scattered over too much of it."
            )
        start = missing[0] * BLOCK
        content = self._fetch(start, min((missing[-1] + 1) * BLOCK, self.size) - start)
        for number in missing:
            self._blocks[number] = content[number * BLOCK - start : (number + 1) * BLOCK - start]


class Asking:
    """A reader in another process, asked through a pair of pipes."""

    def __init__(self, questions: BinaryIO, answers: BinaryIO, size: int) -> None:
        self.size = size
        self._questions = questions
        self._answers = answers

    def read(self, at: int, count: int) -> bytes:
        """Fewer bytes only where the file ends. Raises EOFError when nobody answers any more."""
        wanted = min(count, self.size - at)
        if wanted <= 0:
            return b""
        self._questions.write(QUESTION.pack(at, wanted))
        self._questions.flush()
        found = self._answers.read(wanted)
        if len(found) < wanted:
            raise EOFError
        return found

    def end(self, said: bytes) -> None:
        """The last word."""
        self._questions.write(QUESTION.pack(len(said), 0) + said)
        self._questions.flush()


class Stream(io.RawIOBase):
    """A file as the object that a library wants."""

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
        found = self._content.read(self._at, len(buffer))
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

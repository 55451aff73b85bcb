"""A file somewhere else, read in blocks as they are asked for: 500 MB need neither the memory nor the time of 500 MB."""

import io
from collections.abc import Callable
from typing import Any

from herald.domain.errors import FileError
from herald.domain.media import Flaw

BLOCK = 65_536
MAX_BLOCKS = 256  # 16 MB: what says how a file is made is seldom 1 MB


class Reader:
    """`fetch` reads so many bytes from a position; `first` is how the file begins, when that has been read already."""

    def __init__(self, fetch: Callable[[int, int], bytes], size: int, first: bytes = b"") -> None:
        self.size = size
        self._fetch = fetch
        self._blocks = {0: first[:BLOCK]} if len(first) >= min(size, BLOCK) else {}

    def read(self, at: int, count: int) -> bytes:
        """Fewer bytes only where the file ends. Raises FileError for a file that would have too much of it read."""
        end = min(at + count, self.size)
        if at >= end:
            return b""
        first, last = at // BLOCK, (end - 1) // BLOCK
        found = b"".join(self._block(number) for number in range(first, last + 1))
        return found[at - first * BLOCK : end - first * BLOCK]

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:
            if len(self._blocks) == MAX_BLOCKS:
                raise FileError(Flaw.MALFORMED, "The file's structure is scattered over too much of it.")
            start = number * BLOCK
            self._blocks[number] = self._fetch(start, min(BLOCK, self.size - start))
        return self._blocks[number]


class Stream(io.RawIOBase):
    """A reader as the file object that a library wants."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._reader.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        found = self._reader.read(self._at, len(buffer))
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

"""The outermost structure of a film's file: boxes (MP4, QuickTime), elements (WebM), chunks (AVI).

PyAV reads the content of these parts. This module does two things that PyAV does not do. PyAV takes
a file that broke off for a short one, and does not report it. If the header has no duration, PyAV
would read the whole recording. `part_in` finds where the last parts begin, so that only these are
read.

Sources: ISO/IEC 14496-12 and Apple's QuickTime File Format; RFC 8794 (EBML) and RFC 9559
(Matroska); Microsoft's AVI RIFF File Reference.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from herald.domain.errors import FileError
from herald.domain.media import ContentType, Flaw
from herald.media.reader import Bytes

MAX_PARTS = 10_000  # each costs a look, so a film with more of them is a trap
SEGMENT = 0x18538067
CLUSTER = 0x1F43B675
# The header of a fragment begins with the number of the fragment.
FRAGMENT = re.compile(rb".{4}moof\0\0\0.mfhd", re.DOTALL)
CLUSTERS = re.compile(rb"\x1f\x43\xb6\x75")


class Chunk(NamedTuple):
    """The place of a part's content in the file. A list of chunks has the `kind` of the list."""

    kind: bytes | int
    start: int
    end: int


def parts_begin(film: Bytes, content_type: ContentType) -> int | None:
    """Return where the first fragment (MP4) or cluster (WebM) begins, or None without such a part.

    Raises FileError for a file that ends before its content does, or that has a broken structure.
    """
    match content_type:
        case ContentType.WEBM:
            return first_cluster(film)
        case ContentType.AVI:
            check_avi(film)
            return None
        case _:
            return first_fragment(film)


def part_in(content: bytes, content_type: ContentType) -> int | None:
    """Return where the first fragment or cluster with a time begins in these bytes, or None."""
    if content_type is ContentType.WEBM:
        match = CLUSTERS.search(content)
    elif b"tfdt" in content:
        match = FRAGMENT.search(content)
    else:  # fragments without times of their own, which tell no duration
        match = None
    return match.start() if match else None


def check_parts(film: Bytes, content_type: ContentType, start: int) -> None:
    """Raise FileError if a part from `start` on ends behind the end of the file.

    Clusters are not checked, because a cluster of a recording does not say where it ends.
    """
    if content_type is not ContentType.WEBM:
        check_chunks(boxes(film, start, film.size))


def check_chunks(parts: Iterable[Chunk]) -> None:
    """Raise FileError if one of the parts is broken."""
    for _ in parts:
        pass


def gap(content_type: ContentType, length: int) -> bytes:
    """Return the head of a part of `length` bytes that every reader skips."""
    if content_type is ContentType.WEBM:
        return b"\xec" + (1 << 56 | length - 9).to_bytes(8)
    return b"\0\0\0\1free" + length.to_bytes(8)


def first_fragment(film: Bytes) -> int | None:
    """Return where the first fragment after an index (moov) begins, or None.

    The search ends there, because thousands of fragments may follow.
    """
    at = 0
    indexed = False
    for box in boxes(film, 0, film.size):
        if box.kind == b"moof" and indexed:
            return at
        if box.kind == b"moov":
            check_chunks(boxes(film, box.start, box.end))
            indexed = True
        at = box.end
    if not indexed:
        message = "The video has no index (moov): its recording or its upload broke off."
        raise FileError(Flaw.TRUNCATED, message)
    return None


def boxes(film: Bytes, start: int, end: int) -> Iterator[Chunk]:
    """Yield the boxes side by side from start to end. Raises FileError if one ends outside."""
    at = start
    for _ in range(MAX_PARTS):
        if at + 8 > end:
            return
        head = film.read(at, 16)
        size = int.from_bytes(head[:4])
        kind = head[4:8]
        content = at + 8
        if size == 1:
            size = int.from_bytes(head[8:16])
            content = at + 16
        elif size == 0:
            size = end - at  # the last box, of unknown size
        if at + size > end and end == film.size:
            raise truncated()
        if content > at + size or at + size > end:
            raise FileError(Flaw.MALFORMED, f"The box at {at} is broken.")
        yield Chunk(kind, content, at + size)
        at += size
    raise FileError(Flaw.MALFORMED, "The file has too many boxes.")


def first_cluster(film: Bytes) -> int | None:
    top = elements(film, 0, film.size)
    segment = next((element for element in top if element.kind == SEGMENT), None)
    if segment is None:
        raise FileError(Flaw.TRUNCATED, "The video has no content.")
    at = segment.start
    for element in elements(film, segment.start, segment.end):
        if element.kind == CLUSTER:
            return at
        at = element.end
    return None


def elements(film: Bytes, start: int, end: int) -> Iterator[Chunk]:
    """Yield the elements side by side from start to end. One of unknown size goes on to the end.

    Raises FileError if one ends outside.
    """
    at = start
    for _ in range(MAX_PARTS):
        if at >= end:
            return
        head = film.read(at, 12)
        id_width = width_of(head[:1], 4)
        size_width = width_of(head[id_width : id_width + 1], 8)
        unknown = (1 << 7 * size_width) - 1
        size = int.from_bytes(head[id_width : id_width + size_width]) & unknown
        content = at + id_width + size_width
        until = end if size == unknown else content + size
        if until > end and end == film.size:
            raise truncated()
        if until > end or len(head) < id_width + size_width:
            raise FileError(Flaw.MALFORMED, f"The element at {at} is broken.")
        yield Chunk(int.from_bytes(head[:id_width]), content, until)
        at = until
    raise FileError(Flaw.MALFORMED, "The file has too many elements.")


def width_of(first: bytes, most: int) -> int:
    """Return how many bytes a number of variable size has. Raises FileError."""
    width = 9 - first[0].bit_length() if first else 9
    if width > most:
        raise FileError(Flaw.MALFORMED, "A number in the file's structure is broken.")
    return width


def check_avi(film: Bytes) -> None:
    end = 8 + little(film.read(4, 4))
    if end > film.size:
        raise truncated()
    kinds = {chunk.kind for chunk in chunks(film, 12, end)}
    if not {b"hdrl", b"movi"} <= kinds:
        raise FileError(Flaw.MALFORMED, "The video has no header or no content.")


def chunks(film: Bytes, start: int, end: int) -> Iterator[Chunk]:
    """Yield the chunks side by side from start to end. Raises FileError if one ends outside."""
    at = start
    for _ in range(MAX_PARTS):
        if at + 8 > end:
            return
        head = film.read(at, 12)
        until = at + 8 + little(head[4:8])
        if until > end:
            raise FileError(Flaw.MALFORMED, f"The chunk at {at} is broken.")
        if head[:4] == b"LIST":
            yield Chunk(head[8:12], at + 12, until)
        else:
            yield Chunk(head[:4], at + 8, until)
        at = until + until % 2
    raise FileError(Flaw.MALFORMED, "The file has too many chunks.")


def little(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


def truncated() -> FileError:
    return FileError(Flaw.TRUNCATED, "The file ends before its content does.")

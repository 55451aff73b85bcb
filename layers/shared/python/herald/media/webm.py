"""WebM: elements of an id, a size and a content. Source: RFC 8794 (EBML), RFC 9559 (Matroska), and the WebM guidelines."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from herald.domain.errors import FileError
from herald.domain.media import ContentType, Dimensions, File, Flaw
from herald.media.reader import Reader

MAX_ELEMENTS = 10_000  # more are a trap: each costs a look
MAX_VALUE = 64  # bytes of a number or a name

SEGMENT, INFO, TRACKS, CLUSTER = 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
SCALE, DURATION = 0x2AD7B1, 0x4489
ENTRY, KIND, CODEC, FRAME_NANOSECONDS, VIDEO = 0xAE, 0x83, 0x86, 0x23E383, 0xE0
PIXEL_WIDTH, PIXEL_HEIGHT, SHOWN_WIDTH, SHOWN_HEIGHT, SHOWN_UNIT = 0xB0, 0xBA, 0x54B0, 0x54BA, 0x54B2
PICTURES, SOUND = 1, 2


class Element(NamedTuple):
    """Where its content lies in the file; one of unknown size goes on to where its parent ends."""

    id: int
    start: int
    end: int


def read(reader: Reader) -> File:
    """Raises FileError."""
    segment = next((each for each in elements(reader, 0, reader.size) if each.id == SEGMENT), None)
    if segment is None:
        raise FileError(Flaw.TRUNCATED, "The video has no content.")
    head = heading(reader, segment)
    entries = [each for each in elements(reader, *head[TRACKS][1:]) if each.id == ENTRY] if TRACKS in head else []
    tracks = [children(reader, each) for each in entries]
    pictures = next((each for each in tracks if number(reader, each, KIND) == PICTURES and VIDEO in each), None)
    shown = displayed(reader, children(reader, pictures[VIDEO])) if pictures else None
    if pictures is None or shown is None or not all(shown):
        raise FileError(Flaw.NO_VIDEO, "The file has no video track.")
    frame = number(reader, pictures, FRAME_NANOSECONDS)
    names = [value(reader, each, CODEC).decode("latin-1") for each in tracks if number(reader, each, KIND) in {PICTURES, SOUND}]
    return File(
        size=reader.size,
        content_type=ContentType.WEBM,
        dimensions=shown,
        duration_seconds=seconds(reader, children(reader, head[INFO])) if INFO in head else None,
        codecs=tuple(dict.fromkeys(each for each in names if each.isprintable() and each)),
        frame_rate=round(1e9 / frame, 3) if frame else None,
    )


def heading(reader: Reader, segment: Element) -> dict[int, Element]:
    """What lies in the segment, up to where both information and tracks are known."""
    found: dict[int, Element] = {}
    for each in elements(reader, segment.start, segment.end):
        found.setdefault(each.id, each)
        if INFO in found and TRACKS in found and each.id == CLUSTER:
            break
    return found


def children(reader: Reader, parent: Element) -> dict[int, Element]:
    return {each.id: each for each in elements(reader, parent.start, parent.end)}


def elements(reader: Reader, start: int, end: int) -> Iterator[Element]:
    """Those that lie side by side from start to end. Raises FileError for one that ends outside."""
    at = start
    for _ in range(MAX_ELEMENTS):
        if at >= end:
            return
        head = reader.read(at, 12)
        id_width = width_of(head[:1], 4)
        size_width = width_of(head[id_width : id_width + 1], 8)
        unknown = (1 << 7 * size_width) - 1
        size = int.from_bytes(head[id_width : id_width + size_width]) & unknown
        content = at + id_width + size_width
        until = end if size == unknown else content + size
        if until > end and end == reader.size:
            raise FileError(Flaw.TRUNCATED, "The file ends before its content does.")
        if until > end or len(head) < id_width + size_width:
            raise FileError(Flaw.MALFORMED, f"The element at {at} is broken.")
        yield Element(int.from_bytes(head[:id_width]), content, until)
        at = until
    raise FileError(Flaw.MALFORMED, "The file has too many elements.")


def width_of(first: bytes, most: int) -> int:
    """How many bytes a number of variable size has. Raises FileError."""
    width = 9 - first[0].bit_length() if first else 9
    if width > most:
        raise FileError(Flaw.MALFORMED, "A number in the file's structure is broken.")
    return width


def value(reader: Reader, inside: dict[int, Element], wanted: int) -> bytes:
    """The bytes of a number or a name, none when there is no such element."""
    element = inside.get(wanted)
    return reader.read(element.start, min(MAX_VALUE, element.end - element.start)) if element else b""


def number(reader: Reader, inside: dict[int, Element], wanted: int) -> int:
    return int.from_bytes(value(reader, inside, wanted)[:8])


def displayed(reader: Reader, video: dict[int, Element]) -> Dimensions:
    """As shown, where that is said in pixels."""
    coded = Dimensions(number(reader, video, PIXEL_WIDTH), number(reader, video, PIXEL_HEIGHT))
    shown = Dimensions(number(reader, video, SHOWN_WIDTH), number(reader, video, SHOWN_HEIGHT))
    return shown if all(shown) and not number(reader, video, SHOWN_UNIT) else coded


def seconds(reader: Reader, info: dict[int, Element]) -> float | None:
    """A browser's recording does not say."""
    raw = value(reader, info, DURATION)
    if len(raw) not in {4, 8}:
        return None
    [ticks] = struct.unpack(">f" if len(raw) == 4 else ">d", raw)
    found = ticks * (number(reader, info, SCALE) or 1_000_000) / 1e9
    return round(found, 3) if 0 < found < 1e9 else None

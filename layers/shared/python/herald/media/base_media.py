"""MP4 and QuickTime: boxes of a size, a kind and a content. Source: ISO/IEC 14496-12, and Apple's QuickTime File Format."""

from collections.abc import Iterator
from typing import NamedTuple

from herald.domain.errors import FileError
from herald.domain.media import ContentType, Dimensions, File, Flaw
from herald.domain.values import frozen
from herald.media.reader import Reader

MAX_BOXES = 10_000  # more are a trap: each costs a look
MAX_TRACKS = 64


class Box(NamedTuple):
    """Where its content lies in the file."""

    kind: bytes
    start: int
    end: int


@frozen
class Track:
    handler: bytes
    codec: str
    shown: Dimensions
    samples: int
    seconds: float


def read(reader: Reader, content_type: ContentType) -> File:
    """Its index is read wherever it lies; the pictures are not. Raises FileError."""
    top = {box.kind: box for box in boxes(reader, 0, reader.size)}
    if b"moov" not in top:
        raise FileError(Flaw.TRUNCATED, "The video has no index (moov): its recording or its upload broke off.")
    inside = list(boxes(reader, *top[b"moov"][1:]))
    found = [track(reader, box) for box in inside if box.kind == b"trak"][:MAX_TRACKS]
    pictures = next((each for each in found if each.handler == b"vide"), None)
    if pictures is None or not all(pictures.shown):
        raise FileError(Flaw.NO_VIDEO, "The file has no video track.")
    seconds = duration(reader, inside) or max(each.seconds for each in found)
    return File(
        size=reader.size,
        content_type=content_type,
        dimensions=pictures.shown,
        duration_seconds=round(seconds, 3) or None,
        codecs=tuple(dict.fromkeys(each.codec for each in found if each.handler in {b"vide", b"soun"} and each.codec)),
        frame_rate=round(pictures.samples / pictures.seconds, 3) if pictures.samples and pictures.seconds else None,
    )


def boxes(reader: Reader, start: int, end: int) -> Iterator[Box]:
    """Those that lie side by side from start to end. Raises FileError for one that ends outside."""
    at = start
    for _ in range(MAX_BOXES):
        if at + 8 > end:
            return
        head = reader.read(at, 16)
        size, kind, content = int.from_bytes(head[:4]), head[4:8], at + 8
        if size == 1:
            size, content = int.from_bytes(head[8:16]), at + 16
        elif size == 0:
            size = end - at  # the last one, of unknown size
        if at + size > end and end == reader.size:
            raise FileError(Flaw.TRUNCATED, "The file ends before its content does.")
        if content > at + size or at + size > end:
            raise FileError(Flaw.MALFORMED, f"The box at {at} is broken.")
        yield Box(kind, content, at + size)
        at += size
    raise FileError(Flaw.MALFORMED, "The file has too many boxes.")


def track(reader: Reader, box: Box) -> Track:
    """What the index says of one track."""
    inside = {each.kind: each for each in boxes(reader, *box[1:])}
    for kind in (b"mdia", b"minf", b"stbl"):  # each lies in the one before
        if kind in inside:  # what lies further out counts: QuickTime has a second hdlr, of where the data is, in minf
            inside = {each.kind: each for each in boxes(reader, *inside[kind][1:])} | inside
    entry = content(reader, inside, b"stsd", 8 + 36)[8:]
    sizes = content(reader, inside, b"stsz", 12) or content(reader, inside, b"stz2", 12)
    shown = displayed(content(reader, inside, b"tkhd", 104))
    coded = Dimensions(int.from_bytes(entry[32:34]), int.from_bytes(entry[34:36]))
    return Track(
        handler=content(reader, inside, b"hdlr", 12)[8:12],
        codec=entry[4:8].decode("latin-1").strip() if entry[4:8].isascii() else "",
        shown=shown if all(shown) else coded,
        samples=int.from_bytes(sizes[8:12]),
        seconds=timed(content(reader, inside, b"mdhd", 36)),
    )


def content(reader: Reader, inside: dict[bytes, Box], kind: bytes, count: int) -> bytes:
    """The box's first bytes, none when there is no such box."""
    box = inside.get(kind)
    return reader.read(box.start, min(count, box.end - box.start)) if box else b""


def displayed(header: bytes) -> Dimensions:
    """Width and height of a track header, turned as its matrix says; zeros when it is none."""
    matrix = header[52 if header[:1] == b"\1" else 40 :]
    a, b, c, d = (int.from_bytes(matrix[at : at + 4]) for at in (0, 4, 12, 16))
    width, height = int.from_bytes(matrix[36:38]), int.from_bytes(matrix[40:42])
    turned = a == d == 0 and b and c
    return Dimensions(height, width) if turned else Dimensions(width, height)


def timed(header: bytes) -> float:
    """The seconds of a movie or media header; 0 when it does not say."""
    long = header[:1] == b"\1"
    at, width = (20, 8) if long else (12, 4)
    scale, ticks = int.from_bytes(header[at : at + 4]), int.from_bytes(header[at + 4 : at + 4 + width])
    unknown = not scale or ticks == 256**width - 1
    return 0.0 if unknown else ticks / scale


def duration(reader: Reader, inside: list[Box]) -> float:
    """Of the movie; of one in fragments, what their header says."""
    named = {box.kind: box for box in inside}
    header = content(reader, named, b"mvhd", 36)
    if (seconds := timed(header)) or b"mvex" not in named:
        return seconds
    fragments = {box.kind: box for box in boxes(reader, *named[b"mvex"][1:])}
    scale = header[20:24] if header[:1] == b"\1" else header[12:16]
    extends = content(reader, fragments, b"mehd", 12)
    return int.from_bytes(extends[4:]) / (int.from_bytes(scale) or 1)

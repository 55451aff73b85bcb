"""AVI: chunks of a kind, a size and a content, some of them lists of others. Source: Microsoft's AVI RIFF File Reference."""

from collections.abc import Iterator
from typing import NamedTuple

from herald.domain.errors import FileError
from herald.domain.media import ContentType, Dimensions, File, Flaw
from herald.domain.values import frozen
from herald.media.reader import Reader

MAX_CHUNKS = 10_000  # more are a trap: each costs a look


class Chunk(NamedTuple):
    """Where its content lies in the file; `kind` of a list is what it is a list of."""

    kind: bytes
    start: int
    end: int


@frozen
class Track:
    kind: bytes
    codec: str
    rate: float
    seconds: float


def read(reader: Reader) -> File:
    """Raises FileError."""
    end = 8 + little(reader.read(4, 4))
    if end > reader.size:
        raise FileError(Flaw.TRUNCATED, "The file ends before its content does.")
    top = {each.kind: each for each in chunks(reader, 12, end)}
    if b"hdrl" not in top or b"movi" not in top:
        raise FileError(Flaw.MALFORMED, "The video has no header or no content.")
    inside = list(chunks(reader, *top[b"hdrl"][1:]))
    main = next((reader.read(each.start, 40) for each in inside if each.kind == b"avih"), b"")
    tracks = [track(reader, each) for each in inside if each.kind == b"strl"]
    pictures = next((each for each in tracks if each.kind == b"vids"), None)
    shown = Dimensions(little(main[32:36]), little(main[36:40]))
    if pictures is None or not all(shown):
        raise FileError(Flaw.NO_VIDEO, "The file has no video track.")
    return File(
        size=reader.size,
        content_type=ContentType.AVI,
        dimensions=shown,
        duration_seconds=round(pictures.seconds, 3) or None,
        codecs=tuple(dict.fromkeys(each.codec for each in tracks if each.codec)),
        frame_rate=round(pictures.rate, 3) or None,
    )


def chunks(reader: Reader, start: int, end: int) -> Iterator[Chunk]:
    """Those that lie side by side from start to end. Raises FileError for one that ends outside."""
    at = start
    for _ in range(MAX_CHUNKS):
        if at + 8 > end:
            return
        head = reader.read(at, 12)
        until = at + 8 + little(head[4:8])
        if until > end:
            raise FileError(Flaw.MALFORMED, f"The chunk at {at} is broken.")
        yield Chunk(head[8:12], at + 12, until) if head[:4] == b"LIST" else Chunk(head[:4], at + 8, until)
        at = until + until % 2
    raise FileError(Flaw.MALFORMED, "The file has too many chunks.")


def track(reader: Reader, chunk: Chunk) -> Track:
    """What the header says of one track. Pictures are named by four letters, sound by a number."""
    inside = {each.kind: reader.read(each.start, min(36, each.end - each.start)) for each in chunks(reader, *chunk[1:])}
    header, form = inside.get(b"strh", b""), inside.get(b"strf", b"")
    scale, rate, length = (little(header[at : at + 4]) for at in (20, 24, 32))
    kind = header[:4]
    named = form[16:20] if kind == b"vids" else b"%#06x" % little(form[:2]) if kind == b"auds" else b""
    return Track(
        kind=kind,
        codec=named.decode("ascii", "ignore").strip("\0 "),
        rate=rate / scale if scale else 0.0,
        seconds=length * scale / rate if rate else 0.0,
    )


def little(raw: bytes) -> int:
    return int.from_bytes(raw, "little")

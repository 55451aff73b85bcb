"""Pictures as their bytes lie: where one ends, and what of it is private. Nothing is decoded here.

Sources: ITU-T T.81 (JPEG), annex B; the PNG specification, section 5; the GIF89a specification; RFC 9649 (WebP).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from herald.domain.errors import FileError
from herald.domain.media import ContentType, Flaw

MAX_SCANS = 100  # of a progressive JPEG: each costs a pass over the whole picture
MAX_FRAMES = 5_000
MARKER = re.compile(
    rb"\xff+([\x01-\xcf\xd8-\xfe])", re.DOTALL
)  # neither a stuffed byte nor a restart
START, END, SCAN = 0xD8, 0xD9, 0xDA
COLOUR = (
    b"ICC_PROFILE\0",
    b"Adobe",
    b"JFIF\0",
)  # what of a JPEG's application segments its colours need
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


class Picture(NamedTuple):
    """`kept` is the picture without what it says of its maker, `end` where it ends in the file."""

    kept: bytes
    end: int


def read_picture(data: bytes, content_type: ContentType) -> Picture:
    """Raises FileError for one that breaks off, whose structure is broken, or that moves and is no GIF."""
    match content_type:
        case ContentType.JPEG:
            return jpeg(data)
        case ContentType.PNG:
            return png(data)
        case ContentType.GIF:
            return gif(data)
        case _:
            return webp(data)


def jpeg(data: bytes) -> Picture:
    kept, at, scans = [b"\xff\xd8"], 2, 0
    while (marker := data[at + 1 : at + 2]) != b"\xd9":
        if data[at : at + 1] != b"\xff" or not marker:
            raise broken_picture(data, at)
        if marker == b"\xff":  # padding
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if end > len(data):
            raise truncated()
        if marker[0] == SCAN:
            scans += 1
            following = MARKER.search(data, end)
            if following is None:
                raise truncated()
            end = following.start()
        if not private(marker[0], data[at + 4 : end]):
            kept.append(data[at:end])
        at = end
        if scans > MAX_SCANS:
            raise FileError(
                Flaw.DECOMPRESSION_BOMB, f"The picture has more than {MAX_SCANS} scans."
            )
    return Picture(b"".join([*kept, b"\xff\xd9"]), at + 2)


def private(marker: int, content: bytes) -> bool:
    """Comments, and application segments (EXIF, XMP, thumbnails, makers' notes) that no decoder needs."""
    return marker == 0xFE or (0xE0 <= marker <= 0xEF and not content.startswith(COLOUR))


def png(data: bytes) -> Picture:
    """It becomes a JPEG, so nothing is taken out here."""
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        at += 12 + length
        if at > len(data) or len(kind) < 4:
            raise truncated()
        if kind == b"acTL":
            raise moving("PNG")
    return Picture(data[:at], at)


def webp(data: bytes) -> Picture:
    """It becomes a JPEG, so nothing is taken out here."""
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise truncated()
    if data[12:16] == b"VP8X" and data[20:21] and data[20] & 0x02:
        raise moving("WebP")
    return Picture(data[:end], end)


def gif(data: bytes) -> Picture:
    kept, end, frames = [data[:13]], table_end(data, 10, 13), 0
    kept.append(data[13:end])
    while (kind := data[end : end + 1]) != b";":
        at = end
        match kind, data[at + 1 : at + 2]:
            case b",", _:
                frames += 1
                end = blocks_end(data, table_end(data, at + 9, at + 10) + 1)
            case b"!", b"\xf9" | b"\x01":
                end = blocks_end(data, at + 2)
            case b"!", label:
                end = blocks_end(data, at + 2)
                if label != b"\xff" or not data.startswith(LOOPS, at + 3):
                    continue  # comments and XMP
            case _:
                raise broken_picture(data, at)
        if frames > MAX_FRAMES:
            raise FileError(
                Flaw.DECOMPRESSION_BOMB, f"The picture has more than {MAX_FRAMES} frames."
            )
        kept.append(data[at:end])
    if not frames:
        raise FileError(Flaw.MALFORMED, "The picture has no frame.")
    return Picture(b"".join([*kept, b";"]), end + 1)


def table_end(data: bytes, flags_at: int, start: int) -> int:
    """Where the colour table ends that the flags announce."""
    if flags_at >= len(data):
        raise truncated()
    flags = data[flags_at]
    return start + (3 << (flags & 7) + 1 if flags & 0x80 else 0)


def blocks_end(data: bytes, at: int) -> int:
    """Behind the empty block that ends a row of them."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    if at >= len(data):
        raise truncated()
    return at + 1


def foreign(first: bytes, last: bytes, content_type: ContentType) -> Iterator[str]:
    """What else a file is, to a program that looks for it in its first or last bytes."""
    if content_type is not ContentType.PDF:
        if b"%PDF-" in first[:1024]:
            yield "a PDF document"
        if re.search(
            rb"<(?:!doctype\s+html|html|head|script|\?php)\b", first[:1024], re.IGNORECASE
        ):
            yield "a web page"
    if ends_as_zip(last):
        yield "a ZIP archive"


def ends_as_zip(last: bytes) -> bool:
    """Whether there is an end of a central directory whose comment ends where the file does."""
    ends = (each.start() for each in re.finditer(rb"PK\x05\x06", last))
    return any(
        at + 22 + int.from_bytes(last[at + 20 : at + 22], "little") == len(last) for at in ends
    )


def broken_picture(data: bytes, at: int) -> FileError:
    return (
        truncated()
        if at + 1 >= len(data)
        else FileError(Flaw.MALFORMED, f"The picture's structure is broken at {at}.")
    )


def truncated() -> FileError:
    return FileError(Flaw.TRUNCATED, "The file ends before its content does.")


def moving(name: str) -> FileError:
    return FileError(
        Flaw.ANIMATED,
        f"A {name} that moves would lose its movement as a JPEG: send a GIF or a video.",
    )

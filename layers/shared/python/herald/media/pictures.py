"""The structure of pictures: where a picture ends, and its private parts. Nothing is decoded here.

Sources: ITU-T T.81 (JPEG), annex B; the PNG specification, section 5; the GIF89a specification;
RFC 9649 (WebP).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from herald.domain.errors import FileError
from herald.domain.media import ContentType, Flaw

MAX_SCANS = 100  # of a progressive JPEG: each costs a pass over the whole picture
MAX_FRAMES = 5_000
# A marker that is neither a stuffed byte nor a restart.
MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])", re.DOTALL)
START, END, SCAN = 0xD8, 0xD9, 0xDA
COLOUR = (b"ICC_PROFILE\0", b"Adobe", b"JFIF\0")  # application segments that a JPEG's colours need
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
WEB_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|script|\?php)\b", re.IGNORECASE)


class Picture(NamedTuple):
    """`kept` is the picture without its private parts. `end` is where it ends in the file."""

    kept: bytes
    end: int


def read_picture(data: bytes, content_type: ContentType) -> Picture:
    """Read the structure of a picture.

    Raises FileError if it breaks off, if its structure is broken, or if it moves and is no GIF.
    """
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
    kept = [b"\xff\xd8"]
    at = 2
    scans = 0
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
            message = f"The picture has more than {MAX_SCANS} scans."
            raise FileError(Flaw.DECOMPRESSION_BOMB, message)
    return Picture(b"".join([*kept, b"\xff\xd9"]), at + 2)


def private(marker: int, content: bytes) -> bool:
    """Whether no decoder needs the segment: a comment, EXIF, XMP, a thumbnail or a maker's note."""
    return marker == 0xFE or (0xE0 <= marker <= 0xEF and not content.startswith(COLOUR))


def png(data: bytes) -> Picture:
    """Read a PNG. It becomes a JPEG, so nothing is taken out here."""
    at = 8
    kind = b""
    while kind != b"IEND":
        length = int.from_bytes(data[at : at + 4])
        kind = data[at + 4 : at + 8]
        at += 12 + length
        if at > len(data) or len(kind) < 4:
            raise truncated()
        if kind == b"acTL":
            raise moving("PNG")
    return Picture(data[:at], at)


def webp(data: bytes) -> Picture:
    """Read a WebP. It becomes a JPEG, so nothing is taken out here."""
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise truncated()
    if data[12:16] == b"VP8X" and data[20:21] and data[20] & 0x02:
        raise moving("WebP")
    return Picture(data[:end], end)


def gif(data: bytes) -> Picture:
    end = table_end(data, 10, 13)
    kept = [data[:13], data[13:end]]
    frames = 0
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
            message = f"The picture has more than {MAX_FRAMES} frames."
            raise FileError(Flaw.DECOMPRESSION_BOMB, message)
        kept.append(data[at:end])
    if not frames:
        raise FileError(Flaw.MALFORMED, "The picture has no frame.")
    return Picture(b"".join([*kept, b";"]), end + 1)


def table_end(data: bytes, flags_at: int, start: int) -> int:
    """Return where the colour table ends, or `start` if the flags announce none."""
    if flags_at >= len(data):
        raise truncated()
    flags = data[flags_at]
    return start + (3 << (flags & 7) + 1 if flags & 0x80 else 0)


def blocks_end(data: bytes, at: int) -> int:
    """Return the position after a row of blocks, which an empty block ends."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    if at >= len(data):
        raise truncated()
    return at + 1


def foreign(first: bytes, last: bytes, content_type: ContentType) -> Iterator[str]:
    """Yield the other types that a program may see in the first or last bytes of a file."""
    if content_type is not ContentType.PDF:
        if b"%PDF-" in first[:1024]:
            yield "a PDF document"
        if WEB_PAGE.search(first[:1024]):
            yield "a web page"
    if ends_as_zip(last):
        yield "a ZIP archive"


def ends_as_zip(last: bytes) -> bool:
    """Whether there is the end of a central directory whose comment ends where the file does."""
    for match in re.finditer(rb"PK\x05\x06", last):
        at = match.start()
        comment = int.from_bytes(last[at + 20 : at + 22], "little")
        if at + 22 + comment == len(last):
            return True
    return False


def broken_picture(data: bytes, at: int) -> FileError:
    if at + 1 >= len(data):
        return truncated()
    return FileError(Flaw.MALFORMED, f"The picture's structure is broken at {at}.")


def truncated() -> FileError:
    return FileError(Flaw.TRUNCATED, "The file ends before its content does.")


def moving(name: str) -> FileError:
    message = f"A {name} that moves would lose its movement as a JPEG: send a GIF or a video."
    return FileError(Flaw.ANIMATED, message)

"""The type and dimensions of a file by its bytes, without its name and its declared type.

Sources: the WHATWG MIME sniffing standard, section 6; ISO/IEC 14496-12 (ftyp) with the brands of
mp4ra.org; RFC 9649 (WebP); the WebM container guidelines; ITU-T T.81 (JPEG); the PNG specification,
section 11.2; the GIF89a specification, section 18.
"""

from collections.abc import Iterator

from herald.domain.errors import FileError
from herald.domain.media import ContentType, Dimensions, File, Flaw
from herald.media import pictures
from herald.media.reader import BLOCK, Reader

SIGNATURES = (
    (b"\xff\xd8\xff", ContentType.JPEG),
    (b"\x89PNG\r\n\x1a\n", ContentType.PNG),
    (b"GIF87a", ContentType.GIF),
    (b"GIF89a", ContentType.GIF),
    (b"%PDF-", ContentType.PDF),
)
LAST_BYTES = BLOCK + 22  # the end of a ZIP archive with the longest comment
RIFF = {b"WEBP": ContentType.WEBP, b"AVI ": ContentType.AVI}
EBML = b"\x1aE\xdf\xa3"
WEBM_DOCTYPE = b"\x42\x82\x84webm"
VIDEO_BRANDS = (b"iso", b"mp4", b"avc1", b"dash", b"M4V", b"MSNV", b"3g", b"XAVC")
# Stills, and sound alone.
OTHER_BRANDS = (b"hei", b"hev", b"mif1", b"msf1", b"avi", b"crx", b"M4A", b"M4B", b"M4P")
OLD_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip")  # from the time before ftyp
FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG's SOF markers
SCAN, EXIF = 0xDA, 0xE1


def identify(first: bytes, size: int) -> File | None:
    """Return the file of `size` bytes that begins with `first`, or None for a type we do not take.

    It has dimensions if the first bytes are enough to know them.
    """
    content_type = type_of(first)
    if not content_type:
        return None
    return File(size=size, content_type=content_type, dimensions=dimensions(first, content_type))


def measure(reader: Reader, content_type: ContentType) -> tuple[File, bytes | None]:
    """Return the properties of a video or a document, and the poster of a video, a JPEG, or None.

    Only the bytes that describe its structure are read. Raises FileError, DiedError.
    """
    if content_type is ContentType.PDF:
        from herald.media import pdf  # noqa: PLC0415 - pypdf lies in a layer of its own

        return pdf.read_pdf(reader), None
    from herald.media import films  # noqa: PLC0415 - it needs what starts processes

    return films.look(reader, content_type)


def refuse_polyglot(first: bytes, last: bytes, content_type: ContentType) -> None:
    """Raise FileError for a file that another program would take for another type."""
    for other in pictures.foreign(first, last, content_type):
        raise FileError(Flaw.POLYGLOT, f"The file is {content_type} and also {other}.")


def type_of(first: bytes) -> ContentType | None:
    for signature, content_type in SIGNATURES:
        if first.startswith(signature):
            return content_type
    if first.startswith(b"RIFF"):
        return RIFF.get(first[8:12])
    if first.startswith(EBML):
        return ContentType.WEBM if WEBM_DOCTYPE in first[:64] else None
    return base_media_type(first)


def base_media_type(first: bytes) -> ContentType | None:
    """Return the type of an MP4 or QuickTime file. It has boxes of a size, a kind and a content."""
    kind = first[4:8]
    if kind != b"ftyp":
        return ContentType.QUICKTIME if kind in OLD_QUICKTIME else None
    major = first[8:12]
    end = int.from_bytes(first[:4])
    compatible = [first[at : at + 4] for at in range(16, min(end, len(first)), 4)]
    if major == b"qt  ":
        return ContentType.QUICKTIME
    if major.startswith(OTHER_BRANDS):
        return None
    is_video = any(brand.startswith(VIDEO_BRANDS) for brand in (major, *compatible))
    return ContentType.MP4 if is_video else None


def dimensions(first: bytes, content_type: ContentType | None) -> Dimensions | None:
    size = None
    match content_type:
        case ContentType.JPEG:
            size = jpeg(first)
        case ContentType.PNG if first[12:16] == b"IHDR" and len(first) >= 24:
            size = Dimensions(int.from_bytes(first[16:20]), int.from_bytes(first[20:24]))
        case ContentType.GIF if len(first) >= 10:
            size = Dimensions(little(first, 6, 2), little(first, 8, 2))
        case ContentType.WEBP if len(first) >= 30:
            size = webp(first)
    return size if size and all(size) else None


def jpeg(first: bytes) -> Dimensions | None:
    """Read the first frame header. Return None after EXIF, which may turn the picture."""
    for marker, content in segments(first):
        if marker == EXIF and content.startswith(b"Exif\0"):
            return None
        if marker in FRAME_HEADERS and len(content) >= 5:
            return Dimensions(int.from_bytes(content[3:5]), int.from_bytes(content[1:3]))
    return None


def segments(first: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the marker segments of a JPEG up to the first scan, or to the end of the bytes."""
    at = 2
    while at + 4 <= len(first) and first[at] == 0xFF and first[at + 1] != SCAN:
        length = int.from_bytes(first[at + 2 : at + 4])
        yield first[at + 1], first[at + 4 : at + 2 + length]
        at += 2 + length


def webp(first: bytes) -> Dimensions | None:
    """Read a lossy, lossless or extended WebP. Return None for an extended one with EXIF."""
    match first[12:16]:
        case b"VP8 " if first[23:26] == b"\x9d\x01\x2a":
            return Dimensions(little(first, 26, 2) & 0x3FFF, little(first, 28, 2) & 0x3FFF)
        case b"VP8L" if first[20] == 0x2F:
            bits = little(first, 21, 4)
            return Dimensions((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8X" if not first[20] & 0x08:
            return Dimensions(little(first, 24, 3) + 1, little(first, 27, 3) + 1)
    return None


def little(first: bytes, at: int, length: int) -> int:
    return int.from_bytes(first[at : at + length], "little")

"""A table of files, sound and hostile, each with its verdict.

No bytes at all can surprise the inspectors.
"""

import io
import re
import struct
import zlib
from typing import Any, NamedTuple

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageCms

from herald.domain import media
from herald.domain.errors import FileError
from herald.domain.media import ContentType, File, Flaw
from herald.media import inspect
from herald.media.normalize import DECODERS, normalize
from herald.media.reader import BLOCK, Reader
from tests import files, films
from tests.files import box, chunk, element, moov, mp4, picture, segment

JPEG = picture("JPEG")
PNG = picture("PNG")
GIF = picture("GIF")
WEBP = picture("WEBP")
MP4 = mp4()
WEBM = files.webm()
AVI = files.avi()
PDF = files.pdf()
ZIP = b"PK\x03\x04" + bytes(26) + b"PK\x05\x06" + bytes(18)
READY = "READY"


class Case(NamedTuple):
    declared: ContentType
    content: bytes
    verdict: str = READY


def with_segment(content: bytes, marker: int = 0xFE, times: int = 1) -> bytes:
    """A JPEG that begins with such segments."""
    return JPEG[:2] + segment(marker, content) * times + JPEG[2:]


def jpeg_of(width: int, height: int) -> bytes:
    """A JPEG that announces such dimensions."""
    return re.sub(
        rb"(\xff\xc0\0\x11\x08).{4}",
        lambda found: found[1] + struct.pack(">HH", height, width),
        JPEG,
        flags=re.DOTALL,
    )


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def png_of(width: int, height: int) -> bytes:
    """A PNG that announces such dimensions."""
    return PNG[:8] + png_chunk(b"IHDR", struct.pack(">II", width, height) + PNG[24:29]) + PNG[33:]


def png_with(kind: bytes, content: bytes) -> bytes:
    return PNG[:33] + png_chunk(kind, content) + PNG[33:]


def gif_of(width: int, height: int) -> bytes:
    return GIF[:6] + struct.pack("<HH", width, height) + GIF[10:]


def gif_with_frame(width: int, height: int) -> bytes:
    """A small GIF whose frame announces such dimensions."""
    return re.sub(
        rb"(,\0\0\0\0)\x3d\0\x21\0", lambda found: found[1] + struct.pack("<HH", width, height), GIF
    )


def scans(times: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    content = picture("JPEG", progressive=True)
    last = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + last * times + b"\xff\xd9"


def profile(description: str) -> bytes:
    """sRGB's colour profile under another name."""
    made: bytes = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made.replace("sRGB".encode("utf-16-be"), description[:4].encode("utf-16-be"))


def fragmented() -> bytes:
    """An MP4 in fragments: its index knows no samples, and the duration lies elsewhere."""
    index = moov(seconds=0)
    extends = box(b"mvex", box(b"mehd", bytes(4), struct.pack(">I", 3_000)))
    return mp4(index=struct.pack(">I", len(index) + len(extends)) + index[4:] + extends)


def long_box() -> bytes:
    """With sizes of 64 bits, as for content of 4 GB and more."""
    return files.ftyp() + moov() + struct.pack(">I4sQ", 1, b"mdat", 116) + bytes(100)


def locked_pdf(version: int, *, user: str = "") -> bytes:
    """Return a document that an owner's password protects, as qpdf writes it.

    It is encrypted by RC4 up to version 3, then by AES of 128 and 256 bits.
    """
    buffer = io.BytesIO()
    strong = version > 3
    revision: Any = version
    encryption = pikepdf.Encryption(
        owner="owner", user=user, R=revision, aes=strong, metadata=strong
    )
    packed = pikepdf.ObjectStreamMode.generate if strong else pikepdf.ObjectStreamMode.disable
    with pikepdf.open(io.BytesIO(files.pdf(3))) as document:
        document.save(buffer, encryption=encryption, object_stream_mode=packed)
    return buffer.getvalue()


def encrypted_pdf() -> bytes:
    return files.pdf(
        trailer="/Encrypt << /Filter /Standard /V 1 /R 2 /O (a) /U (b) /P -4 >> /ID [(a) (a)]"
    )


CASES = {
    "jpeg": Case(ContentType.JPEG, JPEG),
    "jpeg progressive": Case(ContentType.JPEG, picture("JPEG", progressive=True)),
    "jpeg of grey": Case(ContentType.JPEG, picture("JPEG", "L")),
    "jpeg in cmyk": Case(ContentType.JPEG, picture("JPEG", "CMYK")),
    "jpeg of one pixel": Case(ContentType.JPEG, picture("JPEG", size=(1, 1))),
    "jpeg a mile wide": Case(ContentType.JPEG, picture("JPEG", size=(20_000, 1))),
    **{f"jpeg turned {each}": Case(ContentType.JPEG, files.turned(each)) for each in range(1, 9)},
    "jpeg turned nonsense": Case(ContentType.JPEG, files.turned(77)),
    "jpeg with 3 MB of exif": Case(
        ContentType.JPEG, with_segment(b"Exif\0\0" + bytes(60_000), 0xE1, 50)
    ),
    "jpeg with broken exif": Case(
        ContentType.JPEG, with_segment(b"Exif\0\0MM\0*\xff\xff\xff\xff", 0xE1)
    ),
    "jpeg in other colours": Case(ContentType.JPEG, picture("JPEG", icc_profile=profile("xRGB"))),
    "jpeg with a broken profile": Case(
        ContentType.JPEG, picture("JPEG", icc_profile=b"no profile")
    ),
    "jpeg with another behind it": Case(ContentType.JPEG, JPEG + JPEG),
    "jpeg with rubbish behind it": Case(ContentType.JPEG, JPEG + bytes(1_000)),
    "jpeg cut in half": Case(ContentType.JPEG, JPEG[: len(JPEG) // 2], Flaw.TRUNCATED),
    "jpeg without its end": Case(ContentType.JPEG, JPEG[:-2], Flaw.TRUNCATED),
    "jpeg of three bytes": Case(ContentType.JPEG, JPEG[:3], Flaw.TRUNCATED),
    "jpeg without a picture": Case(ContentType.JPEG, b"\xff\xd8\xff\xd9", Flaw.MALFORMED),
    "jpeg of 30,000 x 30,000": Case(
        ContentType.JPEG, jpeg_of(30_000, 30_000), Flaw.DECOMPRESSION_BOMB
    ),
    "jpeg of 1,000 scans": Case(ContentType.JPEG, scans(1_000), Flaw.DECOMPRESSION_BOMB),
    "jpeg and zip": Case(ContentType.JPEG, JPEG + ZIP, Flaw.POLYGLOT),
    "jpeg and pdf": Case(ContentType.JPEG, with_segment(PDF), Flaw.POLYGLOT),
    "jpeg and web page": Case(ContentType.JPEG, with_segment(b"<HTML><script>"), Flaw.POLYGLOT),
    "jpeg that is a png": Case(ContentType.JPEG, PNG, Flaw.TYPE_MISMATCH),
    "png": Case(ContentType.PNG, PNG),
    "png of one clear pixel": Case(ContentType.PNG, picture("PNG", "RGBA", (1, 1))),
    "png with alpha": Case(ContentType.PNG, picture("PNG", "RGBA")),
    "png of grey with alpha": Case(ContentType.PNG, picture("PNG", "LA")),
    "png with a palette": Case(ContentType.PNG, picture("PNG", "P", transparency=7)),
    "png with a clear colour": Case(ContentType.PNG, picture("PNG", "RGB", transparency=(0, 0, 0))),
    "png of one bit": Case(ContentType.PNG, picture("PNG", "1")),
    "png of sixteen bits": Case(ContentType.PNG, picture("PNG", "I;16")),
    "png in other colours": Case(ContentType.PNG, picture("PNG", icc_profile=profile("xRGB"))),
    "png that moves": Case(ContentType.PNG, files.moving("PNG"), Flaw.ANIMATED),
    "png cut in half": Case(ContentType.PNG, PNG[: len(PNG) // 2], Flaw.TRUNCATED),
    "png of its head alone": Case(ContentType.PNG, PNG[:33], Flaw.TRUNCATED),
    "png with a wrong checksum": Case(
        ContentType.PNG, PNG[:29] + b"\0\0\0\0" + PNG[33:], Flaw.MALFORMED
    ),
    "png without pixels": Case(ContentType.PNG, PNG[:33] + png_chunk(b"IEND", b""), Flaw.MALFORMED),
    "png of 30,000 x 30,000": Case(
        ContentType.PNG, png_of(30_000, 30_000), Flaw.DECOMPRESSION_BOMB
    ),
    "png of 1 x 70,000": Case(ContentType.PNG, png_of(1, 70_000), Flaw.DECOMPRESSION_BOMB),
    "png of nothing": Case(ContentType.PNG, png_of(0, 0), Flaw.MALFORMED),
    "png with 16 MB of text": Case(
        ContentType.PNG,
        png_with(b"zTXt", b"a\0\0" + zlib.compress(bytes(16_000_000))),
        Flaw.MALFORMED,
    ),
    "png and zip": Case(ContentType.PNG, PNG + ZIP, Flaw.POLYGLOT),
    "gif": Case(ContentType.GIF, GIF),
    "gif that moves": Case(ContentType.GIF, files.moving("GIF")),
    "gif with a comment": Case(ContentType.GIF, picture("GIF", comment=b"SECRET")),
    "gif cut in half": Case(ContentType.GIF, GIF[: len(GIF) // 2], Flaw.TRUNCATED),
    "gif without a frame": Case(ContentType.GIF, GIF[:6] + bytes(7) + b";", Flaw.MALFORMED),
    "gif of 65,535 x 65,535": Case(
        ContentType.GIF, gif_of(65_535, 65_535), Flaw.DECOMPRESSION_BOMB
    ),
    "gif with a frame of 65,535 x 65,535": Case(
        ContentType.GIF, gif_with_frame(65_535, 65_535), Flaw.DECOMPRESSION_BOMB
    ),
    "gif and zip": Case(ContentType.GIF, GIF + ZIP, Flaw.POLYGLOT),
    "gif of rubbish": Case(ContentType.GIF, GIF[:13] + b"rubbish", Flaw.TRUNCATED),
    "webp": Case(ContentType.WEBP, WEBP),
    "webp with alpha": Case(ContentType.WEBP, picture("WEBP", "RGBA", lossless=True)),
    "webp that moves": Case(ContentType.WEBP, files.moving("WEBP"), Flaw.ANIMATED),
    "webp cut in half": Case(ContentType.WEBP, WEBP[: len(WEBP) // 2], Flaw.TRUNCATED),
    "webp of its head alone": Case(ContentType.WEBP, b"RIFF\4\0\0\0WEBP", Flaw.MALFORMED),
    "mp4": Case(ContentType.MP4, MP4),
    "mp4 with its index at the end": Case(ContentType.MP4, mp4(at_the_end=True, content=300_000)),
    "mp4 turned": Case(ContentType.MP4, mp4(index=moov(matrix=files.QUARTER_TURN))),
    "mp4 with long sizes": Case(ContentType.MP4, long_box()),
    "mp4 with content to its end": Case(
        ContentType.MP4, files.ftyp() + moov() + b"\0\0\0\0mdat" + bytes(100)
    ),
    "mp4 in fragments": Case(ContentType.MP4, fragmented()),
    "mp4 of sound": Case(ContentType.MP4, mp4(index=moov(handler=b"soun")), Flaw.NO_VIDEO),
    "mp4 without an index": Case(ContentType.MP4, mp4(index=b""), Flaw.TRUNCATED),
    "mp4 with an empty index": Case(ContentType.MP4, mp4(index=box(b"moov")), Flaw.NO_VIDEO),
    "mp4 cut": Case(ContentType.MP4, MP4[:-10], Flaw.TRUNCATED),
    "mp4 with a box too small": Case(
        ContentType.MP4, files.ftyp() + b"\0\0\0\4moov" + bytes(90), Flaw.MALFORMED
    ),
    "mp4 with a box too large": Case(
        ContentType.MP4, mp4(index=box(b"moov", b"\0\0\xff\xfftrak")), Flaw.MALFORMED
    ),
    "mp4 of 20,000 boxes": Case(
        ContentType.MP4, files.ftyp() + box(b"free") * 20_000, Flaw.MALFORMED
    ),
    "mp4 and zip": Case(ContentType.MP4, MP4 + ZIP, Flaw.POLYGLOT),
    "mp4 that is a quicktime": Case(ContentType.MP4, mp4(brand=b"qt  "), Flaw.TYPE_MISMATCH),
    "quicktime": Case(ContentType.QUICKTIME, mp4(brand=b"qt  ")),
    "quicktime of ffmpeg": Case(ContentType.QUICKTIME, films.content("mov h264 with a timecode")),
    "mp4 in fragments of ffmpeg": Case(
        ContentType.MP4, films.content("mp4 in fragments with sound")
    ),
    "webm of ffmpeg, recorded": Case(ContentType.WEBM, films.content("webm vp8 of a browser")),
    "heic": Case(
        ContentType.JPEG, box(b"ftyp", b"heic", bytes(4), b"mif1heic"), Flaw.UNSUPPORTED_TYPE
    ),
    "webm": Case(ContentType.WEBM, WEBM),
    "webm of a browser": Case(ContentType.WEBM, files.webm(live=True, seconds=None)),
    "webm of sound": Case(ContentType.WEBM, files.webm(kind=2), Flaw.NO_VIDEO),
    "webm cut": Case(ContentType.WEBM, WEBM[:-10], Flaw.TRUNCATED),
    "webm of its head alone": Case(ContentType.WEBM, WEBM[:36], Flaw.TRUNCATED),
    "webm with a broken number": Case(
        ContentType.WEBM, WEBM[:36] + element(0x18538067, bytes(90)), Flaw.MALFORMED
    ),
    "webm of 20,000 voids": Case(
        ContentType.WEBM, WEBM[:36] + element(0x18538067, b"\xec\x80" * 20_000), Flaw.MALFORMED
    ),
    "matroska": Case(
        ContentType.WEBM, WEBM.replace(b"\x84webm", b"\x88matroska"), Flaw.UNSUPPORTED_TYPE
    ),
    "avi": Case(ContentType.AVI, AVI),
    "avi of sound": Case(ContentType.AVI, files.avi(kind=b"auds"), Flaw.NO_VIDEO),
    "avi cut": Case(ContentType.AVI, AVI[:-10], Flaw.TRUNCATED),
    "avi without content": Case(
        ContentType.AVI, b"RIFF" + struct.pack("<I", 4) + b"AVI ", Flaw.MALFORMED
    ),
    "avi with a nameless list": Case(
        ContentType.AVI, AVI.replace(b"strl", b"\xff\xff\xff\x7f")
    ),  # ffprobe reads it too
    "avi with a nameless track": Case(
        ContentType.AVI, AVI.replace(b"strh", b"\xff\xff\xff\x7f"), Flaw.NO_VIDEO
    ),
    "wave": Case(ContentType.AVI, b"RIFF" + chunk(b"WAVE", b"fmt ")[4:], Flaw.UNSUPPORTED_TYPE),
    "pdf": Case(ContentType.PDF, PDF),
    "pdf in a pdf": Case(ContentType.PDF, files.pdf(2, embedded=files.pdf(9))),
    "pdf that is encrypted": Case(ContentType.PDF, encrypted_pdf(), Flaw.ENCRYPTED),
    **{
        f"pdf with an owner's password {each}": Case(ContentType.PDF, locked_pdf(each))
        for each in (2, 3, 4, 6)
    },
    **{
        f"pdf with a user's password {each}": Case(
            ContentType.PDF, locked_pdf(each, user="user"), Flaw.ENCRYPTED
        )
        for each in (2, 3, 4, 6)
    },
    "pdf for one reader's key": Case(
        ContentType.PDF, encrypted_pdf().replace(b"/Standard", b"/Adobe.PubSec"), Flaw.ENCRYPTED
    ),
    "pdf without pages": Case(ContentType.PDF, files.pdf(0), Flaw.MALFORMED),
    "pdf of its head alone": Case(ContentType.PDF, PDF[:15], Flaw.MALFORMED),
    "pdf cut": Case(ContentType.PDF, PDF[: PDF.index(b"2 0 obj")], Flaw.MALFORMED),
    "pdf and zip": Case(ContentType.PDF, PDF + ZIP, Flaw.POLYGLOT),
    "web page": Case(ContentType.PNG, b"<html><script>alert(1)</script>", Flaw.UNSUPPORTED_TYPE),
    "svg": Case(
        ContentType.PNG, b"<svg xmlns='http://www.w3.org/2000/svg'/>", Flaw.UNSUPPORTED_TYPE
    ),
    "program": Case(ContentType.JPEG, b"MZ\x90\0" + bytes(100), Flaw.UNSUPPORTED_TYPE),
    "nothing": Case(ContentType.JPEG, b"", Flaw.EMPTY_FILE),
}


def look(declared: ContentType, content: bytes) -> File:
    """What a worker makes of a file. Raises FileError."""
    for finding in media.complaints(declared, len(content), inspect.type_of(content)):
        raise FileError(finding.code, finding.message)
    inspect.refuse_polyglot(content[:BLOCK], content[-inspect.LAST_BYTES :], declared)
    if declared in DECODERS:
        return normalize(content, declared).file
    return inspect.measure(
        Reader(lambda at, count: content[at : at + count], len(content)), declared
    )[0]


def verdict(declared: ContentType, content: bytes) -> str:
    try:
        look(declared, content)
    except FileError as error:
        return Flaw(error.flaw)
    return READY


@pytest.mark.parametrize("name", CASES)
def test_a_file_gets_its_verdict(name: str) -> None:
    case = CASES[name]

    assert verdict(case.declared, case.content) == case.verdict


SEEDS = [
    (case.declared, case.content)
    for name, case in CASES.items()
    if case.verdict == READY and len(case.content) < BLOCK
]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_bytes_surprise_the_inspectors(data: st.DataObject) -> None:
    """A sound file, cut, with some of its bytes changed, repeated or pushed in, gets a verdict."""
    declared, content = data.draw(st.sampled_from(SEEDS))
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed)))
        pushed_in = data.draw(
            st.one_of(
                st.binary(max_size=16),
                st.just(b"\xff" * 8),
                st.just(bytes(changed[at : at + 64]) * 2),
            )
        )
        changed[at : at + data.draw(st.integers(0, 16))] = pushed_in
    kept = (
        bytes(changed[: data.draw(st.integers(0, len(changed)))])
        if data.draw(st.booleans())
        else bytes(changed)
    )

    assert verdict(declared, kept) in {READY, *Flaw}

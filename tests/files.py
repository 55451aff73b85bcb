"""Files as encoders write them: small, real, and made on the spot.

Pictures and videos are 61 x 33 pixels.
"""

import io
import struct
from typing import Any

from PIL import Image

SIZE = (61, 33)


def picture(form: str, mode: str = "RGB", size: tuple[int, int] = SIZE, **options: Any) -> bytes:
    """A picture with some detail, as Pillow writes it."""
    image = Image.radial_gradient("L").resize(size).convert(mode)
    return encoded(image, form, **options)


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def moving(form: str, frames: int = 3, **options: Any) -> bytes:
    images = [Image.new("RGB", SIZE, (40 * number, 0, 0)) for number in range(frames)]
    return encoded(
        images[0], form, save_all=True, append_images=images[1:], duration=100, **options
    )


def turned(orientation: int, **options: Any) -> bytes:
    """A JPEG whose EXIF turns it, and says where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return picture("JPEG", exif=exif, **options)


def segment(marker: int, content: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2) + content


# ----------------------------------------------------------------------------------- MP4, QuickTime


def box(kind: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I4s", 8 + len(inside), kind) + inside


UPRIGHT = (65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
QUARTER_TURN = (0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)


def moov(
    *,
    matrix: tuple[int, ...] = UPRIGHT,
    codec: bytes = b"avc1",
    handler: bytes = b"vide",
    seconds: int = 2,
) -> bytes:
    """The index of a video of 25 frames a second."""
    entry = box(codec, bytes(6), b"\0\1", bytes(16), struct.pack(">HH", *SIZE), bytes(50))
    frames = 25 * seconds
    table = box(
        b"stbl",
        box(b"stsd", bytes(4), struct.pack(">I", 1), entry),
        box(b"stts", bytes(4), struct.pack(">III", 1, frames, 512)),
        box(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, frames, 1)),
        box(b"stsz", bytes(4), struct.pack(">II", 1, frames)),
        box(b"stco", bytes(4), struct.pack(">II", 1, 0)),
    )
    media = box(
        b"mdia",
        box(b"mdhd", bytes(12), struct.pack(">II", 12_800, 12_800 * seconds), bytes(4)),
        box(b"hdlr", bytes(8), handler, bytes(13)),
        box(b"minf", table),
    )
    header = box(
        b"tkhd",
        bytes(40),
        struct.pack(">9i", *matrix),
        struct.pack(">II", SIZE[0] << 16, SIZE[1] << 16),
    )
    movie = box(b"mvhd", bytes(12), struct.pack(">II", 1_000, 1_000 * seconds), bytes(80))
    return box(b"moov", movie, box(b"trak", header, media))


def ftyp(brand: bytes = b"isom") -> bytes:
    return box(b"ftyp", brand, bytes(4), brand, b"qt  " if brand == b"qt  " else b"mp42")


def mp4(
    *,
    index: bytes | None = None,
    at_the_end: bool = False,
    content: int = 1_000,
    brand: bytes = b"isom",
) -> bytes:
    parts = [moov() if index is None else index, box(b"mdat", bytes(content))]
    return ftyp(brand) + b"".join(reversed(parts) if at_the_end else parts)


# --------------------------------------------------------------------------------------------- WebM


def element(identifier: int, *content: bytes, unknown: bool = False) -> bytes:
    inside = b"".join(content)
    size = b"\x01" + b"\xff" * 7 if unknown else (len(inside) | 1 << 56).to_bytes(8)
    return identifier.to_bytes((identifier.bit_length() + 7) // 8) + size + inside


def number(identifier: int, value: int) -> bytes:
    return element(identifier, value.to_bytes(4))


def webm(
    *, seconds: float | None = 2.0, kind: int = 1, live: bool = False, content: int = 1_000
) -> bytes:
    """As a muxer writes it; `live` as a browser records it, of unknown size."""
    video = element(0xE0, number(0xB0, SIZE[0]), number(0xBA, SIZE[1]))
    entry = element(
        0xAE, number(0x83, kind), element(0x86, b"V_VP9"), number(0x23E383, 40_000_000), video
    )
    duration = element(0x4489, struct.pack(">d", seconds * 1_000)) if seconds else b""
    info = element(0x1549A966, number(0x2AD7B1, 1_000_000), duration)
    clusters = element(0x1F43B675, bytes(content), unknown=live)
    head = bytes.fromhex(
        "1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581 02".replace(" ", "")
    )
    return head + element(0x18538067, info, element(0x1654AE6B, entry), clusters, unknown=live)


# ---------------------------------------------------------------------------------------------- AVI


def chunk(kind: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return kind + struct.pack("<I", len(inside)) + inside + bytes(len(inside) % 2)


def avi(*, kind: bytes = b"vids", content: int = 1_000) -> bytes:
    main = chunk(b"avih", struct.pack("<10I", 40_000, 0, 0, 0, 50, 0, 1, 0, *SIZE), bytes(16))
    header = chunk(b"strh", kind, b"H264", bytes(12), struct.pack("<IIII", 1, 25, 0, 50), bytes(20))
    form = chunk(b"strf", struct.pack("<IiiHH4s", 40, *SIZE, 1, 24, b"H264"), bytes(20))
    inside = chunk(b"LIST", b"hdrl", main, chunk(b"LIST", b"strl", header, form)) + chunk(
        b"LIST", b"movi", bytes(content)
    )
    return b"RIFF" + struct.pack("<I", 4 + len(inside)) + b"AVI " + inside


# ---------------------------------------------------------------------------------------------- PDF


def pdf(pages: int = 1, *, trailer: str = "", embedded: bytes = b"") -> bytes:
    """A document of empty pages; `embedded` lies in a stream of it."""
    kids = " ".join(f"{number} 0 R" for number in range(4, 4 + pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode(),
        f"<< /Length {len(embedded)} >>\nstream\n".encode() + embedded + b"\nendstream",
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 61 33] >>"] * pages,
    ]
    body, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for position, each in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{position} 0 obj\n".encode() + each + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end = (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\n"
        f"startxref\n{len(body)}\n%%EOF\n"
    )
    return body + (head + end).encode()

"""What a file is by its first bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.media import ContentType, Dimensions
from herald.media.inspect import identify, type_of
from herald.media.reader import BLOCK
from tests.files import segment

# The heads of files of 61 x 33 pixels, as encoders write them.
PNG = bytes.fromhex("89504e470d0a1a0a0000000d494844520000003d000000210802000000e514345e")
GIF = bytes.fromhex("4749463837613d002100810000c80a0a0000000000000000002c000000003d002100")
WEBP_LOSSY = bytes.fromhex(
    "524946464e0000005745425056503820420000009003009d012a3d0021003e6d369849242322a122"
)
WEBP_LOSSLESS = bytes.fromhex(
    "5249464624000000574542505650384c170000002f3c0008000750852257a1ff0120"
)
WEBP_ALPHA = bytes.fromhex(
    "524946467800000057454250565038580a000000100000003c0000200000414c504810000000"
)
WEBP_TURNED = bytes.fromhex(
    "524946468200000057454250565038580a000000080000003c00002000005650382042000000"
)
MP4 = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41\0\0\0\x08free"
QUICKTIME = b"\0\0\0\x14ftypqt  \0\0\0\0qt  \0\0\0\x08wide"
WEBM = bytes.fromhex(
    "1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581021853806701"
)
AVI = b"RIFF\x24\x10\0\0AVI LIST\x26\x01\0\0hdrlavih"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


JFIF = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
EXIF = segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0")
HUFFMAN = segment(0xC4, b"\0" * 17)
FRAME = segment(0xC2, b"\x08\0\x21\0\x3d\3\1\x22\0\2\x11\1\3\x11\1")
JPEG = b"\xff\xd8" + JFIF + segment(0xDB, b"\0" * 65) + HUFFMAN + FRAME

SAMPLES = {
    ContentType.JPEG: JPEG,
    ContentType.PNG: PNG,
    ContentType.GIF: GIF,
    ContentType.WEBP: WEBP_LOSSY,
    ContentType.MP4: MP4,
    ContentType.QUICKTIME: QUICKTIME,
    ContentType.WEBM: WEBM,
    ContentType.AVI: AVI,
    ContentType.PDF: PDF,
}


def shown(first: bytes) -> Dimensions | None:
    found = identify(first, 204_800)
    assert found is not None
    return found.dimensions


@pytest.mark.parametrize("content_type", ContentType)
def test_every_type_is_told_by_its_bytes(content_type: ContentType) -> None:
    assert type_of(SAMPLES[content_type]) is content_type


BRANDS = [
    b"\0\0\0\x18ftypmp42\0\0\0\0mp42dash",
    b"\0\0\0\x18ftyp3gp4\0\0\0\0isom3gp4",
    b"\0\0\0\x14ftypabcd\0\0\0\0isom",
]


@pytest.mark.parametrize("first", BRANDS)
def test_mp4_is_told_by_any_of_its_brands(first: bytes) -> None:
    assert type_of(first) is ContentType.MP4


@pytest.mark.parametrize("kind", [b"moov", b"mdat", b"wide"])
def test_quicktime_without_a_file_type_is_still_quicktime(kind: bytes) -> None:
    assert type_of(b"\0\0\0\x08" + kind + b"\0\0\x10\0mdat") is ContentType.QUICKTIME


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"<html><script>",
        b"MZ\x90\0",
        b"II*\0\x08\0\0\0",  # TIFF
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miafMA1B",
        b"\0\0\0\x1cftypM4A \0\0\0\0M4A mp42isom",
        b"RIFF\x24\x10\0\0WAVEfmt ",
        WEBM.replace(b"\x84webm", b"\x88matroska"),
        b" %PDF-1.7",
    ],
)
def test_what_is_not_taken_has_no_type(first: bytes) -> None:
    assert type_of(first) is None


@pytest.mark.parametrize("first", [JPEG, PNG, GIF, WEBP_LOSSY, WEBP_LOSSLESS, WEBP_ALPHA])
def test_a_picture_tells_its_dimensions(first: bytes) -> None:
    assert shown(first) == Dimensions(61, 33)


@pytest.mark.parametrize("first", [b"\xff\xd8" + EXIF + FRAME, WEBP_TURNED])
def test_dimensions_that_exif_may_turn_stay_unknown(first: bytes) -> None:
    assert shown(first) is None


def test_dimensions_behind_the_first_bytes_stay_unknown() -> None:
    first = b"\xff\xd8" + JFIF + segment(0xE2, b"ICC" * 20_000) * 2 + FRAME

    assert shown(first[:BLOCK]) is None


@pytest.mark.parametrize("first", [PNG[:16] + b"\0" * 8, GIF[:6] + b"\0" * 4])
def test_a_picture_of_nothing_has_no_dimensions(first: bytes) -> None:
    assert shown(first) is None


@given(
    st.sampled_from(list(SAMPLES.values())),
    st.integers(min_value=0, max_value=64),
    st.binary(max_size=64),
)
def test_no_file_is_too_odd_to_be_looked_at(sample: bytes, kept: int, tail: bytes) -> None:
    found = identify(sample[:kept] + tail, 1_000)

    assert found is None or found.size == 1_000

"""Films that ffmpeg made, as herald and as ffprobe see them, and what a hostile film cannot do."""

import io
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import cache
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from herald.domain import media
from herald.domain.errors import FileError
from herald.domain.media import ContentType, Dimensions, File, Flaw
from herald.media import films as films_seen
from herald.media import inspect
from herald.media.reader import BLOCK, Reader
from tests import files, films
from tests.fakes.http import serving

SOUND_FRAME = (
    0.025  # seconds: what is padding at a recording's end, and what sound, only a decoder knows
)
IN_PARTS = [name for name in films.RECIPES if re.search("fragments|pipe|browser", name)]
NAMES = {"vp8": "V_VP8", "vp9": "V_VP9", "av1": "V_AV1", "opus": "A_OPUS", "vorbis": "A_VORBIS"}


def seen(
    content: bytes, *, patience: float = films_seen.WALL_CLOCK_LIMIT
) -> tuple[File, bytes | None]:
    """What herald makes of the film. Raises FileError, DiedError."""
    content_type = inspect.type_of(content[:BLOCK])
    assert content_type is not None
    return films_seen.look(
        Reader(lambda at, count: content[at : at + count], len(content)),
        content_type,
        patience=patience,
    )


@cache
def film_seen(name: str) -> tuple[File, bytes | None]:
    return seen(films.content(name))


def verdict(content: bytes) -> str:
    try:
        seen(content)
    except FileError as error:
        return error.flaw
    return "READY"


@pytest.mark.parametrize("name", films.RECIPES)
def test_a_film_is_what_ffprobe_says(name: str) -> None:
    path = films.film(name)
    said = films.judged(path)
    [pictures] = [each for each in said["streams"] if each["codec_type"] == "video"]
    in_parts = name in IN_PARTS

    file, _ = film_seen(name)

    packets = [
        (float(each["pts_time"]), float(each.get("duration_time", 0)))
        for each in said["packets"]
        if "pts_time" in each
    ]
    packets_end = max(begin + length for begin, length in packets)
    packets_begin = min(begin for begin, _ in packets)
    duration = (
        packets_end - max(0, packets_begin) if in_parts else float(said["format"]["duration"])
    )
    rate = Fraction(pictures["r_frame_rate" if in_parts else "avg_frame_rate"])
    assert file.dimensions == shown(pictures)
    assert file.duration_seconds == pytest.approx(duration, abs=SOUND_FRAME if in_parts else 0.0011)
    assert file.frame_rate == pytest.approx(float(rate), rel=0.025 if in_parts else 0.0001)
    assert file.codecs == tuple(
        codec(each) for each in said["streams"] if each["codec_type"] in {"video", "audio"}
    )


def shown(pictures: dict[str, Any]) -> Dimensions:
    """By ffprobe's words."""
    across, along = map(int, pictures.get("sample_aspect_ratio", "1:1").split(":"))
    size = round(int(pictures["width"]) * across / along), int(pictures["height"])
    sides = pictures.get("side_data_list", [])
    [turned] = [int(side["rotation"]) for side in sides if "rotation" in side] or [0]
    return Dimensions(*(size[::-1] if turned % 180 else size))


def codec(track: dict[str, str]) -> str:
    tag = track["codec_tag_string"]
    if tag.startswith("[0]"):
        return NAMES[track["codec_name"]]
    return f"{int(track['codec_tag'], 16):#06x}" if "[" in tag else tag


MIRROR = Image.Transpose.FLIP_LEFT_RIGHT
HDR = "mov hevc in HDR"


@pytest.mark.parametrize("name", [name for name in films.RECIPES if name != HDR])
def test_its_poster_is_its_first_picture_as_ffmpeg_shows_it(name: str) -> None:
    path = films.film(name)

    file, poster = film_seen(name)

    assert poster is not None
    assert file.dimensions is not None
    image = Image.open(io.BytesIO(poster))
    scale = min(1, 400 / max(file.dimensions))
    assert (image.format, image.mode, image.size) == (
        "JPEG",
        "RGB",
        tuple(round(each * scale) for each in file.dimensions),
    )
    assert image.getexif() == {}
    difference = ImageStat.Stat(
        ImageChops.difference(image, films.first_picture(path, image.size))
    ).mean
    assert max(difference) < 15, "one that is mirrored or turned differs by 40 and more"


def test_a_poster_of_hdr_has_the_colours_of_other_pictures() -> None:
    """As it stands it would be pale: who shows it takes it for sRGB."""
    _, poster = film_seen(HDR)

    assert poster is not None
    image = Image.open(io.BytesIO(poster))
    as_it_stands = films.first_picture(films.film(HDR), image.size)
    upright = ImageChops.difference(image, as_it_stands)
    mirrored = ImageChops.difference(image, as_it_stands.transpose(MIRROR))
    assert 15 < max(ImageStat.Stat(upright).mean) < max(ImageStat.Stat(mirrored).mean)


def test_a_poster_that_is_not_upright_would_be_found() -> None:
    """The judge sees the difference between a film and its mirror image."""
    picture = films.first_picture(films.film("mp4 h264"), (160, 90))

    for turn in (
        Image.Transpose.FLIP_LEFT_RIGHT,
        Image.Transpose.FLIP_TOP_BOTTOM,
        Image.Transpose.ROTATE_180,
    ):
        assert (
            max(ImageStat.Stat(ImageChops.difference(picture, picture.transpose(turn))).mean) > 40
        )


def test_a_film_of_sound_alone_is_none() -> None:
    source = ("-f", "lavfi", "-i", "sine=duration=0.2", *films.AAC)
    container = ("-f", "ipod", "-movflags", "frag_keyframe+empty_moov", "-brand", "mp42")
    sound = films.run("ffmpeg", "-v", "error", *source, *container, "pipe:1")

    assert verdict(sound) == Flaw.NO_VIDEO


def test_a_picture_that_nobody_can_decode_leaves_the_film_ready_without_a_poster() -> None:
    file, poster = seen(files.mp4())

    assert (file.dimensions, file.duration_seconds, file.frame_rate, file.codecs) == (
        files.SIZE,
        2.0,
        25.0,
        ("avc1",),
    )
    assert poster is None


def test_a_codec_that_nobody_knows_is_unreadable() -> None:
    assert verdict(films.content("mp4 h264").replace(b"avc1", b"xyz1")) == Flaw.UNREADABLE


BALLAST = 500 * media.MB


# ------------------------------------------------------------------------------------- hostile ones


@contextmanager
def another_server() -> Iterator[tuple[str, list[str]]]:
    """An address, and what was asked of it."""
    asked: list[str] = []

    def take(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        request.send_error(404)

    with serving(take) as url:
        yield f"{url}/secret", asked


def with_data_elsewhere(kind: bytes, target: str) -> bytes:
    """Return a QuickTime film whose samples lie in another file.

    Its data reference names that file: by a URL, or by a Macintosh's alias.
    """
    content = films.content("mov h264")
    at = content.index(b"dref", content.index(b"vmhd")) - 4
    length = int.from_bytes(content[at : at + 4])
    name = target.encode() + bytes(len(target) % 2)
    alias = bytes(150) + struct.pack(">hH", 2, len(name)) + name + struct.pack(">hH", -1, 0)
    said = files.box(kind, bytes(4), alias if kind == b"alis" else name + b"\0")
    return repacked(content, at, length, files.box(b"dref", bytes(4), struct.pack(">I", 1), said))


def repacked(content: bytes, at: int, length: int, new: bytes) -> bytes:
    """Return the film with `new` in place of the box there.

    Every box around it grows as much. The index lies behind the content.
    """
    changed = bytearray(content[:at] + new + content[at + length :])
    for start in (
        each.start()
        for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf")
        for each in re.finditer(kind, content)
    ):
        size = int.from_bytes(content[start - 4 : start])
        if start - 4 < at < start - 4 + size:
            changed[start - 4 : start] = (size + len(new) - length).to_bytes(4)
    return bytes(changed)


LISTS = [
    "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\n{target}\n#EXT-X-ENDLIST\n",
    "ffconcat version 1.0\nfile {target}\n",
    "[playlist]\nFile1={target}\n",
    '<?xml version="1.0"?><MPD><Period><AdaptationSet>'
    "<BaseURL>{target}</BaseURL></AdaptationSet></Period></MPD>",
]


def heads() -> dict[ContentType, bytes]:
    """What makes a file be taken for a film of that type; what follows is its own."""
    webm = films.content("webm vp8")
    return {
        ContentType.MP4: files.ftyp(),
        ContentType.QUICKTIME: files.ftyp(b"qt  "),
        ContentType.WEBM: webm[: webm.index(b"\x18\x53\x80\x67")],
        ContentType.AVI: b"RIFF\xff\0\0\0AVI ",
    }


@pytest.mark.parametrize(
    "content_type", [ContentType.MP4, ContentType.QUICKTIME, ContentType.WEBM, ContentType.AVI]
)
@pytest.mark.parametrize("text", LISTS)
def test_a_list_of_other_files_is_no_film(content_type: ContentType, text: str) -> None:
    with another_server() as (address, asked):
        content = heads()[content_type] + text.format(target=address).encode()

        assert verdict(content) in {Flaw.TRUNCATED, Flaw.MALFORMED}
        assert inspect.type_of(text.format(target=address).encode()) is None
    assert asked == []


def test_a_film_whose_content_lies_in_another_file_has_no_content(tmp_path: Path) -> None:
    """An alias is followed by who is told to; herald does not."""
    content = with_data_elsewhere(b"alis", str(films.film("mov h264")))
    film = tmp_path / "film.mov"
    film.write_bytes(content)
    asked = (
        "ffmpeg",
        "-v",
        "error",
        "-enable_drefs",
        "1",
        "-use_absolute_path",
        "1",
        "-i",
        str(film),
    )
    assert films.run(*asked, "-frames:v", "1", "-f", "rawvideo", "pipe:1"), (
        "this alias can be followed"
    )

    file, poster = seen(content)

    assert (file.dimensions, poster) == (Dimensions(320, 180), None)


def test_a_film_whose_content_lies_at_a_url_asks_nobody() -> None:
    with another_server() as (address, asked):
        file, _ = seen(with_data_elsewhere(b"url ", address))

    assert (file.dimensions, asked) == (Dimensions(320, 180), [])


def test_a_film_in_a_subtitle_of_a_film_opens_nothing() -> None:
    """AVI's GAB2 once led ffmpeg to open a playlist, and with it any file."""
    content = films.content("avi mpeg4")
    with another_server() as (address, asked):
        inner = LISTS[0].format(target=address).encode()
        subtitle = files.chunk(
            b"00tx", b"GAB2\0\2\0", bytes(4), b"\4\0", struct.pack("<I", len(inner)), inner
        )
        at = content.index(b"movi") + 4
        grown = bytearray(content[:at] + subtitle + content[at:])
        for start in (4, content.index(b"movi") - 4):
            grown[start : start + 4] = struct.pack(
                "<I", struct.unpack("<I", content[start : start + 4])[0] + len(subtitle)
            )

        assert verdict(bytes(grown)) in {"READY", *Flaw}
    assert asked == []


@pytest.mark.parametrize("told", [True, False])
def test_a_film_of_too_many_pixels_is_not_decoded(told: bool) -> None:
    """Whether its container says how large it is, or only its pictures do."""
    content = bytearray(films.content("mov of 41 million pixels"))
    if not told:
        at = content.index(b"jpeg", content.index(b"stsd")) + 28
        content[at : at + 4] = struct.pack(">HH", 160, 90)

    assert verdict(bytes(content)) == Flaw.UNREADABLE

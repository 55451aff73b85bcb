"""What a film's structure says, of which little is read."""

import re
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from herald.domain import media
from herald.domain.errors import FileError
from herald.domain.media import ContentType, Dimensions, Flaw
from herald.media import films as films_seen
from herald.media import outline
from herald.media.reader import BLOCK, MAX_BLOCKS, Reader
from tests import files, films
from tests.unit.media.test_films import BALLAST, verdict


@pytest.mark.parametrize(
    "name",
    [
        "mp4 h264",
        "mp4 h264 with its index first",
        "mov h264",
        "avi mpeg4",
        "webm vp9",
        "mov in fragments",
    ],
)
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_film_that_is_cut_is_refused(name: str, kept: float, tmp_path: Path) -> None:
    whole = films.film(name)
    content = whole.read_bytes()[: int(whole.stat().st_size * kept)]
    cut = tmp_path / whole.name
    cut.write_bytes(content)

    assert films.broken(cut)
    assert verdict(content) == Flaw.TRUNCATED


class Large:
    """A film that repeats one part between its head and its tail, and counts what is read."""

    def __init__(
        self, head: bytes, part: Callable[[int], bytes], times: int, tail: bytes = b""
    ) -> None:
        """`part` gives the one of that number; they are of one length."""
        self.head = head
        self.part = part
        self.tail = tail
        self.length = len(part(0))
        self.end = len(head) + times * self.length
        self.size = self.end + len(tail)
        self.asked, self.read = 0, 0

    def fetch(self, at: int, count: int) -> bytes:
        self.asked, self.read = self.asked + 1, self.read + count
        first = max(0, at - len(self.head)) // self.length
        last = max(0, at + count - len(self.head)) // self.length
        numbers = range(first, min(last + 1, (self.end - len(self.head)) // self.length))
        begin = len(self.head) + first * self.length
        middle = b"".join(map(self.part, numbers))
        found = self.head[at : at + count] + middle[max(0, at - begin) : max(0, at + count - begin)]
        return found + self.tail[max(0, at - self.end) : max(0, at + count - self.end)]


def parts_begin(content: bytes, content_type: ContentType = ContentType.MP4) -> int:
    found = outline.parts_begin(
        Reader(lambda at, count: content[at : at + count], len(content)), content_type
    )
    assert found is not None
    return found


@pytest.mark.parametrize("at_the_end", [False, True])
def test_of_500_mb_few_are_read(at_the_end: bool) -> None:
    content = films.content("mp4 h264 with its index first")
    index = content.index(b"mdat") - 4
    ballast = struct.pack(">I4sQ", 1, b"free", BALLAST + 16)
    content = films.content("mp4 h264") if at_the_end else content
    index = content.index(b"moov") - 4 if at_the_end else len(content)
    film = Large(
        content[:index] + ballast, lambda _: bytes(BLOCK), BALLAST // BLOCK, content[index:]
    )

    file, poster = films_seen.look(Reader(film.fetch, film.size), ContentType.MP4)

    assert (file.size, file.dimensions, file.duration_seconds) == (
        film.size,
        Dimensions(160, 90),
        1.0,
    )
    assert poster is not None
    assert film.read <= 4 * BLOCK


def numbered(fragment: bytes, seconds: float) -> Callable[[int], bytes]:
    """The fragment as the one of that number, each so long, as its times say."""
    at = [each.end() for each in re.finditer(rb"tfdt\x01\0\0\0", fragment)]
    scale = 12_288

    def part(number: int) -> bytes:
        time = round(number * seconds * scale).to_bytes(8)
        changed = fragment
        for each in at:
            changed = changed[:each] + time + changed[each + 8 :]
        return changed

    assert at
    return part


@pytest.mark.parametrize("name", ["mp4 in fragments", "mp4 in fragments, turned"])
def test_the_length_of_500_mb_in_fragments_is_read_at_their_end(name: str) -> None:
    content = films.content(name)
    begin = parts_begin(content)
    starts = [
        begin - 4 + each.start()
        for each in re.finditer(rb"moof\0\0\0.mfhd", content[begin:], re.DOTALL)
    ]
    times = BALLAST // (starts[1] - starts[0])
    film = Large(content[:begin], numbered(content[starts[0] : starts[1]], 0.25), times)

    file, poster = films_seen.look(Reader(film.fetch, film.size), ContentType.MP4)

    assert film.size > 499 * media.MB
    assert (file.duration_seconds, file.frame_rate) == (times * 0.25, 24.0)
    assert poster is not None
    assert film.read <= 60 * BLOCK
    assert film.asked <= 40


def test_the_length_of_500_mb_of_a_browser_is_read_at_their_end() -> None:
    """Its recording says neither how long it is nor where anything lies."""
    content = films.content("webm vp8 of a browser")
    begin = parts_begin(content, ContentType.WEBM)
    starts = [begin + each.start() for each in re.finditer(rb"\x1f\x43\xb6\x75", content[begin:])]
    assert len(starts) > 1
    cluster = content[starts[0] : starts[1]]
    time = cluster.index(b"\xe7") + 1
    wide = cluster[:time] + b"\x88" + bytes(8) + cluster[time + 1 + (cluster[time] & 0x0F) :]
    grown = sized(wide)
    at = grown.index(b"\xe7\x88") + 2
    film = Large(
        content[:begin],
        lambda number: grown[:at] + (number * 333).to_bytes(8) + grown[at + 8 :],
        BALLAST // len(grown),
    )

    file, poster = films_seen.look(Reader(film.fetch, film.size), ContentType.WEBM)

    assert file.duration_seconds == pytest.approx(0.333 * (BALLAST // len(grown)), abs=0.05)
    assert poster is not None
    assert film.read <= 60 * BLOCK
    assert film.asked <= 40


def sized(cluster: bytes) -> bytes:
    """With a size of eight bytes that is right."""
    width = 9 - cluster[4].bit_length()
    inside = cluster[4 + width :]
    return cluster[:4] + (1 << 56 | len(inside)).to_bytes(8) + inside


def test_a_film_whose_structure_is_everywhere_is_given_up() -> None:
    far = struct.pack(">I4s", BLOCK, b"free").ljust(BLOCK, b"\0")
    film = Large(files.ftyp(), lambda _: far, 8_000)

    with pytest.raises(FileError, match="scattered"):
        films_seen.look(Reader(film.fetch, film.size), ContentType.MP4)

    assert film.read <= MAX_BLOCKS * BLOCK

"""QuickTime films as ffmpeg writes them: a second `hdlr` in `minf`, a time code track, a phone's turned picture.

Their values are ffprobe's.
"""

from pathlib import Path

import pytest

from herald.domain.media import ContentType, Dimensions
from herald.media.inspect import measure
from herald.media.reader import BLOCK, Reader

FILMS = Path(__file__).parent / "films"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("plain", Dimensions(320, 180)), ("portrait", Dimensions(180, 320)), ("timecode", Dimensions(320, 180))],
)
def test_a_phones_own_format_is_read(name: str, shown: Dimensions) -> None:
    data = (FILMS / f"{name}.mov").read_bytes()

    film = measure(Reader(lambda at, count: data[at : at + count], len(data), data[:BLOCK]), ContentType.QUICKTIME)

    assert (film.dimensions, film.duration_seconds, film.frame_rate) == (shown, 1.0, 24.0)
    assert film.codecs == ("avc1", "mp4a")

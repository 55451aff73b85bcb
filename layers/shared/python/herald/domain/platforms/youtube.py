"""YouTube."""

from datetime import date

from herald.domain.counting import Unit
from herald.domain.limits import (
    BYTES,
    COUNT,
    GB,
    MEDIA,
    MOV,
    MP4,
    RATIO,
    REEL,
    SECONDS,
    TEXT,
    TITLE,
    VIDEO,
    WEBM,
    Source,
    Subject,
    least,
    most,
    types,
    without,
)
from herald.domain.media import ContentType
from herald.domain.platforms.facts import Capabilities, Network, free_text
from herald.domain.post_types import PostType

YOUTUBE = Source(
    "YouTube Data API v3: videos",
    "https://developers.google.com/youtube/v3/docs/videos",
    date(2026, 11, 21),
)
YOUTUBE_HELP = Source(
    "secondary: YouTube's help pages",
    "https://support.google.com/youtube/answer/71673",
    date(2026, 11, 21),
)

NETWORK = Network(
    name="YouTube",
    post_types=frozenset({PostType.VIDEO, REEL}),
    capabilities=Capabilities(threads=False, comments=True, deletion=True, imports=True),
    connect=(),
    options=(free_text(Subject.TITLE, "The title of the video.", YOUTUBE),),
    advice=(),
    rules=(
        most("youtube.description", TEXT, Unit.BYTES, 5_000, YOUTUBE),
        without("youtube.description.characters", TEXT, Unit.CHARACTERS, frozenset("<>"), YOUTUBE),
        least("youtube.title.required", TITLE, Unit.CHARACTERS, 1, YOUTUBE),
        most("youtube.title", TITLE, Unit.CHARACTERS, 100, YOUTUBE),
        without("youtube.title.characters", TITLE, Unit.CHARACTERS, frozenset("<>"), YOUTUBE),
        least("youtube.media.required", MEDIA, COUNT, 1, YOUTUBE),
        most("youtube.media.count", MEDIA, COUNT, 1, YOUTUBE),
        types("youtube", YOUTUBE, MP4, MOV, WEBM, ContentType.AVI),
        most("youtube.video.bytes", VIDEO, BYTES, 256 * GB, YOUTUBE),
        most("youtube.video.seconds.unverified", VIDEO, SECONDS, 900, YOUTUBE_HELP, warn=True),
        most("youtube.video.seconds", VIDEO, SECONDS, 43_200, YOUTUBE),
        most("youtube.shorts.seconds", VIDEO, SECONDS, 180, YOUTUBE_HELP, when=[REEL]),
        most("youtube.shorts.ratio", VIDEO, RATIO, 1, YOUTUBE_HELP, when=[REEL]),
    ),
)

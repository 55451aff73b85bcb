"""Facebook."""

from datetime import date

from herald.domain.counting import Unit
from herald.domain.limits import (
    BYTES,
    COUNT,
    GIF,
    HEIGHT,
    IMAGE,
    JPEG,
    KINDS,
    MEDIA,
    MOV,
    MP4,
    PNG,
    REEL,
    SECONDS,
    STORY,
    TEXT,
    VIDEO,
    WEBP,
    WIDTH,
    Source,
    least,
    most,
    types,
)
from herald.domain.media import MB
from herald.domain.platforms.facts import Capabilities, Network
from herald.domain.post_types import PostType

FACEBOOK = Source(
    "secondary: open-source schedulers; Meta names none",
    "https://github.com/gitroomhq/postiz-app",
    date(2026, 11, 21),
)
REELS = Source(
    "Facebook Graph API: Reels publishing",
    "https://developers.facebook.com/docs/video-api/guides/reels-publishing",
    date(2026, 11, 21),
)
PHOTOS = Source(
    "Facebook Graph API: error 1366046",
    "https://developers.facebook.com/docs/graph-api/reference/page/photos",
    date(2026, 11, 21),
)

NETWORK = Network(
    name="Facebook",
    post_types=frozenset(PostType) - {PostType.THREAD},
    capabilities=Capabilities(threads=False, comments=True, deletion=True, imports=True),
    connect=(),
    options=(),
    advice=(),
    rules=(
        most("facebook.message", TEXT, Unit.CHARACTERS, 63_206, FACEBOOK),
        most("facebook.media.kinds", MEDIA, KINDS, 1, FACEBOOK),
        most("facebook.image.count", IMAGE, COUNT, 10, FACEBOOK),
        most("facebook.video.count", VIDEO, COUNT, 1, FACEBOOK),
        most("facebook.story.count", MEDIA, COUNT, 1, REELS, when=[STORY, REEL]),
        least("facebook.story.required", MEDIA, COUNT, 1, REELS, when=[STORY]),
        least("facebook.reel.video", VIDEO, COUNT, 1, REELS, when=[REEL]),
        types("facebook", PHOTOS, JPEG, PNG, GIF, WEBP, MP4, MOV),
        most("facebook.image.bytes.recommended", IMAGE, BYTES, 4 * MB, PHOTOS, warn=True),
        most("facebook.image.bytes", IMAGE, BYTES, 10 * MB, FACEBOOK),
        least("facebook.reel.seconds.min", VIDEO, SECONDS, 3, REELS, when=[REEL]),
        most("facebook.reel.seconds", VIDEO, SECONDS, 90, REELS, when=[REEL]),
        most("facebook.story.seconds", VIDEO, SECONDS, 60, REELS, when=[STORY]),
        least("facebook.reel.width.min", VIDEO, WIDTH, 540, REELS, when=[REEL]),
        least("facebook.reel.height.min", VIDEO, HEIGHT, 960, REELS, when=[REEL]),
    ),
)

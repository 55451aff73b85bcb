"""Instagram."""

from datetime import date

from herald.domain.counting import Unit
from herald.domain.limits import (
    BYTES,
    CAROUSEL,
    COUNT,
    FEED,
    IMAGE,
    JPEG,
    MEDIA,
    MOV,
    MP4,
    RATIO,
    REEL,
    SECONDS,
    STORY,
    TEXT,
    VIDEO,
    WIDTH,
    Source,
    Subject,
    least,
    most,
    types,
)
from herald.domain.media import MB
from herald.domain.platforms.facts import Capabilities, Network
from herald.domain.post_types import PostType

INSTAGRAM = Source(
    "Instagram Graph API: content publishing",
    "https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media",
    date(2026, 11, 21),
)
SHARED_FIVE = Source(
    "Instagram's announcement of 2025-12-18",
    "https://www.socialsamosa.com/news-2/instagram-hashtags-five-per-post-10923075",
    date(2026, 11, 21),
)

NETWORK = Network(
    name="Instagram",
    post_types=frozenset(PostType) - {PostType.TEXT, PostType.THREAD},
    capabilities=Capabilities(threads=False, comments=True, deletion=False, imports=True),
    connect=(),
    options=(),
    advice=(),
    rules=(
        most("instagram.caption", TEXT, Unit.CHARACTERS, 2_200, INSTAGRAM),
        most("instagram.hashtags.recommended", Subject.HASHTAGS, COUNT, 5, SHARED_FIVE, warn=True),
        most("instagram.hashtags", Subject.HASHTAGS, COUNT, 30, INSTAGRAM),
        most("instagram.mentions", Subject.MENTIONS, COUNT, 20, INSTAGRAM),
        least("instagram.media.required", MEDIA, COUNT, 1, INSTAGRAM),
        most("instagram.media.count", MEDIA, COUNT, 10, INSTAGRAM),
        least("instagram.carousel.count", MEDIA, COUNT, 2, INSTAGRAM, when=[CAROUSEL]),
        most("instagram.story.count", MEDIA, COUNT, 1, INSTAGRAM, when=[STORY, REEL]),
        least("instagram.reel.video", VIDEO, COUNT, 1, INSTAGRAM, when=[REEL]),
        types("instagram", INSTAGRAM, JPEG, MP4, MOV),
        most("instagram.image.bytes", IMAGE, BYTES, 8 * MB, INSTAGRAM),
        least("instagram.image.ratio.min", IMAGE, RATIO, 0.8, INSTAGRAM, when=FEED),
        most("instagram.image.ratio", IMAGE, RATIO, 1.91, INSTAGRAM, when=FEED),
        least("instagram.image.width.min", IMAGE, WIDTH, 320, INSTAGRAM, warn=True),  # scaled up
        most("instagram.image.width", IMAGE, WIDTH, 1_440, INSTAGRAM, warn=True),  # scaled down
        most("instagram.video.bytes", VIDEO, BYTES, 300 * MB, INSTAGRAM, when=FEED | {REEL}),
        most("instagram.story.bytes", VIDEO, BYTES, 100 * MB, INSTAGRAM, when=[STORY]),
        least("instagram.video.seconds.min", VIDEO, SECONDS, 3, INSTAGRAM),
        most("instagram.video.seconds", VIDEO, SECONDS, 900, INSTAGRAM, when=FEED | {REEL}),
        most("instagram.story.seconds", VIDEO, SECONDS, 60, INSTAGRAM, when=[STORY]),
        most("instagram.video.width", VIDEO, WIDTH, 1_920, INSTAGRAM),
        least("instagram.video.ratio.min", VIDEO, RATIO, 0.01, INSTAGRAM),
        most("instagram.video.ratio", VIDEO, RATIO, 10, INSTAGRAM),
    ),
)

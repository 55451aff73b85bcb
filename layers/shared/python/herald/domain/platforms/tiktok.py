"""TikTok."""

from datetime import date

from herald.domain.counting import Unit
from herald.domain.limits import (
    BYTES,
    COUNT,
    FEED,
    GB,
    HEIGHT,
    IMAGE,
    JPEG,
    KINDS,
    MEDIA,
    MOV,
    MP4,
    SECONDS,
    TEXT,
    TITLE,
    VIDEO,
    WEBM,
    WEBP,
    WIDTH,
    Source,
    Subject,
    least,
    most,
    types,
)
from herald.domain.media import MB
from herald.domain.platforms.facts import Capabilities, Network, free_text
from herald.domain.post_types import PostType

TIKTOK = Source(
    "TikTok Content Posting API",
    "https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide",
    date(2026, 11, 21),
)

NETWORK = Network(
    name="TikTok",
    post_types=FEED - {PostType.TEXT, PostType.THREAD},
    capabilities=Capabilities(threads=False, comments=False, deletion=False, imports=True),
    connect=(),
    options=(free_text(Subject.TITLE, "The title of a post of pictures.", TIKTOK),),
    advice=(),
    rules=(
        most("tiktok.title", TEXT, Unit.UTF16_UNITS, 2_200, TIKTOK, unless=IMAGE),
        most("tiktok.description", TEXT, Unit.UTF16_UNITS, 4_000, TIKTOK, having=IMAGE),
        most("tiktok.photo_title", TITLE, Unit.UTF16_UNITS, 90, TIKTOK, having=IMAGE),
        least("tiktok.media.required", MEDIA, COUNT, 1, TIKTOK),
        most("tiktok.media.kinds", MEDIA, KINDS, 1, TIKTOK),
        most("tiktok.image.count", IMAGE, COUNT, 35, TIKTOK),
        most("tiktok.video.count", VIDEO, COUNT, 1, TIKTOK),
        types("tiktok", TIKTOK, JPEG, WEBP, MP4, MOV, WEBM),
        most("tiktok.image.bytes", IMAGE, BYTES, 20 * MB, TIKTOK),
        most("tiktok.video.bytes", VIDEO, BYTES, 4 * GB, TIKTOK),
        least("tiktok.video.width.min", VIDEO, WIDTH, 360, TIKTOK),
        most("tiktok.video.width", VIDEO, WIDTH, 4_096, TIKTOK),
        least("tiktok.video.height.min", VIDEO, HEIGHT, 360, TIKTOK),
        most("tiktok.video.height", VIDEO, HEIGHT, 4_096, TIKTOK),
        least("tiktok.video.seconds.min", VIDEO, SECONDS, 3, TIKTOK),
        most("tiktok.video.seconds", VIDEO, SECONDS, 600, TIKTOK, key="max_video_seconds"),
    ),
)

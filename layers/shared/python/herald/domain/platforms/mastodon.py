"""Mastodon."""

from datetime import date

from herald.domain.counting import Unit
from herald.domain.limits import (
    BYTES,
    COUNT,
    FEED,
    GIF,
    IMAGE,
    JPEG,
    KINDS,
    MEDIA,
    MOV,
    MP4,
    PIXELS,
    PNG,
    TEXT,
    VIDEO,
    WEBM,
    WEBP,
    Source,
    most,
    types,
)
from herald.domain.platforms.facts import Capabilities, Network

MASTODON = Source(
    "Mastodon 4: instance configuration, defaults",
    "https://docs.joinmastodon.org/entities/Instance/",
    date(2026, 11, 21),
)

NETWORK = Network(
    name="Mastodon",
    post_types=FEED,
    capabilities=Capabilities(threads=True, comments=True, deletion=True, imports=True),
    advice=(),
    rules=(
        most("mastodon.text", TEXT, Unit.GRAPHEMES_URL_23, 500, MASTODON, key="max_text"),
        most("mastodon.media.kinds", MEDIA, KINDS, 1, MASTODON),
        most("mastodon.media.count", MEDIA, COUNT, 4, MASTODON, key="max_media"),
        most("mastodon.video.count", VIDEO, COUNT, 1, MASTODON),
        types("mastodon", MASTODON, JPEG, PNG, GIF, WEBP, MP4, MOV, WEBM),
        most("mastodon.image.bytes", IMAGE, BYTES, 16_777_216, MASTODON, key="max_image_bytes"),
        most("mastodon.image.pixels", IMAGE, PIXELS, 33_177_600, MASTODON, key="max_image_pixels"),
        most("mastodon.video.bytes", VIDEO, BYTES, 103_809_024, MASTODON, key="max_video_bytes"),
        most("mastodon.video.pixels", VIDEO, PIXELS, 8_294_400, MASTODON, key="max_video_pixels"),
    ),
)

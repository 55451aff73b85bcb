"""Threads."""

from datetime import date

from herald.domain.counting import Unit
from herald.domain.limits import (
    BYTES,
    CAROUSEL,
    COUNT,
    FEED,
    GB,
    IMAGE,
    JPEG,
    MEDIA,
    MOV,
    MP4,
    PNG,
    RATIO,
    SECONDS,
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

THREADS = Source(
    "Threads API: posts",
    "https://developers.facebook.com/docs/threads/posts",
    date(2026, 11, 21),
)

NETWORK = Network(
    name="Threads",
    post_types=FEED,
    capabilities=Capabilities(threads=True, comments=True, deletion=True, imports=True),
    connect=(),
    options=(),
    advice=(),
    rules=(
        most("threads.text", TEXT, Unit.EMOJI_AS_BYTES, 500, THREADS),
        most("threads.hashtags", Subject.HASHTAGS, COUNT, 1, THREADS, warn=True),
        most("threads.media.count", MEDIA, COUNT, 20, THREADS),
        least("threads.carousel.count", MEDIA, COUNT, 2, THREADS, when=[CAROUSEL]),
        types("threads", THREADS, JPEG, PNG, MP4, MOV),
        most("threads.image.bytes", IMAGE, BYTES, 8 * MB, THREADS),
        least("threads.image.width.min", IMAGE, WIDTH, 320, THREADS, warn=True),  # scaled up
        most("threads.image.width", IMAGE, WIDTH, 1_440, THREADS, warn=True),  # scaled down
        most("threads.image.ratio", IMAGE, RATIO, 10, THREADS),
        most("threads.video.bytes", VIDEO, BYTES, GB, THREADS),
        most("threads.video.seconds", VIDEO, SECONDS, 300, THREADS),
    ),
)

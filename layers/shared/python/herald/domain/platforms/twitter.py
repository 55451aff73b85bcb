"""X, which is `twitter` on the wire."""

from datetime import date

from herald.domain.counting import Unit
from herald.domain.limits import (
    BYTES,
    COUNT,
    FEED,
    GIF,
    HEIGHT,
    IMAGE,
    JPEG,
    KINDS,
    MEDIA,
    MOV,
    MP4,
    PNG,
    RATIO,
    SECONDS,
    TEXT,
    VIDEO,
    WEBP,
    WIDTH,
    Source,
    Subject,
    least,
    most,
    types,
)
from herald.domain.media import MB
from herald.domain.platforms.facts import Advice, Capabilities, Network

X_TEXT = Source(
    "twitter-text configuration v3",
    "https://github.com/twitter/twitter-text/blob/master/config/v3.json",
    date(2026, 11, 21),
)
X_MEDIA = Source(
    "X API: media best practices",
    "https://docs.x.com/x-api/media/quickstart/best-practices",
    date(2026, 11, 21),
)
X_RULES = Source(
    "X API: create post, self-serve tiers",
    "https://docs.x.com/x-api/posts/create-post",
    date(2026, 11, 21),
)

NETWORK = Network(
    name="Twitter",
    post_types=FEED,
    capabilities=Capabilities(threads=True, comments=True, deletion=True, imports=True),
    connect=(),
    options=(),
    advice=(
        Advice(
            code="NO_HASHTAGS",
            message="Posts with hashtags typically get more reach on Twitter",
            missing=Subject.HASHTAGS,
        ),
    ),
    rules=(
        most("twitter.text", TEXT, Unit.WEIGHTED, 280, X_TEXT, key="max_text"),
        most("twitter.cashtags", Subject.CASHTAGS, COUNT, 1, X_RULES),
        most("twitter.media.kinds", MEDIA, KINDS, 1, X_MEDIA),
        most("twitter.image.count", IMAGE, COUNT, 4, X_MEDIA),
        most("twitter.gif.count", Subject.GIF, COUNT, 1, X_MEDIA),
        most("twitter.video.count", VIDEO, COUNT, 1, X_MEDIA),
        types("twitter", X_MEDIA, JPEG, PNG, WEBP, GIF, MP4, MOV),
        most("twitter.image.bytes", IMAGE, BYTES, 5 * MB, X_MEDIA),
        most("twitter.gif.bytes", Subject.GIF, BYTES, 15 * MB, X_MEDIA),
        most("twitter.gif.width", Subject.GIF, WIDTH, 1_280, X_MEDIA),
        most("twitter.gif.height", Subject.GIF, HEIGHT, 1_080, X_MEDIA),
        most("twitter.video.bytes", VIDEO, BYTES, 512 * MB, X_MEDIA, key="max_video_bytes"),
        least("twitter.video.seconds.min", VIDEO, SECONDS, 0.5, X_MEDIA),
        most("twitter.video.seconds", VIDEO, SECONDS, 140, X_MEDIA, key="max_video_seconds"),
        least("twitter.video.width.min", VIDEO, WIDTH, 32, X_MEDIA),
        least("twitter.video.height.min", VIDEO, HEIGHT, 32, X_MEDIA),
        # In practice, X takes larger videos and scales them.
        most("twitter.video.width", VIDEO, WIDTH, 1_280, X_MEDIA, warn=True),
        most("twitter.video.height", VIDEO, HEIGHT, 1_280, X_MEDIA, warn=True),
        least("twitter.video.ratio.min", VIDEO, RATIO, 1 / 3, X_MEDIA),
        most("twitter.video.ratio", VIDEO, RATIO, 3, X_MEDIA),
    ),
)

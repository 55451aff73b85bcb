"""LinkedIn."""

from datetime import date

from herald.domain.counting import Unit
from herald.domain.limits import (
    BYTES,
    CAROUSEL,
    COUNT,
    FEED,
    GIF,
    IMAGE,
    JPEG,
    KINDS,
    MEDIA,
    MP4,
    PDF,
    PIXELS,
    PNG,
    RATIO,
    SECONDS,
    TEXT,
    VIDEO,
    Source,
    Subject,
    least,
    most,
    types,
)
from herald.domain.media import MB
from herald.domain.platforms.facts import Capabilities, Network
from herald.domain.post_types import PostType

LINKEDIN = Source(
    "LinkedIn Posts, Images, Videos and Documents API",
    "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api",
    date(2026, 11, 21),
)
LINKEDIN_TEXT = Source(
    "secondary: LinkedIn names no number",
    "https://github.com/bundleglobal/bundlesocial-docs",
    date(2026, 11, 21),
)

NETWORK = Network(
    name="LinkedIn",
    post_types=FEED - {PostType.THREAD},
    capabilities=Capabilities(threads=False, comments=True, deletion=True, imports=False),
    connect=(),
    options=(),
    advice=(),
    rules=(
        most("linkedin.commentary", TEXT, Unit.CHARACTERS, 3_000, LINKEDIN_TEXT),
        most("linkedin.media.kinds", MEDIA, KINDS, 1, LINKEDIN),
        most("linkedin.image.count", IMAGE, COUNT, 20, LINKEDIN),
        most("linkedin.video.count", VIDEO, COUNT, 1, LINKEDIN),
        most("linkedin.document.count", Subject.DOCUMENT, COUNT, 1, LINKEDIN),
        least("linkedin.carousel.count", MEDIA, COUNT, 2, LINKEDIN, when=[CAROUSEL]),
        types("linkedin", LINKEDIN, JPEG, PNG, GIF, MP4, PDF),
        most("linkedin.image.pixels", IMAGE, PIXELS, 36_152_319, LINKEDIN),
        least("linkedin.video.bytes.min", VIDEO, BYTES, 75 * 1024, LINKEDIN),
        most("linkedin.video.bytes", VIDEO, BYTES, 500 * MB, LINKEDIN),
        least("linkedin.video.seconds.min", VIDEO, SECONDS, 3, LINKEDIN),
        most("linkedin.video.seconds", VIDEO, SECONDS, 1_800, LINKEDIN),
        least("linkedin.video.ratio.min", VIDEO, RATIO, 1 / 2.4, LINKEDIN),
        most("linkedin.video.ratio", VIDEO, RATIO, 2.4, LINKEDIN),
        most("linkedin.document.bytes", Subject.DOCUMENT, BYTES, 100 * MB, LINKEDIN),
    ),
)

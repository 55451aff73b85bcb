"""Pinterest."""

from datetime import date

from herald.domain.counting import Unit
from herald.domain.limits import (
    BYTES,
    CAROUSEL,
    COUNT,
    FEED,
    GB,
    GIF,
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
    TITLE,
    VIDEO,
    WEBP,
    Source,
    Subject,
    least,
    most,
    types,
)
from herald.domain.media import MB
from herald.domain.platforms.facts import Capabilities, Network, free_text
from herald.domain.post_types import PostType

PINTEREST = Source(
    "Pinterest OpenAPI 5.23.0",
    "https://github.com/pinterest/api-description",
    date(2026, 11, 21),
)
PINTEREST_MEDIA = Source(
    "secondary: open-source schedulers",
    "https://github.com/bundleglobal/bundlesocial-docs",
    date(2026, 11, 21),
)

NETWORK = Network(
    name="Pinterest",
    post_types=FEED - {PostType.TEXT, PostType.THREAD},
    capabilities=Capabilities(threads=False, comments=False, deletion=True, imports=True),
    connect=(),
    options=(
        free_text(Subject.TITLE, "The title of the pin.", PINTEREST),
        free_text(Subject.BOARD, "The board that it goes to.", PINTEREST),
    ),
    advice=(),
    rules=(
        most("pinterest.description", TEXT, Unit.CHARACTERS, 800, PINTEREST),
        most("pinterest.title", TITLE, Unit.CHARACTERS, 100, PINTEREST),
        least("pinterest.board", Subject.BOARD, Unit.CHARACTERS, 1, PINTEREST),
        least("pinterest.media.required", MEDIA, COUNT, 1, PINTEREST),
        most("pinterest.media.kinds", MEDIA, KINDS, 1, PINTEREST),
        most("pinterest.image.count", IMAGE, COUNT, 5, PINTEREST),
        most("pinterest.video.count", VIDEO, COUNT, 1, PINTEREST),
        least("pinterest.carousel.count", MEDIA, COUNT, 2, PINTEREST, when=[CAROUSEL]),
        types("pinterest", PINTEREST, JPEG, PNG, GIF, WEBP, MP4, MOV),
        most("pinterest.image.bytes", IMAGE, BYTES, 20 * MB, PINTEREST_MEDIA),
        most("pinterest.video.bytes", VIDEO, BYTES, 2 * GB, PINTEREST_MEDIA),
        least("pinterest.video.seconds.min", VIDEO, SECONDS, 4, PINTEREST_MEDIA),
        most("pinterest.video.seconds", VIDEO, SECONDS, 900, PINTEREST_MEDIA),
        least("pinterest.video.ratio.min", VIDEO, RATIO, 0.5, PINTEREST_MEDIA),
        most("pinterest.video.ratio", VIDEO, RATIO, 1.91, PINTEREST_MEDIA),
    ),
)

"""What a row of the limits says: its unit, its weight, where it was read and when.

The rows themselves are in `platforms`.

A row without a note was read in the vendor's own text; `secondary` says that the vendor names none and other tools agree on one.
Where sources disagree, the stricter one warns and the wider one refuses.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from herald.domain.counting import Unit
from herald.domain.media import MB, ContentType
from herald.domain.post_types import PostType

GB = 1024 * MB


class Subject(StrEnum):
    """What a rule is about. An image, GIF, video or document is each one of a post; media are all of them."""

    TEXT = "text"
    HASHTAGS = "hashtags"
    MENTIONS = "mentions"
    CASHTAGS = "cashtags"
    TITLE = "title"
    BOARD = "board_id"
    MEDIA = "media"
    IMAGE = "image"
    GIF = "gif"
    VIDEO = "video"
    DOCUMENT = "document"


class Measure(StrEnum):
    """How media are measured, and what is counted rather than long."""

    COUNT = "count"
    KINDS = "kinds"
    CONTENT_TYPE = "content_type"
    BYTES = "bytes"
    WIDTH = "width"
    HEIGHT = "height"
    PIXELS = "pixels"
    RATIO = "ratio"
    SECONDS = "seconds"


class Bound(StrEnum):
    MOST = "most"
    LEAST = "least"
    AMONG = "among"
    WITHOUT = "without"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


MEDIA_KINDS = frozenset({Subject.IMAGE, Subject.GIF, Subject.VIDEO, Subject.DOCUMENT})
FEED = frozenset(PostType) - {PostType.STORY, PostType.REEL}


class Source(NamedTuple):
    """Where a fact stands, and when it was read there. A `url` is missing where the fact is our own."""

    name: str
    url: str | None
    verified: date


class Rule(NamedTuple):
    """One limit. It holds for the post types in `when`, all when empty, and with media of the kind `having`, if one is named.

    `key` names the limit of an account that takes this one's place.
    """

    id: str
    subject: Subject
    unit: Unit | Measure
    bound: Bound
    value: float | frozenset[str]
    severity: Severity
    source: str
    url: str | None
    verified: date
    key: str | None = None
    when: frozenset[PostType] = frozenset()
    having: Subject | None = None
    unless: Subject | None = None

    @property
    def number(self) -> float:
        """The value of a rule that bounds. Raises TypeError for one that lists."""
        if isinstance(self.value, frozenset):
            raise TypeError(f"{self.id} is a list")
        return self.value


def rule(
    name: str,
    subject: Subject,
    unit: Unit | Measure,
    value: float | frozenset[str],
    source: Source,
    *,
    bound: Bound,
    key: str | None = None,
    when: Iterable[PostType] = (),
    having: Subject | None = None,
    unless: Subject | None = None,
    warn: bool = False,
    verified: date | None = None,
) -> Rule:
    """A row. It was `verified` with its source, unless it was read again alone."""
    return Rule(
        id=name,
        subject=subject,
        unit=unit,
        bound=bound,
        value=value,
        severity=Severity.WARNING if warn else Severity.ERROR,
        source=source.name,
        url=source.url,
        verified=verified or source.verified,
        key=key,
        when=frozenset(when),
        having=having,
        unless=unless,
    )


most, least, among, without = (partial(rule, bound=bound) for bound in Bound)


def types(platform: str, source: Source, *accepted: ContentType) -> Rule:
    return among(
        f"{platform}.media.types", MEDIA, Measure.CONTENT_TYPE, frozenset(accepted), source
    )


JPEG, PNG, GIF, WEBP = ContentType.JPEG, ContentType.PNG, ContentType.GIF, ContentType.WEBP
MP4, MOV, WEBM, PDF = ContentType.MP4, ContentType.QUICKTIME, ContentType.WEBM, ContentType.PDF
CAROUSEL, STORY, REEL = PostType.CAROUSEL, PostType.STORY, PostType.REEL
TEXT, TITLE, MEDIA, IMAGE, VIDEO = (
    Subject.TEXT,
    Subject.TITLE,
    Subject.MEDIA,
    Subject.IMAGE,
    Subject.VIDEO,
)
COUNT, KINDS, BYTES, WIDTH, HEIGHT = (
    Measure.COUNT,
    Measure.KINDS,
    Measure.BYTES,
    Measure.WIDTH,
    Measure.HEIGHT,
)
PIXELS, RATIO, SECONDS = Measure.PIXELS, Measure.RATIO, Measure.SECONDS

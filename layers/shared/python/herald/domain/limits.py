"""Rules: each limit with its unit, its severity, and where and when it was read.

The rules of each network are in `platforms`.

A rule without a note was read in the vendor's own text. `secondary` says that the vendor names no
number and other tools agree on one. Where sources disagree, the stricter number warns and the wider
one refuses.
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
    """The subject of a rule.

    An image, GIF, video or document is a single one of a post's. Media are all of them.
    """

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
    """The measures of media, and of anything that is counted."""

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
    """The place of a fact, and the day when it was read. A fact of herald's own has no `url`."""

    name: str
    url: str | None
    verified: date


class Rule(NamedTuple):
    """One limit.

    It holds for the post types in `when`, or for all when that is empty. If `having` is set, it
    holds only with media of that kind; if `unless` is set, only without media of that kind. `key`
    names the limit of an account that takes this one's place.
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
        """The value of a rule that is a number. Raises TypeError when it is a list."""
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
    """Return a rule. It was `verified` with its source, unless it was read again by itself."""
    return Rule(
        id=name,
        subject=subject,
        unit=unit,
        bound=bound,
        value=value,
        severity=Severity.WARNING if warn else Severity.ERROR,
        source=source.name,
        url=source.url,
        verified=source.verified if verified is None else verified,
        key=key,
        when=frozenset(when),
        having=having,
        unless=unless,
    )


most = partial(rule, bound=Bound.MOST)
least = partial(rule, bound=Bound.LEAST)
among = partial(rule, bound=Bound.AMONG)
without = partial(rule, bound=Bound.WITHOUT)


def types(platform: str, source: Source, *accepted: ContentType) -> Rule:
    """Return the rule that names the content types that a network accepts."""
    name = f"{platform}.media.types"
    return among(name, MEDIA, Measure.CONTENT_TYPE, frozenset(accepted), source)


JPEG = ContentType.JPEG
PNG = ContentType.PNG
GIF = ContentType.GIF
WEBP = ContentType.WEBP
MP4 = ContentType.MP4
MOV = ContentType.QUICKTIME
WEBM = ContentType.WEBM
PDF = ContentType.PDF

CAROUSEL = PostType.CAROUSEL
STORY = PostType.STORY
REEL = PostType.REEL

TEXT = Subject.TEXT
TITLE = Subject.TITLE
MEDIA = Subject.MEDIA
IMAGE = Subject.IMAGE
VIDEO = Subject.VIDEO

COUNT = Measure.COUNT
KINDS = Measure.KINDS
BYTES = Measure.BYTES
WIDTH = Measure.WIDTH
HEIGHT = Measure.HEIGHT
PIXELS = Measure.PIXELS
RATIO = Measure.RATIO
SECONDS = Measure.SECONDS

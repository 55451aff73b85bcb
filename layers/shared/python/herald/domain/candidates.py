"""Candidates: what would go out to one network, and how it is measured there."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from herald.domain.accounts import Platform
from herald.domain.counting import CASHTAG, COUNT, HANDLE, HASHTAG, Unit
from herald.domain.errors import Path
from herald.domain.limits import Measure, Rule, Subject
from herald.domain.media import Media, MediaStatus
from herald.domain.platforms.facts import Network
from herald.domain.post_types import PostType

OPTION_SUBJECTS = frozenset({Subject.TITLE, Subject.BOARD})
MARKS = {Subject.HASHTAGS: HASHTAG, Subject.MENTIONS: HANDLE, Subject.CASHTAGS: CASHTAG}
NO_OPTIONS: Mapping[str, object] = {}


class Attachment(NamedTuple):
    """A media id as it was named at `path`, with its record, if there is one."""

    id: str
    path: Path
    media: Media | None

    @property
    def ready(self) -> Media | None:
        return self.media if self.media and self.media.status is MediaStatus.READY else None


class Candidate(NamedTuple):
    """What would go out to one network. `path` and `media_path` say where text and media were named; `options` are the
    platform's own.

    `thread` holds what follows.
    """

    text: str
    path: Path = ("content",)
    post_type: PostType = PostType.TEXT
    media: Sequence[Attachment] = ()
    media_path: Path = ("media",)
    options: Mapping[str, object] = NO_OPTIONS
    thread: "Sequence[Candidate]" = ()
    first_comment: str | None = None


def kinds_of(network: Network, candidate: Candidate) -> list[Subject]:
    return [network.kind(each.media.content_type) for each in candidate.media if each.media]


def measured(
    network: Network, rule: Rule, candidate: Candidate, platform: Platform
) -> Iterator[tuple[Path, float]]:
    """The path and the size of whatever the rule bounds."""
    if rule.subject in MARKS:
        yield candidate.path, len(re.findall(MARKS[rule.subject], candidate.text))
    elif rule.subject is Subject.TEXT:
        yield candidate.path, COUNT[Unit(rule.unit)](counted(network, candidate))
    elif rule.subject in OPTION_SUBJECTS:
        yield (
            option_path(platform, rule.subject),
            COUNT[Unit(rule.unit)](option(candidate, rule.subject)),
        )
    elif rule.unit is Measure.KINDS:
        yield candidate.media_path, len(set(kinds_of(network, candidate)))
    elif rule.unit is Measure.COUNT:
        kinds = kinds_of(network, candidate)
        yield (
            candidate.media_path,
            len(candidate.media) if rule.subject is Subject.MEDIA else kinds.count(rule.subject),
        )
    else:
        for each, media in of_kind(network, rule.subject, candidate):
            if (size := size_of(media, Measure(rule.unit))) is not None:
                yield each.path, size


def counted(network: Network, candidate: Candidate) -> str:
    """The text with the options that take of its room."""
    beside = [candidate.options.get(option.name) for option in network.options if option.counts]
    return "".join([*(text for text in beside if isinstance(text, str)), candidate.text])


def of_kind(
    network: Network, subject: Subject, candidate: Candidate
) -> Iterator[tuple[Attachment, Media]]:
    """The files of that kind which have arrived."""
    for each in candidate.media:
        if each.ready and network.kind(each.ready.content_type) is subject:
            yield each, each.ready


def size_of(media: Media, unit: Measure) -> float | None:
    """None when it is not known."""
    if unit is Measure.BYTES:
        return media.size_bytes
    if unit is Measure.SECONDS:
        return media.duration_seconds
    if media.dimensions is None:
        return None
    width, height = media.dimensions
    return {
        Measure.WIDTH: width,
        Measure.HEIGHT: height,
        Measure.PIXELS: width * height,
        Measure.RATIO: width / max(height, 1),
    }[unit]


def option(candidate: Candidate, subject: Subject) -> str:
    value = candidate.options.get(subject)
    return value.strip() if isinstance(value, str) else ""


def option_path(platform: Platform, subject: Subject) -> Path:
    return "overrides", platform, subject

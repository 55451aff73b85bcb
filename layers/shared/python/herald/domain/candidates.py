"""Candidates: what would go out to one network, and how it is measured there."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from herald.domain.accounts import Platform
from herald.domain.counting import CASHTAG, COUNT, HANDLE, HASHTAG, Unit
from herald.domain.errors import Path
from herald.domain.limits import Bound, Measure, Rule, Subject
from herald.domain.media import Media, MediaStatus
from herald.domain.platforms.facts import Network
from herald.domain.post_types import PostType

OPTION_SUBJECTS = frozenset({Subject.TITLE, Subject.BOARD})
MARKS = {Subject.HASHTAGS: HASHTAG, Subject.MENTIONS: HANDLE, Subject.CASHTAGS: CASHTAG}
DIMENSIONS = frozenset({Measure.WIDTH, Measure.HEIGHT, Measure.PIXELS, Measure.RATIO})
NO_OPTIONS: Mapping[str, object] = {}


class Attachment(NamedTuple):
    """A media id that was named at `path`, with its record, if there is one."""

    id: str
    path: Path
    media: Media | None

    @property
    def ready(self) -> Media | None:
        """The record of a file that is ready, or None."""
        return self.media if self.media and self.media.status is MediaStatus.READY else None


class Candidate(NamedTuple):
    """A post or a part as it would go out to one network.

    `path` and `media_path` say where its text and its media were named. `options` are the
    platform's own. `thread` holds the parts that follow.
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
    """Return the kind of each file that has a record."""
    return [
        network.kind(attachment.media.content_type)
        for attachment in candidate.media
        if attachment.media
    ]


def measured(
    network: Network, rule: Rule, candidate: Candidate, platform: Platform
) -> Iterator[tuple[Path, float]]:
    """Measure everything that the rule bounds: its path and its size."""
    if rule.subject in MARKS:
        marks = re.findall(MARKS[rule.subject], candidate.text)
        yield candidate.path, len(marks)
    elif rule.subject is Subject.TEXT:
        count = COUNT[Unit(rule.unit)]
        yield candidate.path, count(counted(network, candidate))
    elif rule.subject in OPTION_SUBJECTS:
        count = COUNT[Unit(rule.unit)]
        yield option_path(platform, rule.subject), count(option(candidate, rule.subject))
    elif rule.unit is Measure.KINDS:
        kinds = kinds_of(network, candidate)
        yield candidate.media_path, len(set(kinds))
    elif rule.unit is Measure.COUNT and rule.subject is Subject.MEDIA:
        yield candidate.media_path, len(candidate.media)
    elif rule.unit is Measure.COUNT:
        kinds = kinds_of(network, candidate)
        yield candidate.media_path, kinds.count(rule.subject)
    else:
        for attachment, media in of_kind(network, rule.subject, candidate):
            size = size_of(media, Measure(rule.unit))
            if size is not None:
                yield attachment.path, size


def counted(network: Network, candidate: Candidate) -> str:
    """Return the text together with the options that take some of its room."""
    values = [candidate.options.get(option.name) for option in network.options if option.counts]
    texts = [value for value in values if isinstance(value, str)]
    return "".join([*texts, candidate.text])


def of_kind(
    network: Network, subject: Subject, candidate: Candidate
) -> Iterator[tuple[Attachment, Media]]:
    """Find the files of that kind that are ready."""
    for attachment in candidate.media:
        media = attachment.ready
        if media and network.kind(media.content_type) is subject:
            yield attachment, media


def size_of(media: Media, unit: Measure) -> float | None:
    """Return the file's size in that unit, or None when it is not known."""
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


def unmeasured(media: Media, network: Network) -> list[str]:
    """Return what the network's rules need to know of the file, and nobody measured."""
    kind = network.kind(media.content_type)
    units = {rule.unit for rule in network.rules if rule.subject is kind}
    unknown = []
    if Measure.BYTES in units and media.size_bytes is None:
        unknown.append("size")
    if units & DIMENSIONS and media.dimensions is None:
        unknown.append("dimensions")
    if Measure.SECONDS in units and media.duration_seconds is None:
        unknown.append("duration")
    return unknown


def wrong(rule: Rule, candidate: Candidate, platform: Platform) -> Iterator[tuple[Path, str]]:
    """Find the values that are not in the rule's list, or that are and must not be.

    Each comes with its path.
    """
    assert isinstance(rule.value, frozenset)
    if rule.bound is Bound.AMONG:
        for attachment in candidate.media:
            media = attachment.ready
            if media and media.content_type not in rule.value:
                yield attachment.path, media.content_type
        return
    if rule.subject is Subject.TEXT:
        path = candidate.path
        text = candidate.text
    else:
        path = option_path(platform, rule.subject)
        text = option(candidate, rule.subject)
    forbidden = rule.value & set(text)
    if forbidden:
        yield path, "".join(sorted(forbidden))


def option(candidate: Candidate, subject: Subject) -> str:
    """Return an option's text without the space around it; it is empty when there is none."""
    value = candidate.options.get(subject)
    return value.strip() if isinstance(value, str) else ""


def option_path(platform: Platform, subject: Subject) -> Path:
    return "overrides", platform, subject

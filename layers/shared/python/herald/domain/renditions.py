"""Renditions: which files a network takes as they are, and the bounds of a picture made anew."""

from collections.abc import Iterator, Mapping
from dataclasses import fields

from herald.domain import rules
from herald.domain.accounts import Platform
from herald.domain.candidates import Attachment, Candidate
from herald.domain.errors import MediaError, Problem
from herald.domain.limits import MEDIA_KINDS, Measure, Rule, Severity, Subject
from herald.domain.media import Dimensions, Media
from herald.domain.platforms import NETWORKS
from herald.domain.rules import STILLS
from herald.domain.values import frozen

OF_FILES = MEDIA_KINDS | {Subject.MEDIA}
OF_ONE = frozenset(Measure) - {Measure.COUNT, Measure.KINDS}
RATIO_INVALID = "ASPECT_RATIO_INVALID"


@frozen
class Bounds:
    """The most that a network takes of a picture, in bytes and pixels. None is no bound."""

    bytes: int | None = None
    width: int | None = None
    height: int | None = None
    pixels: int | None = None

    @property
    def name(self) -> str:
        """A name that is the same for the same bounds, whichever network they are of."""
        parts = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None:
                parts.append(f"{field.name}{value}")
        return "-".join(parts) if parts else "any"

    def scale(self, shown: Dimensions) -> float:
        """Return the factor by which both sides are to be multiplied; it is never above 1."""
        factors: list[float] = [1]
        if self.pixels:
            factors.append((self.pixels / (shown.width * shown.height)) ** 0.5)
        if self.width:
            factors.append(self.width / shown.width)
        if self.height:
            factors.append(self.height / shown.height)
        return min(factors)

    def allows(self, size: int) -> bool:
        return self.bytes is None or size <= self.bytes


def bounds(platform: Platform, limits: Mapping[str, int]) -> Bounds:
    """Return a network's bounds, with those that it only recommends.

    `limits` are the account's own.
    """
    return Bounds(
        bytes=lowest_limit(platform, Measure.BYTES, limits),
        width=lowest_limit(platform, Measure.WIDTH, limits),
        height=lowest_limit(platform, Measure.HEIGHT, limits),
        pixels=lowest_limit(platform, Measure.PIXELS, limits),
    )


def lowest_limit(platform: Platform, unit: Measure, limits: Mapping[str, int]) -> int | None:
    """Return the lowest of a network's limits in this unit, if it has one."""
    lowest = None
    for rule in NETWORKS[platform].rules:
        if rules.smaller_keeps(rule) and rule.unit is unit:
            limit = int(rules.limit_of(rule, limits))
            lowest = limit if lowest is None else min(lowest, limit)
    return lowest


def goes_as_it_is(media: Media, platform: Platform, limits: Mapping[str, int]) -> bool:
    """Return whether the file goes out as it is, or is a picture to be made anew.

    Raises MediaError for a broken limit that another picture would not mend.
    """
    broken = list(broken_limits(media, platform, limits))
    for rule, problem in broken:
        if rule.severity is Severity.ERROR and not rules.mends(rule, media.content_type):
            code = problem.code if problem.code == RATIO_INVALID else None
            raise MediaError(problem.message, code=code)
    return not (media.content_type in STILLS and broken)


def broken_limits(
    media: Media, platform: Platform, limits: Mapping[str, int]
) -> Iterator[tuple[Rule, Problem]]:
    """Find the limits that the file does not keep.

    Of the limits that are only recommended, these are the ones that a smaller picture keeps.
    """
    attachment = Attachment(id=media.id, path=("media",), media=media)
    candidate = Candidate(text="", media=[attachment])
    for rule in NETWORKS[platform].rules:
        of_this_file = rule.subject in OF_FILES and rule.unit in OF_ONE
        if of_this_file and (rule.severity is Severity.ERROR or rules.smaller_keeps(rule)):
            for problem in rules.broken(platform, rule, candidate, limits):
                yield rule, problem

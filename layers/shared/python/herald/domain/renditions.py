"""Renditions: which files a network takes as they are, and the bounds within which a picture is made anew."""

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

SIDES = (Measure.WIDTH, Measure.HEIGHT, Measure.PIXELS)
OF_FILES = MEDIA_KINDS | {Subject.MEDIA}
OF_ONE = frozenset(Measure) - {Measure.COUNT, Measure.KINDS}
RATIO_INVALID = "ASPECT_RATIO_INVALID"


@frozen
class Bounds:
    """The most that a network takes of a picture, in bytes and pixels; None where it takes any."""

    bytes: int | None = None
    width: int | None = None
    height: int | None = None
    pixels: int | None = None

    @property
    def name(self) -> str:
        """The same for the same bounds, whichever network's they are."""
        values = ((each.name, getattr(self, each.name)) for each in fields(self))
        return "-".join(f"{name}{value}" for name, value in values if value is not None) or "any"

    def scale(self, shown: Dimensions) -> float:
        """What both sides are to be multiplied with; never above 1."""
        by_area = (self.pixels / (shown.width * shown.height)) ** 0.5 if self.pixels else 1
        by_side = (
            (self.width or shown.width) / shown.width,
            (self.height or shown.height) / shown.height,
        )
        return min(1, by_area, *by_side)

    def allows(self, size: int) -> bool:
        return self.bytes is None or size <= self.bytes


def bounds(platform: Platform, limits: Mapping[str, int]) -> Bounds:
    """A network's, those that it only recommends included; `limits` are the account's own."""
    return Bounds(
        **{str(unit): lower_bound(platform, unit, limits) for unit in (Measure.BYTES, *SIDES)}
    )


def lower_bound(platform: Platform, unit: Measure, limits: Mapping[str, int]) -> int | None:
    bounding = (
        each for each in NETWORKS[platform].rules if rules.smaller_keeps(each) and each.unit is unit
    )
    return min((int(limits.get(each.key or "", each.number)) for each in bounding), default=None)


def goes_as_it_is(media: Media, platform: Platform, limits: Mapping[str, int]) -> bool:
    """Whether the file keeps every limit; if not, it is a picture to be made anew.

    Raises MediaError for what that would not mend.
    """
    found = list(broken_limits(media, platform, limits))
    for rule, problem in found:
        if rule.severity is Severity.ERROR and not rules.mends(rule, media.content_type):
            raise MediaError(
                problem.message, code=problem.code if problem.code == RATIO_INVALID else None
            )
    return not (media.content_type in STILLS and found)


def broken_limits(
    media: Media, platform: Platform, limits: Mapping[str, int]
) -> Iterator[tuple[Rule, Problem]]:
    """The limits that the file does not keep; of those that are only recommended, what a smaller picture keeps."""
    candidate = Candidate(text="", media=[Attachment(id=media.id, path=("media",), media=media)])
    for rule in NETWORKS[platform].rules:
        if (
            rule.subject in OF_FILES
            and rule.unit in OF_ONE
            and (rule.severity is Severity.ERROR or rules.smaller_keeps(rule))
        ):
            yield from (
                (rule, problem) for problem in rules.broken(platform, rule, candidate, limits)
            )

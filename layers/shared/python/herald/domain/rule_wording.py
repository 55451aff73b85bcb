"""Rule wording: a broken rule as a problem, with a code for machines and words for people."""

from collections.abc import Mapping
from typing import NamedTuple

from herald.domain.accounts import Platform
from herald.domain.candidates import MARKS, OPTION_SUBJECTS
from herald.domain.counting import Unit
from herald.domain.errors import Path, Phrase, Problem
from herald.domain.limits import Bound, Measure, Rule, Severity, Subject
from herald.domain.platforms import NETWORKS

UNIT_WORDS = {
    Unit.CHARACTERS: "characters",
    Unit.UTF16_UNITS: "UTF-16 units",
    Unit.BYTES: "bytes",
    Unit.GRAPHEMES: "characters",
    Unit.GRAPHEMES_URL_23: "characters, a link counts 23",
    Unit.WEIGHTED: "characters",
    Unit.EMOJI_AS_BYTES: "characters, an emoji counts its bytes",
    Measure.WIDTH: "pixels wide",
    Measure.HEIGHT: "pixels high",
    Measure.PIXELS: "pixels",
    Measure.RATIO: "to 1",
    Measure.SECONDS: "seconds",
    Measure.BYTES: "bytes",
}
# Code and remediation, for each unit and bound of a file.
DIMENSIONS_INVALID = ("DIMENSIONS_INVALID", "Scale it.")
MEDIA_CODES: Mapping[tuple[Measure, Bound], tuple[str, str]] = {
    (Measure.KINDS, Bound.MOST): ("MEDIA_MIXED", "Keep the files of one kind."),
    (Measure.COUNT, Bound.MOST): ("TOO_MANY_MEDIA", "Remove some."),
    (Measure.COUNT, Bound.LEAST): (
        "MEDIA_REQUIRED",
        Phrase("Upload a file and name it in {media}."),
    ),
    (Measure.BYTES, Bound.MOST): ("MEDIA_TOO_LARGE", "Compress it, or use another file."),
    (Measure.BYTES, Bound.LEAST): ("MEDIA_TOO_SMALL", "Use another file."),
    (Measure.RATIO, Bound.MOST): ("ASPECT_RATIO_INVALID", "Crop it."),
    (Measure.RATIO, Bound.LEAST): ("ASPECT_RATIO_INVALID", "Crop it."),
    (Measure.SECONDS, Bound.MOST): ("DURATION_INVALID", "Cut it."),
    (Measure.SECONDS, Bound.LEAST): ("DURATION_INVALID", "Use a longer one."),
}


class Wording(NamedTuple):
    """A problem's code, and what is said about it."""

    code: str
    message: str
    remediation: str


def bounded(platform: Platform, rule: Rule, place: Path, actual: float, limit: float) -> Problem:
    """Return the problem with a size that is beyond a limit."""
    wording = words(rule, NETWORKS[platform].name, actual, limit)
    most = rule.bound is Bound.MOST
    return Problem(
        path=place,
        code=wording.code,
        rule=rule.id,
        platform=platform,
        max_length=whole(limit) if most else None,
        actual_length=whole(actual) if most else None,
        message=wording.message,
        remediation=wording.remediation,
    )


def whole(number: float) -> int | None:
    """Return the number as an int, or None when it has a fraction."""
    return int(number) if number == int(number) else None


def words(rule: Rule, network: str, actual: float, limit: float) -> Wording:
    """Say that a size is beyond the limit of a rule."""
    if rule.subject is Subject.TEXT:
        return text_words(rule, network, limit)
    if rule.subject in MARKS:
        return mark_words(rule, network, actual, limit)
    if rule.subject in OPTION_SUBJECTS:
        return optional_words(rule, network, limit)
    return media_words(rule, network, actual, limit)


def text_words(rule: Rule, network: str, limit: float) -> Wording:
    unit = UNIT_WORDS.get(rule.unit, "")
    return Wording(
        code="CONTENT_TOO_LONG",
        message=f"Content exceeds maximum length for {network} ({limit:.0f} {unit})",
        remediation=Phrase(f"Shorten it, or give {network} a text of its own in {{overrides}}."),
    )


def mark_words(rule: Rule, network: str, actual: float, limit: float) -> Wording:
    verb = "recommends" if rule.severity is Severity.WARNING else "takes"
    return Wording(
        code=f"TOO_MANY_{rule.subject.upper()}",
        message=f"{network} {verb} at most {limit:.0f} {rule.subject}; there are {actual:.0f}.",
        remediation="Remove some.",
    )


def optional_words(rule: Rule, network: str, limit: float) -> Wording:
    option = "title" if rule.subject is Subject.TITLE else "board"
    if rule.bound is Bound.LEAST:
        return Wording(
            code=f"{option.upper()}_REQUIRED",
            message=f"{network} needs a {option}.",
            remediation=Phrase(f"Name it as {{{rule.subject}}} in {{overrides}}."),
        )
    unit = UNIT_WORDS.get(rule.unit, "")
    return Wording(
        code=f"{option.upper()}_TOO_LONG",
        message=f"The {option} exceeds the maximum length for {network} ({limit:.0f} {unit})",
        remediation="Shorten it.",
    )


def media_words(rule: Rule, network: str, actual: float, limit: float) -> Wording:
    assert isinstance(rule.unit, Measure)
    code, remediation = MEDIA_CODES.get((rule.unit, rule.bound), DIMENSIONS_INVALID)
    bound = "at most" if rule.bound is Bound.MOST else "at least"
    if rule.unit is Measure.KINDS:
        message = f"{network} does not mix images, videos and other files in one post."
    elif rule.unit is Measure.COUNT:
        files = "media" if rule.subject is Subject.MEDIA else f"{rule.subject}s"
        message = f"{network} needs {bound} {limit:.0f} {files} here; there are {actual:.0f}."
    else:
        file = with_article(rule.subject)
        unit = UNIT_WORDS.get(rule.unit, "")
        wanted = f"{network} wants {file} of {bound} {limit:g} {unit}"
        message = f"{wanted}; this one has {actual:g}."
    return Wording(code, message, remediation)


def listed(platform: Platform, rule: Rule, place: Path, actual: str) -> Problem:
    """Return the problem with a value that is not in a list, or is in the wrong one."""
    network = NETWORKS[platform].name
    assert isinstance(rule.value, frozenset)
    if rule.bound is Bound.WITHOUT:
        code = "CHARACTERS_NOT_ALLOWED"
        message = f"{network} does not take these characters: {actual}"
        remediation = "Remove them."
    else:
        code = "MEDIA_TYPE_UNSUPPORTED"
        message = f"{network} does not take {actual}."
        types = ", ".join(sorted(rule.value))
        remediation = f"Use one of {types}." if types else "Post the text alone."
    return Problem(
        path=place,
        code=code,
        rule=rule.id,
        platform=platform,
        message=message,
        remediation=remediation,
    )


def with_article(subject: Subject) -> str:
    return f"an {subject}" if subject is Subject.IMAGE else f"a {subject}"

"""The wording of rules: the problem with what breaks one, in words for people and a code for machines."""

from collections.abc import Mapping

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


def bounded(platform: Platform, rule: Rule, place: Path, actual: float, limit: float) -> Problem:
    """The problem with what is beyond a limit."""
    code, message, remediation = words(rule, NETWORKS[platform].name, actual, limit)
    most = rule.bound is Bound.MOST
    return Problem(
        path=place,
        code=code,
        rule=rule.id,
        platform=platform,
        max_length=whole(limit) if most else None,
        actual_length=whole(actual) if most else None,
        message=message,
        remediation=remediation,
    )


def whole(number: float) -> int | None:
    return int(number) if number == int(number) else None


def words(rule: Rule, network: str, actual: float, limit: float) -> tuple[str, str, str]:
    """Code, message and remediation."""
    unit = UNIT_WORDS.get(rule.unit, "")
    if rule.subject is Subject.TEXT:
        message = f"Content exceeds maximum length for {network} ({limit:.0f} {unit})"
        remediation = f"Shorten it, or give {network} a text of its own in {{overrides}}."
        return "CONTENT_TOO_LONG", message, Phrase(remediation)
    if rule.subject in MARKS:
        least = "recommends" if rule.severity is Severity.WARNING else "takes"
        message = f"{network} {least} at most {limit:.0f} {rule.subject}; there are {actual:.0f}."
        return f"TOO_MANY_{rule.subject.upper()}", message, "Remove some."
    if rule.subject in OPTION_SUBJECTS:
        return optional_words(rule, network, limit, unit)
    assert isinstance(rule.unit, Measure)
    code, remediation = MEDIA_CODES.get((rule.unit, rule.bound), DIMENSIONS_INVALID)
    bound = "at most" if rule.bound is Bound.MOST else "at least"
    if rule.unit is Measure.KINDS:
        return (
            code,
            f"{network} does not mix images, videos and other files in one post.",
            remediation,
        )
    if rule.unit is Measure.COUNT:
        kind = "media" if rule.subject is Subject.MEDIA else f"{rule.subject}s"
        return (
            code,
            f"{network} needs {bound} {limit:.0f} {kind} here; there are {actual:.0f}.",
            remediation,
        )
    return (
        code,
        f"{network} wants {with_article(rule.subject)} of {bound} {limit:g} {unit}; this one has {actual:g}.",
        remediation,
    )


def optional_words(rule: Rule, network: str, limit: float, unit: str) -> tuple[str, str, str]:
    what = "title" if rule.subject is Subject.TITLE else "board"
    if rule.bound is Bound.LEAST:
        remediation = f"Name it as {{{rule.subject}}} in {{overrides}}."
        return f"{what.upper()}_REQUIRED", f"{network} needs a {what}.", Phrase(remediation)
    return (
        f"{what.upper()}_TOO_LONG",
        f"The {what} exceeds the maximum length for {network} ({limit:.0f} {unit})",
        "Shorten it.",
    )


def listed(platform: Platform, rule: Rule, place: Path, actual: str) -> Problem:
    """The problem with a value that is not in a list, or is in the wrong one."""
    network = NETWORKS[platform].name
    assert isinstance(rule.value, frozenset)
    if rule.bound is Bound.AMONG:
        code, message = "MEDIA_TYPE_UNSUPPORTED", f"{network} does not take {actual}."
        remediation = (
            f"Use one of {', '.join(sorted(rule.value))}." if rule.value else "Post the text alone."
        )
    else:
        code, message = (
            "CHARACTERS_NOT_ALLOWED",
            f"{network} does not take these characters: {actual}",
        )
        remediation = "Remove them."
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

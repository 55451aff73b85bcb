"""The one checker over what each network accepts: validate, create and publish ask it. The limits are in `platforms`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from herald.domain.accounts import Platform
from herald.domain.candidates import (
    MARKS,
    OPTION_SUBJECTS,
    Candidate,
    kinds_of,
    measured,
    option,
    option_path,
)
from herald.domain.errors import Path, Phrase, Problem
from herald.domain.limits import Bound, Measure, Rule, Severity, Subject
from herald.domain.media import ContentType
from herald.domain.platforms import NETWORKS
from herald.domain.post_types import PostType
from herald.domain.rule_wording import bounded, listed

TEXTUAL = frozenset({Subject.TEXT, Subject.HASHTAGS, Subject.MENTIONS, Subject.CASHTAGS})
SHAPES = frozenset(
    {PostType.STORY, PostType.REEL, PostType.CAROUSEL}
)  # the rest follows from the media
STILLS = frozenset({ContentType.JPEG, ContentType.PNG, ContentType.WEBP})
SHRINKING = frozenset({Measure.BYTES, Measure.WIDTH, Measure.HEIGHT, Measure.PIXELS})
DIMENSIONS = frozenset({Measure.WIDTH, Measure.HEIGHT, Measure.PIXELS, Measure.RATIO})
ROUNDING = {Measure.RATIO: 0.005}  # 1200 x 628 is 1.91:1 to everybody
UNLIMITED: Mapping[str, int] = {}


class Verdict(NamedTuple):
    """What a network refuses, and what is only worth knowing."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def valid(self) -> bool:
        return not self.errors


def name(platform: Platform) -> str:
    """What people call it."""
    return NETWORKS[platform].name


def check_candidate(
    platform: Platform, candidate: Candidate, *, limits: Mapping[str, int] = UNLIMITED
) -> Verdict:
    """Everything this platform has against that post. `limits` are an account's own, by the keys of the rules."""
    network = NETWORKS[platform]
    found = [each for rule in network.rules for each in judged(platform, rule, candidate, limits)]
    errors = [problem for severity, problem in found if severity is Severity.ERROR]
    warnings = [problem for severity, problem in found if severity is Severity.WARNING]
    parts = follow_up_problems(platform, candidate, limits)
    return Verdict(
        errors=(
            *empty(platform, candidate),
            *shape(platform, candidate),
            *unusable(platform, candidate),
            *errors,
            *parts,
        ),
        warnings=(
            *warnings,
            *unjudged(platform, candidate),
            *left_out(platform, candidate),
            *advice(platform, candidate),
        ),
    )


def check_text(
    platform: Platform,
    text: str,
    *,
    path: Path = ("content",),
    limits: Mapping[str, int] = UNLIMITED,
) -> list[Problem]:
    """Everything this platform refuses in a text that goes out without media; empty when it takes it."""
    return problems_about(platform, Candidate(text=text, path=path), TEXTUAL, limits)


def check_part(
    platform: Platform, part: Candidate, *, limits: Mapping[str, int] = UNLIMITED
) -> list[Problem]:
    """Everything this platform refuses in one part, its text and its files; its options are the post's."""
    return [
        *problems_about(platform, part, frozenset(Subject) - OPTION_SUBJECTS, limits),
        *unusable(platform, part),
    ]


def problems_about(
    platform: Platform,
    candidate: Candidate,
    subjects: frozenset[Subject],
    limits: Mapping[str, int],
) -> list[Problem]:
    """By the rules about these subjects."""
    if found := list(empty(platform, candidate)):
        return found
    mine = [rule for rule in NETWORKS[platform].rules if rule.subject in subjects]
    weighed = (each for rule in mine for each in judged(platform, rule, candidate, limits))
    return [problem for severity, problem in weighed if severity is Severity.ERROR]


def judged(
    platform: Platform, rule: Rule, candidate: Candidate, limits: Mapping[str, int]
) -> Iterator[tuple[Severity, Problem]]:
    """That rule's problems, each with its weight: what publishing mends by itself is only worth knowing."""
    for problem in broken(platform, rule, candidate, limits):
        media = next((each.ready for each in candidate.media if each.path == problem.path), None)
        if media and mends(rule, media.content_type):
            yield (
                Severity.WARNING,
                replace(
                    problem,
                    remediation=f"Nothing to do: {name(platform)} is sent a JPEG that fits.",
                ),
            )
        else:
            yield rule.severity, problem


def mends(rule: Rule, content_type: ContentType) -> bool:
    """Whether another JPEG of such a file keeps the rule."""
    if content_type not in STILLS:
        return False
    if rule.unit is Measure.CONTENT_TYPE:
        return isinstance(rule.value, frozenset) and ContentType.JPEG in rule.value
    return smaller_keeps(rule)


def smaller_keeps(rule: Rule) -> bool:
    """Whether a picture that is only made smaller keeps the rule."""
    return rule.subject is Subject.IMAGE and rule.bound is Bound.MOST and rule.unit in SHRINKING


def broken(
    platform: Platform, rule: Rule, candidate: Candidate, limits: Mapping[str, int]
) -> Iterator[Problem]:
    """That rule's problems."""
    network = NETWORKS[platform]
    kinds = kinds_of(network, candidate)
    if (
        (rule.when and candidate.post_type not in rule.when)
        or (rule.having and rule.having not in kinds)
        or (rule.unless and rule.unless in kinds)
    ):
        return
    if rule.bound in {Bound.AMONG, Bound.WITHOUT}:
        yield from (
            listed(platform, rule, place, actual)
            for place, actual in wrong(rule, candidate, platform)
        )
        return
    limit = limits.get(rule.key or "", rule.number)
    for place, actual in measured(network, rule, candidate, platform):
        if beyond(rule, actual, limit):
            yield bounded(platform, rule, place, actual, limit)


def beyond(rule: Rule, actual: float, limit: float) -> bool:
    slack = ROUNDING.get(rule.unit, 0) if isinstance(rule.unit, Measure) else 0
    return actual > limit + slack if rule.bound is Bound.MOST else actual < limit - slack


def wrong(rule: Rule, candidate: Candidate, platform: Platform) -> Iterator[tuple[Path, str]]:
    """The path and the value of whatever is not in the rule's list, or is and must not be."""
    assert isinstance(rule.value, frozenset)
    if rule.bound is Bound.AMONG:
        taken = rule.value
        yield from (
            (each.path, each.ready.content_type)
            for each in candidate.media
            if each.ready and each.ready.content_type not in taken
        )
        return
    textual = rule.subject is Subject.TEXT
    text = candidate.text if textual else option(candidate, rule.subject)
    if found := "".join(sorted(rule.value & set(text))):
        yield candidate.path if textual else option_path(platform, rule.subject), found


def empty(platform: Platform, candidate: Candidate) -> Iterator[Problem]:
    if not candidate.text.strip() and not candidate.media:
        yield Problem(
            path=candidate.path,
            code="CONTENT_EMPTY",
            rule="text.required",
            platform=platform,
            message="There is no text to post.",
            remediation="Write something, or attach media.",
        )


def shape(platform: Platform, candidate: Candidate) -> Iterator[Problem]:
    """A story, reel or carousel where there is none."""
    network = NETWORKS[platform]
    if candidate.post_type in SHAPES - network.post_types:
        yield Problem(
            path=("content_type",),
            code="CONTENT_TYPE_UNSUPPORTED",
            rule=f"{platform}.content_type",
            platform=platform,
            message=f"{network.name} has no {candidate.post_type}.",
            remediation=f"Use one of {', '.join(sorted(network.post_types))}.",
        )


def follow_up_problems(
    platform: Platform, candidate: Candidate, limits: Mapping[str, int]
) -> Iterator[Problem]:
    """What follows, each a post of its own: the further parts of a thread, and a comment where it is an answer."""
    if NETWORKS[platform].capabilities.threads:
        for part in candidate.thread:
            yield from check_part(platform, part, limits=limits)
        if candidate.first_comment is not None:
            comment = Candidate(
                text=candidate.first_comment, path=("first_comment",), options=candidate.options
            )
            yield from problems_about(platform, comment, TEXTUAL, limits)


def left_out(platform: Platform, candidate: Candidate) -> Iterator[Problem]:
    """What this network will not get, because it has no such thing."""
    if candidate.thread and not NETWORKS[platform].capabilities.threads:
        yield Problem(
            path=("thread",),
            code="THREAD_UNSUPPORTED",
            rule="thread.supported",
            platform=platform,
            message=f"{name(platform)} has no threads: only the content is posted there.",
            remediation=Phrase(f"Give {name(platform)} a text of its own in {{overrides}}."),
        )
    if candidate.first_comment is not None and not NETWORKS[platform].capabilities.comments:
        yield Problem(
            path=("first_comment",),
            code="FIRST_COMMENT_UNSUPPORTED",
            rule="first_comment.supported",
            platform=platform,
            message=f"{name(platform)} takes no comments from us: the first comment is skipped there.",
            remediation="Say it in the content.",
        )


def unusable(platform: Platform, candidate: Candidate) -> Iterator[Problem]:
    """Media that are unknown, not there yet, or turned out to be wrong."""
    for each in candidate.media:
        if each.media is None:
            yield Problem(
                path=each.path,
                code="MEDIA_NOT_FOUND",
                rule="media.exists",
                platform=platform,
                message=f"There is no media {each.id}.",
                remediation="Upload the file first.",
            )
        elif not each.ready:
            yield Problem(
                path=each.path,
                code="MEDIA_NOT_READY",
                rule="media.ready",
                platform=platform,
                message=f"The media {each.id} is {each.media.status}.",
                remediation="Wait until it is READY; upload another file if it FAILED.",
            )
        elif flaw := each.media.flaw:
            yield Problem(
                path=each.path,
                code="MEDIA_REJECTED",
                rule="media.sound",
                platform=platform,
                message=flaw.message,
                remediation="Use another file.",
            )


def unjudged(platform: Platform, candidate: Candidate) -> Iterator[Problem]:
    """What nobody measured cannot be judged, and is not held against a file."""
    network = NETWORKS[platform]
    for each in candidate.media:
        if media := each.ready:
            units = {
                rule.unit
                for rule in network.rules
                if rule.subject is network.kind(media.content_type)
            }
            unknown = ["size"] if Measure.BYTES in units and media.size_bytes is None else []
            unknown += ["dimensions"] if units & DIMENSIONS and media.dimensions is None else []
            unknown += (
                ["duration"] if Measure.SECONDS in units and media.duration_seconds is None else []
            )
            if unknown:
                yield Problem(
                    path=each.path,
                    code="MEDIA_NOT_MEASURED",
                    platform=platform,
                    message=f"The {' and '.join(unknown)} of {each.id} could not be checked for {network.name}.",
                    remediation=Phrase(
                        f"Compare with {network.name}'s limits: {{list_platforms}}."
                    ),
                )


def advice(platform: Platform, candidate: Candidate) -> Iterator[Problem]:
    """Source: the integration lifecycle guide, step 4; no more than it says."""
    for hint in NETWORKS[platform].advice:
        if not re.search(MARKS[hint.missing], candidate.text):
            yield Problem(path=(), code=hint.code, message=hint.message)


def union(verdicts: Iterable[Verdict]) -> Verdict:
    """One platform's verdicts on several accounts, each problem once."""
    all_of = list(verdicts)
    return Verdict(
        errors=tuple(dict.fromkeys(problem for each in all_of for problem in each.errors)),
        warnings=tuple(dict.fromkeys(problem for each in all_of for problem in each.warnings)),
    )

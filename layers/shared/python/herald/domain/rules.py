"""Rules: the one checker of what each network accepts. Validate, create and publish use it.

The limits are in `platforms`.
"""

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
    unmeasured,
    wrong,
)
from herald.domain.errors import Path, Phrase, Problem
from herald.domain.limits import Bound, Measure, Rule, Severity, Subject
from herald.domain.media import ContentType, Media
from herald.domain.platforms import NETWORKS
from herald.domain.platforms.facts import Network
from herald.domain.post_types import PostType
from herald.domain.rule_wording import bounded, listed

TEXTUAL = frozenset({Subject.TEXT, Subject.HASHTAGS, Subject.MENTIONS, Subject.CASHTAGS})
# Other types follow from the media.
SHAPES = frozenset({PostType.STORY, PostType.REEL, PostType.CAROUSEL})
STILLS = frozenset({ContentType.JPEG, ContentType.PNG, ContentType.WEBP})
SHRINKING = frozenset({Measure.BYTES, Measure.WIDTH, Measure.HEIGHT, Measure.PIXELS})
ROUNDING = {Measure.RATIO: 0.005}  # 1200 x 628 is 1.91:1 to everybody
UNLIMITED: Mapping[str, int] = {}


class Verdict(NamedTuple):
    """The problems that a network refuses a post for, and those that are only worth knowing."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def valid(self) -> bool:
        return not self.errors


def name(platform: Platform) -> str:
    """Return the name that people use for the platform."""
    return NETWORKS[platform].name


def check_candidate(
    platform: Platform, candidate: Candidate, *, limits: Mapping[str, int] = UNLIMITED
) -> Verdict:
    """Return everything that this platform has against the post.

    `limits` are an account's own, by the keys of the rules.
    """
    errors: list[Problem] = []
    warnings: list[Problem] = []
    for rule in NETWORKS[platform].rules:
        for severity, problem in judged(platform, rule, candidate, limits):
            if severity is Severity.ERROR:
                errors.append(problem)
            else:
                warnings.append(problem)
    return Verdict(
        errors=(
            *empty(platform, candidate),
            *shape(platform, candidate),
            *unusable(platform, candidate),
            *errors,
            *follow_up_problems(platform, candidate, limits),
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
    """Return everything that this platform refuses in a text that goes out without media."""
    return problems_about(platform, Candidate(text=text, path=path), TEXTUAL, limits)


def check_part(
    platform: Platform, part: Candidate, *, limits: Mapping[str, int] = UNLIMITED
) -> list[Problem]:
    """Return everything that this platform refuses in one part: in its text and its files.

    Its options are not checked, because they are the post's.
    """
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
    """Return what this platform refuses by its rules about these subjects."""
    problems = list(empty(platform, candidate))
    if problems:
        return problems
    for rule in NETWORKS[platform].rules:
        if rule.subject in subjects:
            for severity, problem in judged(platform, rule, candidate, limits):
                if severity is Severity.ERROR:
                    problems.append(problem)
    return problems


def judged(
    platform: Platform, rule: Rule, candidate: Candidate, limits: Mapping[str, int]
) -> Iterator[tuple[Severity, Problem]]:
    """Find that rule's problems, each with its severity.

    A problem that publishing mends by itself is a warning.
    """
    mended = f"Nothing to do: {name(platform)} is sent a JPEG that fits."
    for problem in broken(platform, rule, candidate, limits):
        media = media_at(problem.path, candidate)
        if media and mends(rule, media.content_type):
            yield Severity.WARNING, replace(problem, remediation=mended)
        else:
            yield rule.severity, problem


def media_at(path: Path, candidate: Candidate) -> Media | None:
    """Return the file that was named at that path, if it is ready."""
    for attachment in candidate.media:
        if attachment.path == path:
            return attachment.ready
    return None


def mends(rule: Rule, content_type: ContentType) -> bool:
    """Return whether a JPEG made of such a file keeps the rule."""
    if content_type not in STILLS:
        return False
    if rule.unit is Measure.CONTENT_TYPE:
        return isinstance(rule.value, frozenset) and ContentType.JPEG in rule.value
    return smaller_keeps(rule)


def smaller_keeps(rule: Rule) -> bool:
    """Return whether a picture that is only made smaller keeps the rule."""
    return rule.subject is Subject.IMAGE and rule.bound is Bound.MOST and rule.unit in SHRINKING


def broken(
    platform: Platform, rule: Rule, candidate: Candidate, limits: Mapping[str, int]
) -> Iterator[Problem]:
    """Find that rule's problems."""
    network = NETWORKS[platform]
    if not applies(rule, candidate, network):
        return
    if rule.bound in {Bound.AMONG, Bound.WITHOUT}:
        for place, value in wrong(rule, candidate, platform):
            yield listed(platform, rule, place, value)
        return
    limit = limit_of(rule, limits)
    for place, size in measured(network, rule, candidate, platform):
        if beyond(rule, size, limit):
            yield bounded(platform, rule, place, size, limit)


def applies(rule: Rule, candidate: Candidate, network: Network) -> bool:
    """Return whether the rule is for posts of this type and with these kinds of media."""
    kinds = kinds_of(network, candidate)
    if rule.when and candidate.post_type not in rule.when:
        return False
    if rule.having and rule.having not in kinds:
        return False
    return not (rule.unless and rule.unless in kinds)


def limit_of(rule: Rule, limits: Mapping[str, int]) -> float:
    """Return the account's own limit, or the rule's where the account has none."""
    return limits.get(rule.key, rule.number) if rule.key else rule.number


def beyond(rule: Rule, actual: float, limit: float) -> bool:
    """Return whether the size breaks the limit by more than people round."""
    slack = ROUNDING.get(rule.unit, 0) if isinstance(rule.unit, Measure) else 0
    return actual > limit + slack if rule.bound is Bound.MOST else actual < limit - slack


def empty(platform: Platform, candidate: Candidate) -> Iterator[Problem]:
    """Find whether there is neither text nor media."""
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
    """Find a story, reel or carousel that the network does not have."""
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
    """Find the problems of the posts that follow the first, where the network has threads.

    These are the further parts of a thread, and the first comment, which is an answer there.
    """
    if NETWORKS[platform].capabilities.threads:
        for part in candidate.thread:
            yield from check_part(platform, part, limits=limits)
        if candidate.first_comment is not None:
            comment = Candidate(
                text=candidate.first_comment, path=("first_comment",), options=candidate.options
            )
            yield from problems_about(platform, comment, TEXTUAL, limits)


def left_out(platform: Platform, candidate: Candidate) -> Iterator[Problem]:
    """Warn of a thread or a comment that this network does not have and will not get."""
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
            message=(
                f"{name(platform)} takes no comments from us: the first comment is skipped there."
            ),
            remediation="Say it in the content.",
        )


def unusable(platform: Platform, candidate: Candidate) -> Iterator[Problem]:
    """Find the media that are unknown, not there yet, or turned out to be wrong."""
    for attachment in candidate.media:
        if attachment.media is None:
            yield Problem(
                path=attachment.path,
                code="MEDIA_NOT_FOUND",
                rule="media.exists",
                platform=platform,
                message=f"There is no media {attachment.id}.",
                remediation="Upload the file first.",
            )
        elif not attachment.ready:
            yield Problem(
                path=attachment.path,
                code="MEDIA_NOT_READY",
                rule="media.ready",
                platform=platform,
                message=f"The media {attachment.id} is {attachment.media.status}.",
                remediation="Wait until it is READY; upload another file if it FAILED.",
            )
        elif flaw := attachment.media.flaw:
            yield Problem(
                path=attachment.path,
                code="MEDIA_REJECTED",
                rule="media.sound",
                platform=platform,
                message=flaw.message,
                remediation="Use another file.",
            )


def unjudged(platform: Platform, candidate: Candidate) -> Iterator[Problem]:
    """Warn of files that nobody measured. They cannot be judged, and that is no error."""
    network = NETWORKS[platform]
    for attachment in candidate.media:
        unknown = unmeasured(attachment.ready, network) if attachment.ready else []
        if unknown:
            words = " and ".join(unknown)
            yield Problem(
                path=attachment.path,
                code="MEDIA_NOT_MEASURED",
                platform=platform,
                message=f"The {words} of {attachment.id} could not be checked for {network.name}.",
                remediation=Phrase(f"Compare with {network.name}'s limits: {{list_platforms}}."),
            )


def advice(platform: Platform, candidate: Candidate) -> Iterator[Problem]:
    """Give the advice of the integration lifecycle guide, step 4, and no more than it says."""
    for hint in NETWORKS[platform].advice:
        if not re.search(MARKS[hint.missing], candidate.text):
            yield Problem(path=(), code=hint.code, message=hint.message)


def union(verdicts: Iterable[Verdict]) -> Verdict:
    """Return one platform's verdicts on several accounts as one, with each problem once."""
    errors: dict[Problem, None] = {}
    warnings: dict[Problem, None] = {}
    for verdict in verdicts:
        errors |= dict.fromkeys(verdict.errors)
        warnings |= dict.fromkeys(verdict.warnings)
    return Verdict(errors=tuple(errors), warnings=tuple(warnings))

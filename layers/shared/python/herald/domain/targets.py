"""Targets: one account's share of a post, and what follows its publication."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from herald.domain import backoff
from herald.domain.accounts import Platform
from herald.domain.errors import Phrase, PublishError
from herald.domain.outcomes import Published
from herald.domain.platforms import NETWORKS
from herald.domain.values import frozen

UNDECIDED = "OUTCOME_UNKNOWN"


class TargetStatus(StrEnum):
    PENDING = "pending"
    PUBLISHING = "publishing"
    PROCESSING = "processing"
    RETRYING = "retrying"
    UNKNOWN = "unknown"
    PUBLISHED = "published"
    FAILED = "failed"
    UNPUBLISHED = "unpublished"
    SKIPPED = "skipped"


FINAL = frozenset(
    {TargetStatus.PUBLISHED, TargetStatus.FAILED, TargetStatus.UNPUBLISHED, TargetStatus.SKIPPED}
)


class Kind(StrEnum):
    """What a target is to do: publish, or what follows a publication."""

    POST = "post"
    COMMENT = "comment"
    DELETION = "deletion"


class Stage(StrEnum):
    """How far a target's publishing got; saved before and after each step. From COMMITTING on it may be live."""

    PREPARED = "prepared"
    COMMITTING = "committing"
    ACCEPTED = "accepted"


@frozen
class Failure:
    """Why a target is not live. `remediation` is a Phrase, or was one before it was stored.

    `retry_at`: when a person's retry may succeed, if the network said.
    """

    code: str
    message: str
    category: str
    retryable: bool
    remediation: str
    retry_at: datetime | None = None

    @classmethod
    def of(cls, error: PublishError) -> "Failure":
        return cls(
            code=error.target_code,
            message=error.message,
            category=error.category,
            retryable=error.retryable,
            remediation=error.remediation,
        )


@frozen
class Checkpoint:
    """Where to resume. `handle` holds what the network knows this publication by, chosen or received before commit."""

    stage: Stage
    handle: Mapping[str, str]


@frozen
class Target:
    """One account that a post goes out to. `edition` counts the words that it was ever to publish.

    `parts` are those of its thread that are live, in order; a post that is no thread has one. `attempts`, `checkpoint` and
    all that follows are of the next part; `doubtful` says that one of its attempts may be live. A comment or a deletion is a
    target of its own that follows the one it names in `of`.
    """

    id: str
    kind: Kind = Kind.POST
    of: str | None = None
    edition: int = 0
    account_id: str
    platform: Platform
    account_name: str
    status: TargetStatus = TargetStatus.PENDING
    attempts: int = 0
    fence: int = 0
    due: datetime | None = None
    checkpoint: Checkpoint | None = None
    failure: Failure | None = None
    unknown_since: datetime | None = None
    find_attempts: int = 0
    preparing_since: datetime | None = None
    doubtful: bool = False
    parts: tuple[Published, ...] = ()
    published_at: datetime | None = None

    @property
    def final(self) -> bool:
        return self.status in FINAL

    @property
    def platform_post_id(self) -> str | None:
        """The network's id of what opens it."""
        return self.parts[0].platform_post_id if self.parts else None

    @property
    def url(self) -> str | None:
        return self.parts[0].url if self.parts else None

    @property
    def key(self) -> str:
        """What the network, where it can, knows the next part by: the same on every attempt with the same words."""
        return f"{self.id}:{self.edition}" + (f":{len(self.parts)}" if self.parts else "")


def part_id(target: Target, number: int) -> str:
    """A part of a target's thread: the target itself for what opens it."""
    return f"{target.id}:{number}" if number else target.id


def leaves_parts_live(target: Target) -> bool:
    """Whether something of the target is known to be live: all of it, or the first parts of a thread that failed."""
    return is_live(target) or (target.status is TargetStatus.FAILED and bool(target.parts))


UNSENT = frozenset({TargetStatus.PENDING, TargetStatus.RETRYING})


def skipped(follow_up: Target) -> Target:
    return replace(follow_up, status=TargetStatus.SKIPPED, due=None)


def comment_on(target: Target, delay: int, now: datetime) -> Target:
    """The first comment of a target that is live: due after `delay` seconds, or skipped where there are none."""
    comment = follow_up(target, Kind.COMMENT, "pc", now + timedelta(seconds=delay))
    return comment if NETWORKS[target.platform].capabilities.comments else skipped(comment)


def follow_up(target: Target, kind: Kind, prefix: str, due: datetime) -> Target:
    return Target(
        id=prefix + target.id.removeprefix("pp"),
        kind=kind,
        of=target.id,
        account_id=target.account_id,
        platform=target.platform,
        account_name=target.account_name,
        due=due,
    )


def followed(task_id: str) -> str:
    """The target that a task belongs to: itself, or the one it follows."""
    return f"pp{task_id[2:]}"


def is_live(target: Target) -> bool:
    return target.status is TargetStatus.PUBLISHED


def retry_refusal(target: Target, *, acknowledge_unknown: bool) -> str | None:
    """Why a target cannot be retried, in words for a person; None when it can."""
    if target.status is not TargetStatus.FAILED:
        return f"It is {target.status}: only failed targets are retried."
    if target.attempts >= backoff.MAX_PUBLISH_ATTEMPTS:
        return f"Its {backoff.MAX_PUBLISH_ATTEMPTS} attempts are used up: use fix to reset it."
    if target.failure and target.failure.code == UNDECIDED and not acknowledge_unknown:
        return Phrase(
            "It may be live: look at the account, then retry with {acknowledge_unknown}, or use fix."
        )
    return None


def resubmitted(target: Target, now: datetime) -> Target:
    anew = replace(target, status=TargetStatus.PENDING, due=now, failure=None)
    return replace(anew, unknown_since=None, find_attempts=0, preparing_since=None)


def reworded(target: Target) -> Target:
    """The target with other words: nothing that was prepared for the old ones counts."""
    return replace(target, edition=target.edition + 1, checkpoint=None, doubtful=False)

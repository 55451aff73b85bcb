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
    """The work of a target: to publish a post, or something that follows a publication."""

    POST = "post"
    COMMENT = "comment"
    DELETION = "deletion"


class Stage(StrEnum):
    """How far a target's publishing got, saved before and after each step.

    From COMMITTING on, the target may be live.
    """

    PREPARED = "prepared"
    COMMITTING = "committing"
    ACCEPTED = "accepted"


@frozen
class Failure:
    """The reason why a target is not live.

    `remediation` is a Phrase, or was one before it was stored. `retry_at` is the time when a
    person's retry may succeed, if the network said.
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
    """The point at which a target's publishing resumes.

    `handle` holds what the network knows this publication by. It was chosen or received before
    commit.
    """

    stage: Stage
    handle: Mapping[str, str]


@frozen
class Target:
    """One account that a post goes out to.

    `edition` counts the versions of the words that it was to publish. `parts` are the live parts of
    its thread, in order; a post that is no thread has one part. `attempts`, `checkpoint` and all
    that follows are about the next part. `doubtful` says that one of its attempts may be live.
    A comment or a deletion is a target of its own. It follows the target that it names in `of`.
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
        """The network's id of its first part, if one is live."""
        return self.parts[0].platform_post_id if self.parts else None

    @property
    def url(self) -> str | None:
        return self.parts[0].url if self.parts else None

    @property
    def key(self) -> str:
        """The key by which the network, where it can, knows the next part.

        It is the same for every attempt with the same words.
        """
        edition = f"{self.id}:{self.edition}"
        return f"{edition}:{len(self.parts)}" if self.parts else edition


def part_id(target: Target, number: int) -> str:
    """Return the id of a part of a target's thread. The first part has the target's own id."""
    return f"{target.id}:{number}" if number else target.id


def leaves_parts_live(target: Target) -> bool:
    """Return whether something of the target is known to be live.

    That is all of it, or the first parts of a thread that failed.
    """
    return is_live(target) or (target.status is TargetStatus.FAILED and bool(target.parts))


UNSENT = frozenset({TargetStatus.PENDING, TargetStatus.RETRYING})


def skipped(follow_up: Target) -> Target:
    return replace(follow_up, status=TargetStatus.SKIPPED, due=None)


def comment_on(target: Target, delay: int, now: datetime) -> Target:
    """Return the first comment of a target that is live.

    It is due after `delay` seconds, or skipped where the network takes no comments.
    """
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
    """Return the id of the target that a task is, or that it follows."""
    return f"pp{task_id[2:]}"


def is_live(target: Target) -> bool:
    return target.status is TargetStatus.PUBLISHED


def retry_refusal(target: Target, *, acknowledge_unknown: bool) -> str | None:
    """Return why a target cannot be retried, in words for a person, or None when it can."""
    if target.status is not TargetStatus.FAILED:
        return f"It is {target.status}: only failed targets are retried."
    if target.attempts >= backoff.MAX_PUBLISH_ATTEMPTS:
        return f"Its {backoff.MAX_PUBLISH_ATTEMPTS} attempts are used up: use fix to reset it."
    if target.failure and target.failure.code == UNDECIDED and not acknowledge_unknown:
        return Phrase(
            "It may be live: look at the account, then retry with {acknowledge_unknown}, "
            "or use fix."
        )
    return None


def resubmitted(target: Target, now: datetime) -> Target:
    """Return the target as due for sending again."""
    return replace(
        target,
        status=TargetStatus.PENDING,
        due=now,
        failure=None,
        unknown_since=None,
        find_attempts=0,
        preparing_since=None,
    )


def reworded(target: Target) -> Target:
    """Return the target with other words. Nothing that was prepared for the old words counts."""
    return replace(target, edition=target.edition + 1, checkpoint=None, doubtful=False)

"""Publishing: every decision about a target on its way to a network.

A target moves like this. Each arrow is one conditional write:

    pending ────claim────▶ publishing ──▶ published, failed
    retrying ◀───claim───▶     │           (1)
    processing ◀──claim──▶     │           (2)
    processing ◀───────────────┤           (3)
    unknown ◀──────────────────┘           (4)

1. The network definitely refused. Another attempt follows.
2. The post is not sent yet, because its files are on their way. The work goes on later, and this
   counts no attempt.
3. The network accepted the post and is still working. It is asked; the post is never sent again.
4. The post was sent, and its outcome is not established. It is looked for, and never simply sent
   again.

A target is `doubtful` from the moment an outcome is not established until a look establishes it.
If something else goes wrong meanwhile, with its account or in a further attempt, the target ends as
OUTCOME_UNKNOWN and not as a definite no.

A thread goes through this part by part. While one part is live and another is to come, the target
stays publishing and is due at once.

`due` is the time of a target's next work and is absent once the target is final. While a worker
holds the target, `due` is the end of that worker's lease. `fence` counts the claims, so a worker
that lost its lease can no longer write.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from herald.domain import backoff
from herald.domain.content import Part
from herald.domain.errors import AccountError, MediaError, PermanentError, Phrase, PublishError
from herald.domain.media import Media, MediaStatus
from herald.domain.outcomes import (
    Accepted,
    Deleted,
    Outcome,
    Preparing,
    Published,
    Rejected,
    Unknown,
)
from herald.domain.targets import UNDECIDED, Checkpoint, Failure, Kind, Stage, Target, TargetStatus
from herald.domain.values import frozen

MAX_CLAIMS = 200  # a target that kills its worker this often is given up
UNKNOWN_LIMIT = timedelta(hours=1)
# An hour of doubt has room for fewer looks than this, when each look comes to an outcome.
MAX_FIND_ATTEMPTS = 20
PREPARING_LIMIT = timedelta(hours=1)
DELETION_LIMIT = 2 * UNKNOWN_LIMIT  # the post that it deletes may be in doubt itself
CONFIRM_DELAY = 30.0  # seconds until a network that could not say is asked again
MAY_BE_LIVE = Phrase(
    "The post may be live: look at the account before you retry with {acknowledge_unknown}, "
    "or fix the target."
)
POLL_FRACTION = 5  # the next poll comes after a fifth of the time that the work has taken so far


class WorkKind(StrEnum):
    """The work that a claimed target needs."""

    PUBLISH = "publish"
    CONFIRM = "confirm"
    FIND = "find"
    VERIFY = "look"  # look once before it is sent again, because a person said that it may
    GIVE_UP = "give up"  # do nothing, because too many workers ended without an outcome


@frozen
class Claim:
    """A target in the hands of one worker until `target.due`."""

    target: Target
    work: WorkKind


def claim(target: Target, now: datetime, *, lease: timedelta, scale: float = 1) -> Claim | None:
    """Claim a target whose time has come.

    Return None when it is not due yet, another worker holds it, or it is final.
    """
    if target.due is None or target.due > now:
        return None
    held = replace(target, fence=target.fence + 1, due=now + lease, doubtful=in_doubt(target))
    if out_of_claims(target) or doubted_too_long(target, now, scale=scale):
        return Claim(target=held, work=WorkKind.GIVE_UP)
    if held.doubtful:
        return claim_doubtful(held, now)
    if target.status in (TargetStatus.PENDING, TargetStatus.RETRYING):
        held = replace(held, attempts=target.attempts + 1)
    return Claim(target=replace(held, status=TargetStatus.PUBLISHING), work=WorkKind.PUBLISH)


def claim_doubtful(held: Target, now: datetime) -> Claim:
    """Claim a target that may be live already, to find that out first.

    A target that was to be sent again gets one look and is sent again. A target whose worker died
    is sent again only when it is certainly not there.
    """
    match held.status:
        case TargetStatus.PENDING | TargetStatus.RETRYING:
            again = replace(held, status=TargetStatus.PUBLISHING, attempts=held.attempts + 1)
            return Claim(target=again, work=WorkKind.VERIFY)
        case TargetStatus.PROCESSING if accepted(held):
            return Claim(target=held, work=WorkKind.CONFIRM)
        case TargetStatus.PROCESSING:
            resumed = replace(held, status=TargetStatus.PUBLISHING)
            return Claim(target=resumed, work=WorkKind.VERIFY)
        case _:
            return Claim(target=with_find_attempt(held, now), work=WorkKind.FIND)


def accepted(target: Target) -> bool:
    """Return whether the network said that it has the post and is working on it."""
    return target.checkpoint is not None and target.checkpoint.stage is Stage.ACCEPTED


def with_find_attempt(target: Target, now: datetime) -> Target:
    """Return the target as it is before a look for it.

    A look is counted before it is made, so that a look that kills its worker counts too.
    """
    since = target.unknown_since if target.unknown_since else now
    return replace(
        target,
        status=TargetStatus.UNKNOWN,
        unknown_since=since,
        find_attempts=target.find_attempts + 1,
    )


def in_doubt(target: Target) -> bool:
    """Return whether an earlier attempt with the same words may be live."""
    return target.doubtful or (
        target.checkpoint is not None and target.checkpoint.stage is not Stage.PREPARED
    )


def without_doubt(target: Target) -> Target:
    """Return the target after a look that found nothing of an earlier attempt.

    Nothing of it is live but the parts that are known to be.
    """
    checkpoint = target.checkpoint
    if checkpoint:
        checkpoint = replace(checkpoint, stage=Stage.PREPARED)
    return replace(target, doubtful=False, checkpoint=checkpoint)


def outcome_when_given_up(target: Target) -> Outcome:
    """Return the outcome of a target that nobody works on any more."""
    if in_doubt(target):
        return Unknown(reason="every look for it ended before it could tell")
    return Rejected(error=PermanentError("Every attempt ended before anything could be sent."))


def doubted_too_long(target: Target, now: datetime, *, scale: float) -> bool:
    """Return whether an hour of doubt is over, and its looks came to nothing.

    A target that had few looks in that hour gets another look.
    """
    since = target.unknown_since
    return (
        since is not None
        and target.find_attempts >= MAX_FIND_ATTEMPTS
        and now - since >= UNKNOWN_LIMIT * scale
    )


def refuse_unfit(part: Part, files: Mapping[str, Media]) -> None:
    """Check that all files of a part can go out, because a part goes out with all of them.

    Raises MediaError, which says what is wrong with the first file that cannot.
    """
    for use in part.media:
        media = files.get(use.media_id)
        if media is None:
            raise MediaError(f"The file {use.media_id} was deleted.")
        if media.flaw:
            raise MediaError(media.flaw.message)
        if media.status is not MediaStatus.READY:
            raise MediaError(f"The file {use.media_id} is {media.status}.")


def settle(
    target: Target, outcome: Outcome, now: datetime, *, scale: float, parts: int = 1
) -> Target:
    """Return the claimed target after the work on one of its `parts` came to `outcome`."""
    match outcome:
        case Preparing():
            return wait(target, outcome, now, scale=scale)
        case Published() as live:
            return advance(replace(target, parts=(*target.parts, live)), parts, now)
        case Deleted():
            return finish(target, TargetStatus.UNPUBLISHED, None)
        case Accepted():
            return accept(target, outcome, now, scale=scale)
        case Rejected(error=error):
            return reject(target, error, now, scale=scale, parts=parts)
        case Unknown(reason=reason):
            return doubt(target, reason, now, scale=scale)


def outcome_of_refused_look(error: PublishError, work: WorkKind, target: Target) -> Outcome:
    """Return the outcome when a network, or an account, refused work other than sending.

    Such a refusal says nothing of what was sent before. But when the network is asked about a post
    that it accepted, its own no is definite.
    """
    if work is not WorkKind.CONFIRM or isinstance(error, AccountError):
        return Unknown(reason=error.message, error=error)
    if error.retryable:
        handle = target.checkpoint.handle if target.checkpoint else {}
        poll_after = error.retry_after if error.retry_after else CONFIRM_DELAY
        return Accepted(handle=handle, poll_after=poll_after)
    return Rejected(error=error)


def accept(target: Target, accepted: Accepted, now: datetime, *, scale: float) -> Target:
    """Return the target that the network accepted, due when the network is to be asked."""
    if out_of_claims(target):
        failure = undecidable("it is still being processed")
        return finish(target, TargetStatus.FAILED, failure)
    due = now + timedelta(seconds=accepted.poll_after * scale)
    checkpoint = Checkpoint(stage=Stage.ACCEPTED, handle=accepted.handle)
    return replace(
        target,
        status=TargetStatus.PROCESSING,
        checkpoint=checkpoint,
        due=due,
        failure=None,
        unknown_since=None,
        find_attempts=0,
    )


def advance(target: Target, parts: int, now: datetime) -> Target:
    """Return the target after one more part is live.

    It is published with its last part. Before that it is due for the next part, whose attempts are
    counted anew.
    """
    if len(target.parts) >= parts:
        published = finish(target, TargetStatus.PUBLISHED, None)
        return replace(published, published_at=now, doubtful=False)
    return replace(
        target,
        status=TargetStatus.PUBLISHING,
        attempts=1,
        due=now,
        checkpoint=None,
        doubtful=False,
        failure=None,
        unknown_since=None,
        find_attempts=0,
        preparing_since=None,
    )


def wait(target: Target, preparing: Preparing, now: datetime, *, scale: float) -> Target:
    """Return the target that is not sent yet, due when its preparing goes on.

    What is prepared so far is kept. The target fails when the preparing has taken an hour, or two
    for a deletion.
    """
    since = target.preparing_since if target.preparing_since else now
    waited = now - since
    limit = DELETION_LIMIT if target.kind is Kind.DELETION else PREPARING_LIMIT
    if waited >= limit * scale or out_of_claims(target):
        error = preparing.error
        failure = undecidable(error.message) if target.doubtful else Failure.of(error)
        return finish(target, TargetStatus.FAILED, failure)
    wished = timedelta(seconds=preparing.poll_after * scale)
    return replace(
        target,
        status=TargetStatus.PROCESSING,
        checkpoint=Checkpoint(stage=Stage.PREPARED, handle=preparing.handle),
        due=now + max(wished, waited / POLL_FRACTION),
        preparing_since=since,
        failure=None,
        unknown_since=None,
        find_attempts=0,
    )


def out_of_claims(target: Target) -> bool:
    """Return whether a part was claimed so often that something must be wrong with it."""
    return target.fence > MAX_CLAIMS * (1 + len(target.parts))


def reject(
    target: Target, error: PublishError, now: datetime, *, scale: float, parts: int = 1
) -> Target:
    """Return the target after a definite no: due for another attempt, or failed.

    Another attempt follows when one is left and the error is retryable. The no is definite for this
    attempt only. When an earlier attempt is in doubt, the target ends undecided.
    """
    failure = Failure.of(error)
    if parts > 1:
        number = len(target.parts) + 1
        failure = replace(failure, message=f"Part {number} of {parts}: {failure.message}")
    if not error.retryable or target.attempts >= backoff.MAX_PUBLISH_ATTEMPTS:
        if target.doubtful:
            return finish(target, TargetStatus.FAILED, undecidable(failure.message))
        retry_at = now + timedelta(seconds=error.retry_after) if error.retry_after else None
        return finish(target, TargetStatus.FAILED, replace(failure, retry_at=retry_at))
    least = error.retry_after if error.retry_after else 0
    delay = backoff.publish_delay(target.attempts, target.id, scale=scale, at_least=least)
    checkpoint = target.checkpoint
    if checkpoint:
        checkpoint = replace(checkpoint, stage=Stage.PREPARED)
    return replace(
        target,
        status=TargetStatus.RETRYING,
        failure=failure,
        due=now + delay,
        checkpoint=checkpoint,
        unknown_since=None,
        find_attempts=0,
        preparing_since=None,
    )


def doubt(target: Target, reason: str, now: datetime, *, scale: float) -> Target:
    """Return the target whose outcome is not established, due for another look.

    It fails for good when its outcome has been unknown for an hour.
    """
    since = target.unknown_since if target.unknown_since else now
    doubtful = replace(target, unknown_since=since, doubtful=True)
    if now - since >= UNKNOWN_LIMIT * scale or out_of_claims(target):
        return finish(doubtful, TargetStatus.FAILED, undecidable(reason))
    due = now + backoff.find_delay(target.find_attempts, scale=scale)
    return replace(doubtful, status=TargetStatus.UNKNOWN, due=due)


def undecidable(reason: str) -> Failure:
    """Return the failure of a target that was sent and whose outcome was never established."""
    return Failure(
        code=UNDECIDED,
        message=f"It was sent, but the network never said what became of it: {reason}",
        category="unknown",
        retryable=False,
        remediation=MAY_BE_LIVE,
    )


def finish(target: Target, status: TargetStatus, failure: Failure | None) -> Target:
    """Return the target as final: it owes no work, and only a user moves it again."""
    return replace(
        target, status=status, failure=failure, due=None, unknown_since=None, preparing_since=None
    )

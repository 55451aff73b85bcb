"""Publishing: every decision about a target on its way to a network.

A target moves like this; each arrow is one conditional write:

    pending ────claim────▶ publishing ──▶ published, failed
    retrying ◀───claim───▶     │           (a definite no: another attempt)
    processing ◀──claim──▶     │           (not sent yet, its files are on their way: gone on with, and no attempt counted)
    processing ◀───────────────┤           (accepted, the network is still working: asked, and never sent again)
    unknown ◀──────────────────┘           (sent, outcome not established: looked for, and never simply sent again)

A target is `doubtful` from the moment an outcome is not established until a look establishes it. Whatever else goes wrong
meanwhile, to its account or to a further attempt, it ends as OUTCOME_UNKNOWN and not as a definite no.

A thread goes through this part by part: with one live and another to come, the target stays publishing and is due at once.

`due` is the time of a target's next work and is absent once it is final. While a worker holds the target it is the end of
that worker's lease. `fence` counts the claims, so a worker that lost its lease can no longer write.
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
MAX_FIND_ATTEMPTS = 20  # more than an hour of doubt has room for, when each comes to an outcome
PREPARING_LIMIT = timedelta(hours=1)
DELETION_LIMIT = 2 * UNKNOWN_LIMIT  # what it deletes may be in doubt itself
CONFIRM_DELAY = 30.0  # seconds until a network that could not say is asked again
MAY_BE_LIVE = Phrase(
    "The post may be live: look at the account before you retry with {acknowledge_unknown}, or fix the target."
)
POLL_FRACTION = 5  # what has taken so long already is asked for after a fifth of that again


class WorkKind(StrEnum):
    """What a claimed target needs."""

    PUBLISH = "publish"
    CONFIRM = "confirm"
    FIND = "find"
    VERIFY = "look"  # once, before it is sent again: a person said that it may
    GIVE_UP = "give up"  # nothing: whoever tried ended without an outcome, again and again


@frozen
class Claim:
    """A target in the hands of one worker until `target.due`."""

    target: Target
    work: WorkKind


def claim(target: Target, now: datetime, *, lease: timedelta, scale: float = 1) -> Claim | None:
    """Take a target whose time has come, or None: not yet, held by another worker, or final."""
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
    """Find out first. One that was to be sent again is; one whose worker died is so only when it is certainly not there."""
    match held.status:
        case TargetStatus.PENDING | TargetStatus.RETRYING:
            taken = replace(held, status=TargetStatus.PUBLISHING, attempts=held.attempts + 1)
            return Claim(target=taken, work=WorkKind.VERIFY)
        case TargetStatus.PROCESSING if accepted(held):
            return Claim(target=held, work=WorkKind.CONFIRM)
        case TargetStatus.PROCESSING:
            return Claim(target=replace(held, status=TargetStatus.PUBLISHING), work=WorkKind.VERIFY)
        case _:
            return Claim(target=with_find_attempt(held, now), work=WorkKind.FIND)


def accepted(target: Target) -> bool:
    """Whether the network said that it has it, and is working on it."""
    return target.checkpoint is not None and target.checkpoint.stage is Stage.ACCEPTED


def with_find_attempt(target: Target, now: datetime) -> Target:
    """The target that is about to be looked for. Looks are counted before they are made, so that one that kills counts too."""
    since = target.unknown_since or now
    return replace(
        target,
        status=TargetStatus.UNKNOWN,
        unknown_since=since,
        find_attempts=target.find_attempts + 1,
    )


def in_doubt(target: Target) -> bool:
    """Whether an earlier attempt of the same words may be live."""
    return target.doubtful or (
        target.checkpoint is not None and target.checkpoint.stage is not Stage.PREPARED
    )


def without_doubt(target: Target) -> Target:
    """The target, of which nothing is live that is not known to be: what an earlier attempt left behind was not there."""
    checkpoint = target.checkpoint and replace(target.checkpoint, stage=Stage.PREPARED)
    return replace(target, doubtful=False, checkpoint=checkpoint)


def outcome_when_given_up(target: Target) -> Outcome:
    """What becomes of a target that nobody works on any more."""
    if in_doubt(target):
        return Unknown(reason="every look for it ended before it could tell")
    return Rejected(error=PermanentError("Every attempt ended before anything could be sent."))


def doubted_too_long(target: Target, now: datetime, *, scale: float) -> bool:
    """Whether an hour of doubt is over whose looks came to nothing. One that was rarely looked for is looked for once more."""
    since = target.unknown_since
    return (
        since is not None
        and target.find_attempts >= MAX_FIND_ATTEMPTS
        and now - since >= UNKNOWN_LIMIT * scale
    )


def refuse_unfit(part: Part, found: Mapping[str, Media]) -> None:
    """A part goes out with all of its files. Raises MediaError, saying what is wrong with the first that cannot."""
    for use in part.media:
        media = found.get(use.media_id)
        if media is None:
            raise MediaError(f"The file {use.media_id} was deleted.")
        if media.flaw:
            raise MediaError(media.flaw.message)
        if media.status is not MediaStatus.READY:
            raise MediaError(f"The file {use.media_id} is {media.status}.")


def settle(
    target: Target, outcome: Outcome, now: datetime, *, scale: float, parts: int = 1
) -> Target:
    """The claimed target after the work on one of its `parts` came to `outcome`."""
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
    """What it means that a network, or an account, refused work other than sending: it says nothing of what was sent before.

    Asked about what it accepted, a network's own no to that is definite.
    """
    if work is not WorkKind.CONFIRM or isinstance(error, AccountError):
        return Unknown(reason=error.message, error=error)
    if error.retryable:
        handle = target.checkpoint.handle if target.checkpoint else {}
        return Accepted(handle=handle, poll_after=error.retry_after or CONFIRM_DELAY)
    return Rejected(error=error)


def accept(target: Target, accepted: Accepted, now: datetime, *, scale: float) -> Target:
    """Asked about later."""
    if out_of_claims(target):
        return finish(target, TargetStatus.FAILED, undecidable("it is still being processed"))
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
    """The target with one part more live: published with its last one, else due for the next, whose attempts are its own."""
    if len(target.parts) >= parts:
        return replace(
            finish(target, TargetStatus.PUBLISHED, None), published_at=now, doubtful=False
        )
    fresh = replace(
        target, status=TargetStatus.PUBLISHING, attempts=1, due=now, checkpoint=None, doubtful=False
    )
    return replace(fresh, failure=None, unknown_since=None, find_attempts=0, preparing_since=None)


def wait(target: Target, preparing: Preparing, now: datetime, *, scale: float) -> Target:
    """What is prepared so far is kept, and gone on with later; failed when it has taken an hour."""
    since = target.preparing_since or now
    waited = now - since
    limit = DELETION_LIMIT if target.kind is Kind.DELETION else PREPARING_LIMIT
    if waited >= limit * scale or out_of_claims(target):
        if target.doubtful:
            return finish(target, TargetStatus.FAILED, undecidable(preparing.error.message))
        return finish(target, TargetStatus.FAILED, Failure.of(preparing.error))
    due = now + max(timedelta(seconds=preparing.poll_after * scale), waited / POLL_FRACTION)
    checkpoint = Checkpoint(stage=Stage.PREPARED, handle=preparing.handle)
    later = replace(
        target,
        status=TargetStatus.PROCESSING,
        checkpoint=checkpoint,
        due=due,
        preparing_since=since,
    )
    return replace(later, failure=None, unknown_since=None, find_attempts=0)


def out_of_claims(target: Target) -> bool:
    """Whether a part has been taken up so often that something must be wrong with it."""
    return target.fence > MAX_CLAIMS * (1 + len(target.parts))


def reject(
    target: Target, error: PublishError, now: datetime, *, scale: float, parts: int = 1
) -> Target:
    """A definite no: another try when one is left and worth it, else failed.

    It is definite for this attempt. When an earlier one is in doubt, the target ends undecided.
    """
    failure = Failure.of(error)
    if parts > 1:
        failure = replace(
            failure, message=f"Part {len(target.parts) + 1} of {parts}: {failure.message}"
        )
    if not error.retryable or target.attempts >= backoff.MAX_PUBLISH_ATTEMPTS:
        if target.doubtful:
            return finish(target, TargetStatus.FAILED, undecidable(failure.message))
        later = now + timedelta(seconds=error.retry_after) if error.retry_after else None
        return finish(target, TargetStatus.FAILED, replace(failure, retry_at=later))
    delay = backoff.publish_delay(
        target.attempts, target.id, scale=scale, at_least=error.retry_after or 0
    )
    handle = target.checkpoint and Checkpoint(stage=Stage.PREPARED, handle=target.checkpoint.handle)
    again = replace(
        target, status=TargetStatus.RETRYING, failure=failure, due=now + delay, checkpoint=handle
    )
    return replace(again, unknown_since=None, find_attempts=0, preparing_since=None)


def doubt(target: Target, reason: str, now: datetime, *, scale: float) -> Target:
    """Not established yet: look again later, or fail for good when it has been undecided for an hour."""
    since = target.unknown_since or now
    doubtful = replace(target, unknown_since=since, doubtful=True)
    if now - since >= UNKNOWN_LIMIT * scale or out_of_claims(target):
        return finish(doubtful, TargetStatus.FAILED, undecidable(reason))
    return replace(
        doubtful,
        status=TargetStatus.UNKNOWN,
        due=now + backoff.find_delay(target.find_attempts, scale=scale),
    )


def undecidable(reason: str) -> Failure:
    return Failure(
        code=UNDECIDED,
        message=f"It was sent, but the network never said what became of it: {reason}",
        category="unknown",
        retryable=False,
        remediation=MAY_BE_LIVE,
    )


def finish(target: Target, status: TargetStatus, failure: Failure | None) -> Target:
    """The target, final: it owes no work, and nothing moves it but a user."""
    return replace(
        target, status=status, failure=failure, due=None, unknown_since=None, preparing_since=None
    )

"""Publishing: every decision about a target on its way to a network.

A target moves like this; each arrow is one conditional write:

    pending ────claim────▶ publishing ──▶ published, failed
    retrying ◀───claim───▶     │           (a definite no: another attempt)
    processing ◀──claim──▶     │           (not sent yet, its files are on their way: gone on with, and no attempt counted)
    processing ◀───────────────┤           (accepted, the network is still working: asked, and never sent again)
    unknown ◀──────────────────┘           (sent, outcome not established: looked for, and never simply sent again)

A thread goes through this part by part: with one live and another to come, the target stays publishing and is due at once.

`due` is the time of a target's next work and is absent once it is final. While a worker holds the target it is the end of
that worker's lease. `fence` counts the claims, so a worker that lost its lease can no longer write.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from herald.domain import backoff
from herald.domain.errors import MediaError, PublishError
from herald.domain.media import Media, MediaStatus
from herald.domain.outcomes import Accepted, Deleted, Outcome, Preparing, Published, Rejected, Unknown
from herald.domain.posts import UNDECIDED, Checkpoint, Failure, Part, Stage, Target, TargetStatus
from herald.domain.values import frozen

MAX_CLAIMS = 200  # a target that kills its worker this often is given up
UNKNOWN_LIMIT = timedelta(hours=1)
PREPARING_LIMIT = timedelta(hours=1)
PATIENCE = 5  # what has taken so long already is asked for after a fifth of that again


class Work(StrEnum):
    """What a claimed target needs."""

    PUBLISH = "publish"
    CONFIRM = "confirm"
    FIND = "find"
    LOOK = "look"  # once, before it is sent again: a person said that it may


@frozen
class Claim:
    """A target in the hands of one worker until `target.due`."""

    target: Target
    work: Work


def claim(target: Target, now: datetime, *, lease: timedelta) -> Claim | None:
    """Take a target whose time has come, or None: not yet, held by another worker, or final."""
    if target.due is None or target.due > now:
        return None
    held = replace(target, fence=target.fence + 1, due=now + lease)
    match target.status:
        case TargetStatus.PENDING | TargetStatus.RETRYING:
            taken = replace(held, status=TargetStatus.PUBLISHING, attempts=target.attempts + 1)
            return Claim(target=taken, work=Work.LOOK if in_doubt(target) else Work.PUBLISH)
        case TargetStatus.PROCESSING if in_doubt(target):
            return Claim(target=held, work=Work.CONFIRM)
        case TargetStatus.PROCESSING:
            return Claim(target=replace(held, status=TargetStatus.PUBLISHING), work=Work.PUBLISH)
        case TargetStatus.PUBLISHING if not in_doubt(target):
            return Claim(target=held, work=Work.PUBLISH)  # its worker died before anything could be live
        case _:
            return Claim(
                target=replace(held, status=TargetStatus.UNKNOWN, unknown_since=target.unknown_since or now), work=Work.FIND
            )


def in_doubt(target: Target) -> bool:
    """Whether an earlier attempt of the same words may be live."""
    return target.checkpoint is not None and target.checkpoint.stage is not Stage.PREPARED


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


def settle(target: Target, outcome: Outcome, now: datetime, *, scale: float, parts: int = 1) -> Target:
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


def accept(target: Target, accepted: Accepted, now: datetime, *, scale: float) -> Target:
    """Asked about later."""
    if worn_out(target):
        return finish(target, TargetStatus.FAILED, undecidable("it is still being processed"))
    due = now + timedelta(seconds=accepted.poll_after * scale)
    checkpoint = Checkpoint(stage=Stage.ACCEPTED, handle=accepted.handle)
    return replace(target, status=TargetStatus.PROCESSING, checkpoint=checkpoint, due=due, failure=None)


def advance(target: Target, parts: int, now: datetime) -> Target:
    """The target with one part more live: published with its last one, else due for the next, whose attempts are its own."""
    if len(target.parts) >= parts:
        return replace(finish(target, TargetStatus.PUBLISHED, None), published_at=now)
    fresh = replace(target, status=TargetStatus.PUBLISHING, attempts=1, due=now, checkpoint=None)
    return replace(fresh, failure=None, unknown_since=None, looks=0, preparing_since=None)


def wait(target: Target, preparing: Preparing, now: datetime, *, scale: float) -> Target:
    """What is prepared so far is kept, and gone on with later; failed when it has taken an hour."""
    since = target.preparing_since or now
    waited = now - since
    if waited >= PREPARING_LIMIT * scale or worn_out(target):
        return finish(target, TargetStatus.FAILED, Failure.of(preparing.error))
    due = now + max(timedelta(seconds=preparing.poll_after * scale), waited / PATIENCE)
    checkpoint = Checkpoint(stage=Stage.PREPARED, handle=preparing.handle)
    later = replace(target, status=TargetStatus.PROCESSING, checkpoint=checkpoint, due=due, preparing_since=since)
    return replace(later, failure=None, unknown_since=None, looks=0)


def worn_out(target: Target) -> bool:
    """Whether a part has been taken up so often that something must be wrong with it."""
    return target.fence > MAX_CLAIMS * (1 + len(target.parts))


def reject(target: Target, error: PublishError, now: datetime, *, scale: float, parts: int = 1) -> Target:
    """A definite no: another try when one is left and worth it, else failed."""
    failure = Failure.of(error)
    if parts > 1:
        failure = replace(failure, message=f"Part {len(target.parts) + 1} of {parts}: {failure.message}")
    if not error.retryable or target.attempts >= backoff.MAX_PUBLISH_ATTEMPTS:
        later = now + timedelta(seconds=error.retry_after) if error.retry_after else None
        return finish(target, TargetStatus.FAILED, replace(failure, retry_at=later))
    delay = backoff.publish_delay(target.attempts, target.id, scale=scale, at_least=error.retry_after or 0)
    handle = target.checkpoint and Checkpoint(stage=Stage.PREPARED, handle=target.checkpoint.handle)
    again = replace(target, status=TargetStatus.RETRYING, failure=failure, due=now + delay, checkpoint=handle)
    return replace(again, unknown_since=None, looks=0, preparing_since=None)


def doubt(target: Target, reason: str, now: datetime, *, scale: float) -> Target:
    """Not established yet: look again later, or fail for good when it has been undecided for an hour."""
    since = target.unknown_since or now
    if now - since >= UNKNOWN_LIMIT * scale or worn_out(target):
        return finish(target, TargetStatus.FAILED, undecidable(reason))
    return replace(
        target,
        status=TargetStatus.UNKNOWN,
        due=now + backoff.find_delay(target.looks, scale=scale),
        unknown_since=since,
        looks=target.looks + 1,
    )


def undecidable(reason: str) -> Failure:
    return Failure(
        code=UNDECIDED,
        message=f"It was sent, but the network never said what became of it: {reason}",
        category="unknown",
        retryable=False,
        remediation="The post may be live: look at the account before you retry with acknowledgeUnknown, or fix the target.",
    )


def finish(target: Target, status: TargetStatus, failure: Failure | None) -> Target:
    """The target, final: it owes no work, and nothing moves it but a user."""
    return replace(target, status=status, failure=failure, due=None, unknown_since=None, preparing_since=None)

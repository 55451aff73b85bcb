"""Publishing: every decision about a target on its way to a network.

A target moves like this; each arrow is one conditional write:

    pending ──claim──▶ publishing ──▶ published
       ▲                 │  │  │
    retrying ◀───────────┘  │  └────▶ failed
    processing ◀────────────┤         (accepted; the network is still working)
    unknown ◀───────────────┘         (sent, outcome not established: looked for, never simply sent again)

`due` is the time of a target's next work and is absent once it is final. While a worker holds the target it is the end of
that worker's lease. `fence` counts the claims, so a worker that lost its lease can no longer write.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from herald.domain import backoff
from herald.domain.errors import PublishError
from herald.domain.outcomes import Accepted, Outcome, Published, Rejected, Unknown
from herald.domain.posts import UNDECIDED, Checkpoint, Failure, Stage, Target, TargetStatus
from herald.domain.values import frozen

MAX_CLAIMS = 200  # a target that kills its worker this often is given up
UNKNOWN_LIMIT = timedelta(hours=1)


class Work(StrEnum):
    """What a claimed target needs."""

    PUBLISH = "publish"
    CONFIRM = "confirm"
    FIND = "find"


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
            return Claim(target=replace(held, status=TargetStatus.PUBLISHING, attempts=target.attempts + 1), work=Work.PUBLISH)
        case TargetStatus.PROCESSING:
            return Claim(target=held, work=Work.CONFIRM)
        case TargetStatus.PUBLISHING if target.checkpoint is None or target.checkpoint.stage is Stage.PREPARED:
            return Claim(target=held, work=Work.PUBLISH)  # its worker died before anything could be live
        case _:
            return Claim(
                target=replace(held, status=TargetStatus.UNKNOWN, unknown_since=target.unknown_since or now), work=Work.FIND
            )


def settle(target: Target, outcome: Outcome, now: datetime, *, scale: float) -> Target:
    """The claimed target after its work came to `outcome`."""
    match outcome:
        case Published(platform_post_id=platform_post_id, url=url):
            return finish(target, TargetStatus.PUBLISHED, None, platform_post_id=platform_post_id, url=url, published_at=now)
        case Accepted() if target.fence > MAX_CLAIMS:
            return finish(target, TargetStatus.FAILED, undecidable("it is still being processed"))
        case Accepted(handle=handle, poll_after=poll_after):
            return replace(
                target,
                status=TargetStatus.PROCESSING,
                checkpoint=Checkpoint(stage=Stage.ACCEPTED, handle=handle),
                due=now + timedelta(seconds=poll_after * scale),
                failure=None,
            )
        case Rejected(error=error):
            return reject(target, error, now, scale=scale)
        case Unknown(reason=reason):
            return doubt(target, reason, now, scale=scale)


def reject(target: Target, error: PublishError, now: datetime, *, scale: float) -> Target:
    """A definite no: another try when one is left and worth it, else failed."""
    failure = Failure.of(error)
    if not error.retryable or target.attempts >= backoff.MAX_PUBLISH_ATTEMPTS:
        return finish(target, TargetStatus.FAILED, failure)
    delay = backoff.publish_delay(target.attempts, target.id, scale=scale, at_least=error.retry_after or 0)
    handle = target.checkpoint and Checkpoint(stage=Stage.PREPARED, handle=target.checkpoint.handle)
    return replace(
        target, status=TargetStatus.RETRYING, failure=failure, due=now + delay, checkpoint=handle, unknown_since=None, looks=0
    )


def doubt(target: Target, reason: str, now: datetime, *, scale: float) -> Target:
    """Not established yet: look again later, or fail for good when it has been undecided for an hour."""
    since = target.unknown_since or now
    if now - since >= UNKNOWN_LIMIT * scale or target.fence > MAX_CLAIMS:
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


def finish(
    target: Target,
    status: TargetStatus,
    failure: Failure | None,
    *,
    platform_post_id: str | None = None,
    url: str | None = None,
    published_at: datetime | None = None,
) -> Target:
    """The target, final: it owes no work, and nothing moves it but a user."""
    return replace(
        target,
        status=status,
        failure=failure,
        due=None,
        unknown_since=None,
        platform_post_id=platform_post_id,
        url=url,
        published_at=published_at,
    )

"""The decisions about a target, without a table or a network."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain import publishing
from herald.domain.backoff import MAX_PUBLISH_ATTEMPTS, PUBLISH_JITTER
from herald.domain.errors import (
    AccountError,
    ContentError,
    MediaError,
    PlatformRateError,
    PublishError,
    TransientError,
)
from herald.domain.outcomes import Accepted, Preparing, Published, Rejected, Unknown
from herald.domain.publishing import WorkKind
from herald.domain.targets import Checkpoint, Failure, Stage, Target, TargetStatus
from tests.schedules import PUBLISH_DELAYS
from tests.unit.domain.test_posts import target

NOW = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
LEASE = timedelta(seconds=90)
COMMITTING = Checkpoint(stage=Stage.COMMITTING, handle={"rkey": "3k"})


def claimed(each: Target, now: datetime = NOW) -> Target:
    claim = publishing.claim(each, now, lease=LEASE)
    assert claim is not None
    return claim.target


def test_a_claim_counts_the_attempt_and_holds_the_target_for_its_lease() -> None:
    claim = publishing.claim(target(), NOW, lease=LEASE)

    assert claim is not None
    assert (claim.work, claim.target.status) == (WorkKind.PUBLISH, TargetStatus.PUBLISHING)
    assert (claim.target.attempts, claim.target.fence, claim.target.due) == (1, 1, NOW + LEASE)


@pytest.mark.parametrize("due", [None, NOW + timedelta(milliseconds=1)])
def test_nothing_is_claimed_before_its_time_or_when_it_owes_nothing(due: datetime | None) -> None:
    assert publishing.claim(target(due=due), NOW, lease=LEASE) is None


def test_a_held_target_is_not_claimed_until_its_lease_ran_out() -> None:
    held = claimed(target())

    assert publishing.claim(held, NOW + LEASE - timedelta(seconds=1), lease=LEASE) is None
    assert publishing.claim(held, NOW + LEASE, lease=LEASE) is not None


@pytest.mark.parametrize("checkpoint", [None, Checkpoint(stage=Stage.PREPARED, handle={})])
def test_a_worker_that_died_before_commit_costs_no_attempt(checkpoint: Checkpoint | None) -> None:
    held = replace(claimed(target()), checkpoint=checkpoint)

    claim = publishing.claim(held, NOW + LEASE, lease=LEASE)

    assert claim is not None
    assert (claim.work, claim.target.attempts) == (WorkKind.PUBLISH, 1)


def test_a_worker_that_died_after_commit_began_leaves_an_unknown_outcome_that_is_looked_for() -> (
    None
):
    held = replace(claimed(target()), checkpoint=COMMITTING)

    claim = publishing.claim(held, NOW + LEASE, lease=LEASE)

    assert claim is not None
    assert (claim.work, claim.target.status) == (WorkKind.FIND, TargetStatus.UNKNOWN)
    assert claim.target.unknown_since == NOW + LEASE


def test_a_processing_target_is_asked_about() -> None:
    accepted = Checkpoint(stage=Stage.ACCEPTED, handle={"id": "1"})

    claim = publishing.claim(
        target(status=TargetStatus.PROCESSING, checkpoint=accepted), NOW, lease=LEASE
    )

    assert claim is not None
    assert (claim.work, claim.target.status) == (WorkKind.CONFIRM, TargetStatus.PROCESSING)


SLOW = Preparing(
    handle={"media": "1"}, poll_after=2, error=MediaError("Still being worked on after an hour.")
)


def test_what_is_not_ready_to_be_sent_is_gone_on_with_later_and_costs_no_attempt() -> None:
    waiting = publishing.settle(claimed(target()), SLOW, NOW, scale=1)

    again = publishing.claim(waiting, NOW + timedelta(seconds=2), lease=LEASE)

    assert (waiting.status, waiting.due, waiting.failure) == (
        TargetStatus.PROCESSING,
        NOW + timedelta(seconds=2),
        None,
    )
    assert waiting.checkpoint == Checkpoint(stage=Stage.PREPARED, handle={"media": "1"})
    assert again is not None
    assert (again.work, again.target.status, again.target.attempts) == (
        WorkKind.PUBLISH,
        TargetStatus.PUBLISHING,
        1,
    )


@pytest.mark.parametrize("stage", [Stage.PREPARED, Stage.COMMITTING])
def test_a_worker_that_died_after_waiting_is_followed_by_how_far_it_got(stage: Stage) -> None:
    waiting = publishing.settle(claimed(target()), SLOW, NOW, scale=1)
    held = claimed(waiting, NOW + timedelta(seconds=2))
    died = replace(held, checkpoint=Checkpoint(stage=stage, handle=SLOW.handle))

    claim = publishing.claim(died, NOW + timedelta(seconds=2) + LEASE, lease=LEASE)

    assert claim is not None
    assert claim.work is (WorkKind.PUBLISH if stage is Stage.PREPARED else WorkKind.FIND)


def test_what_is_never_ready_is_asked_for_less_and_less_and_given_up_after_an_hour() -> None:
    current = target()
    now = NOW
    asked = 0
    while not current.final:
        current = publishing.settle(claimed(replace(current, due=now), now), SLOW, now, scale=1)
        now, asked = current.due or now, asked + 1

    assert timedelta(hours=1) <= now - NOW <= timedelta(hours=1, minutes=12)
    assert asked <= 50
    assert current.failure is not None
    assert (current.failure.code, current.failure.message) == (
        "MEDIA_REJECTED",
        "Still being worked on after an hour.",
    )
    assert current.preparing_since is None


def test_a_retry_has_an_hour_of_its_own_to_get_ready() -> None:
    waiting = publishing.settle(claimed(target()), SLOW, NOW, scale=1)
    later = NOW + timedelta(minutes=50)

    refused = publishing.settle(
        claimed(waiting, later), Rejected(error=TransientError("down")), later, scale=1
    )

    assert (refused.status, refused.preparing_since) == (TargetStatus.RETRYING, None)


def test_published_is_final_and_clears_an_old_error() -> None:
    held = claimed(target(failure=Failure.of(TransientError("down"))))

    done = publishing.settle(
        held, Published(platform_post_id="at://1", url="https://b.example/1"), NOW, scale=1
    )

    assert (done.status, done.due, done.failure) == (TargetStatus.PUBLISHED, None, None)
    assert (done.platform_post_id, done.url, done.published_at) == (
        "at://1",
        "https://b.example/1",
        NOW,
    )


def test_a_thread_goes_on_at_once_with_the_next_part_whose_attempts_are_its_own() -> None:
    tried = claimed(target(status=TargetStatus.RETRYING, attempts=2, checkpoint=COMMITTING))

    first = publishing.settle(
        tried, Published(platform_post_id="1", url=None), NOW, scale=1, parts=2
    )
    again = publishing.claim(first, NOW, lease=LEASE)

    assert (first.status, first.due, first.checkpoint, first.attempts) == (
        TargetStatus.PUBLISHING,
        NOW,
        None,
        1,
    )
    assert first.key != tried.key
    assert again is not None
    assert (again.work, again.target.attempts) == (WorkKind.PUBLISH, 1)
    last = publishing.settle(
        again.target, Published(platform_post_id="2", url=None), NOW, scale=1, parts=2
    )
    assert (last.status, last.due, [part.platform_post_id for part in last.parts]) == (
        TargetStatus.PUBLISHED,
        None,
        ["1", "2"],
    )


def test_a_part_that_is_refused_says_which_and_keeps_what_is_live() -> None:
    held = claimed(target(parts=(Published(platform_post_id="1", url=None),)))

    failed = publishing.settle(held, Rejected(error=ContentError("no")), NOW, scale=1, parts=3)

    assert failed.failure is not None
    assert (failed.failure.message, failed.platform_post_id) == ("Part 2 of 3: no", "1")


def test_what_a_person_lets_go_again_is_looked_for_first() -> None:
    claim = publishing.claim(target(checkpoint=COMMITTING), NOW, lease=LEASE)

    assert claim is not None
    assert (claim.work, claim.target.status) == (WorkKind.VERIFY, TargetStatus.PUBLISHING)


@pytest.mark.parametrize(("attempt", "planned"), list(enumerate(PUBLISH_DELAYS, 1)))
def test_a_transient_failure_is_tried_again_as_scheduled(attempt: int, planned: timedelta) -> None:
    held = claimed(target(attempts=attempt - 1, status=TargetStatus.RETRYING))

    settled = publishing.settle(held, Rejected(error=TransientError("down")), NOW, scale=1)

    assert settled.status is TargetStatus.RETRYING
    assert settled.due is not None
    assert abs((settled.due - NOW) / planned - 1) <= PUBLISH_JITTER


def test_the_last_transient_failure_is_final() -> None:
    held = claimed(target(attempts=MAX_PUBLISH_ATTEMPTS - 1, status=TargetStatus.RETRYING))

    settled = publishing.settle(held, Rejected(error=TransientError("down")), NOW, scale=1)

    assert (settled.status, settled.due) == (TargetStatus.FAILED, None)
    assert settled.failure is not None
    assert settled.failure.code == "PLATFORM_UNAVAILABLE"


@pytest.mark.parametrize("error", [ContentError("no"), AccountError("gone")])
def test_what_a_retry_cannot_mend_fails_at_once(error: PublishError) -> None:
    settled = publishing.settle(claimed(target()), Rejected(error=error), NOW, scale=1)

    assert (settled.status, settled.due) == (TargetStatus.FAILED, None)


def test_a_network_that_names_a_longer_wait_gets_it() -> None:
    settled = publishing.settle(
        claimed(target()),
        Rejected(error=PlatformRateError("slow down", retry_after=3600)),
        NOW,
        scale=1,
    )

    assert settled.due == NOW + timedelta(hours=1)


def test_a_definite_no_after_commit_may_be_sent_again() -> None:
    held = replace(claimed(target()), checkpoint=COMMITTING)

    settled = publishing.settle(held, Rejected(error=TransientError("busy")), NOW, scale=1)
    again = publishing.claim(replace(settled, due=NOW), NOW, lease=LEASE)

    assert settled.checkpoint == Checkpoint(stage=Stage.PREPARED, handle={"rkey": "3k"})
    assert again is not None
    assert again.work is WorkKind.PUBLISH


def test_an_unknown_outcome_is_looked_for_for_an_hour_and_then_fails_saying_so() -> None:
    current = target(checkpoint=COMMITTING)
    now = NOW
    looks = 0
    while not current.final:
        current = publishing.settle(
            claimed(replace(current, due=now), now), Unknown(reason="timed out"), now, scale=1
        )
        assert current.status in {TargetStatus.UNKNOWN, TargetStatus.FAILED}
        now, looks = current.due or now, looks + 1

    assert timedelta(hours=1) <= now - NOW <= timedelta(hours=1, minutes=6)
    assert 10 <= looks <= 30
    assert current.failure is not None
    assert (current.failure.code, current.failure.retryable) == ("OUTCOME_UNKNOWN", False)
    assert "may be live" in current.failure.remediation


def test_a_target_that_kills_every_worker_is_given_up() -> None:
    tired = claimed(target(fence=publishing.MAX_CLAIMS, status=TargetStatus.PROCESSING))

    settled = publishing.settle(tired, Accepted(handle={}, poll_after=1), NOW, scale=1)

    assert settled.status is TargetStatus.FAILED

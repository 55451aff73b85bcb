"""A target: what it is known by, what follows it, and whether it may be retried."""

from dataclasses import replace
from datetime import timedelta

import pytest

from herald.domain import targets
from herald.domain.accounts import Platform
from herald.domain.backoff import MAX_PUBLISH_ATTEMPTS
from herald.domain.outcomes import Published
from herald.domain.targets import UNDECIDED, Checkpoint, Kind, Stage, Target, TargetStatus
from tests.unit.domain.test_transitions import NOW, failure, target

LIVE = (Published(platform_post_id="1", url=None),)


def test_a_key_changes_with_the_words_and_with_the_part() -> None:
    first = target()

    assert len({first.key, targets.reworded(first).key, replace(first, parts=LIVE).key}) == 3
    assert targets.resubmitted(first, NOW).key == first.key


def test_other_words_forget_what_was_prepared_for_the_old_ones() -> None:
    prepared = target(
        checkpoint=Checkpoint(stage=Stage.PREPARED, handle={"rkey": "3k"}), doubtful=True
    )

    anew = targets.reworded(prepared)

    assert (anew.checkpoint, anew.doubtful) == (None, False)


@pytest.mark.parametrize(
    ("refused", "word"),
    [
        (target(TargetStatus.PUBLISHED), "published"),
        (target(attempts=MAX_PUBLISH_ATTEMPTS), "use fix"),
        (replace(target(), failure=failure(UNDECIDED)), "may be live"),
    ],
)
def test_a_target_that_cannot_be_retried_says_why(refused: Target, word: str) -> None:
    assert word in (targets.retry_refusal(refused, acknowledge_unknown=False) or "")
    assert targets.retry_refusal(target(), acknowledge_unknown=False) is None


def test_a_comment_follows_its_target_where_there_are_comments() -> None:
    commented = targets.comment_on(target(), 60, NOW)
    skipped = targets.comment_on(target(platform=Platform.PINTEREST), 60, NOW)

    assert (commented.kind, commented.due, commented.status) == (
        Kind.COMMENT,
        NOW + timedelta(seconds=60),
        TargetStatus.PENDING,
    )
    assert (skipped.due, skipped.status) == (None, TargetStatus.SKIPPED)


def test_whom_a_task_follows_is_read_from_its_id() -> None:
    of = target()

    assert targets.followed(targets.comment_on(of, 0, NOW).id) == targets.followed(of.id) == of.id


def test_the_first_parts_of_a_failed_thread_are_live() -> None:
    assert targets.leaves_parts_live(target(TargetStatus.FAILED, parts=LIVE))
    assert not targets.leaves_parts_live(target(TargetStatus.FAILED))

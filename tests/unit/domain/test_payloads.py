"""What the events of a post say."""

from herald.domain import workflow
from herald.domain.events import EventType
from tests.unit.domain.test_workflow import (
    EDITOR,
    LATER,
    LEGAL,
    NOW,
    WORDS,
    approved,
    step,
    submitted,
)


def test_the_last_approve_is_told_as_the_catalog_has_it() -> None:
    waiting = submitted(EDITOR, LEGAL, step(3, "bo", required=False), at=LATER)
    halfway = workflow.approve(waiting, "ed", "Good.", NOW)
    done = workflow.approve(halfway, "lea", "Looks good, approved.", NOW)

    told = workflow.approved(done, WORDS, NOW)

    assert workflow.approved(halfway, WORDS, NOW) == []
    assert [each.type for each in told] == [EventType.POST_DRAFT_APPROVED, EventType.POST_SCHEDULED]
    assert told[0].facts == {
        "post_id": done.id,
        "approver_id": "lea",
        "step_order": 2,
        "comment": "Looks good, approved.",
    }


def test_a_post_that_goes_out_at_once_was_never_scheduled() -> None:
    [told] = workflow.approved(approved(submitted(EDITOR), "ed"), WORDS, NOW)

    assert (told.type, told.facts["comment"]) == (EventType.POST_DRAFT_APPROVED, None)

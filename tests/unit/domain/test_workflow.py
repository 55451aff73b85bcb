"""A submitted post on its way through the workflow, without a table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain import approvals, ids, posts, workflow
from herald.domain.accounts import Platform
from herald.domain.approvals import Approval, ReviewStatus
from herald.domain.content import PostContent
from herald.domain.errors import ConflictError, ForbiddenError
from herald.domain.owners import Mode, Owner
from herald.domain.posts import Post, PostStatus
from herald.domain.targets import Target
from herald.domain.workspaces import Step

NOW = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
WORDS = PostContent(content="Hello")


def step(order: int, *approver_ids: str, required: bool = True) -> Step:
    return Step(order=order, role=f"role {order}", approver_ids=approver_ids, required=required)


EDITOR = step(1, "ed", "eve")
LEGAL = step(2, "lea")
BOSS = step(3, "bo")
MAYBE_EDITOR = replace(EDITOR, required=False)
MAYBE_LEGAL = replace(LEGAL, required=False)


def draft(at: datetime | None = None) -> Post:
    target = Target(
        id=ids.new("pp", NOW), account_id="acc_1", platform=Platform.BLUESKY, account_name="a"
    )
    return Post(
        id=ids.new("post", NOW),
        owner=Owner("ws_1", Mode.LIVE),
        status=PostStatus.DRAFT,
        targets={target.id: target},
        created_at=NOW,
        updated_at=NOW,
        scheduled_for=at,
    )


def submitted(*steps: Step, at: datetime | None = None) -> Post:
    return workflow.submit(draft(at), steps, NOW)


def approved(post: Post, *approver_ids: str) -> Post:
    for each in approver_ids:
        post = workflow.approve(post, each, None, NOW)
    return post


def approval_of(post: Post) -> Approval:
    assert post.approval
    return post.approval


def statuses(post: Post) -> list[str]:
    return [each.status.value for each in approval_of(post).reviews]


def current(post: Post) -> int | None:
    found = approval_of(post).current
    return found.step.order if found else None


def test_a_submitted_draft_waits_at_its_first_step_and_owes_nothing() -> None:
    post = submitted(EDITOR, LEGAL, at=LATER)

    assert (post.status, post.revision, post.due) == (PostStatus.PENDING_APPROVAL, 1, None)
    assert (current(post), approval_of(post).status, statuses(post)) == (
        1,
        ReviewStatus.PENDING,
        ["pending", "pending"],
    )
    assert approval_of(post).id.startswith("apv_")


def test_without_a_workflow_there_is_nobody_to_submit_to() -> None:
    with pytest.raises(ConflictError) as refused:
        submitted()

    assert refused.value.details == {"status": "draft"}
    assert "no approval workflow" in refused.value.message


@pytest.mark.parametrize("at", [None, LATER])
def test_what_waits_is_not_submitted_again(at: datetime | None) -> None:
    with pytest.raises(ConflictError):
        workflow.submit(submitted(EDITOR, at=at), [EDITOR], NOW)


def test_each_approve_does_one_step_and_says_who_and_when() -> None:
    post = workflow.approve(submitted(EDITOR, LEGAL), "eve", "Fine.", LATER)

    [first, _] = approval_of(post).reviews
    assert (post.status, current(post), post.revision) == (PostStatus.PENDING_APPROVAL, 2, 2)
    assert (first.status, first.approver_id, first.comment, first.at) == (
        ReviewStatus.APPROVED,
        "eve",
        "Fine.",
        LATER,
    )


def test_the_last_approve_schedules_a_post_whose_time_is_to_come() -> None:
    post = approved(submitted(EDITOR, LEGAL, at=LATER), "ed", "lea")

    assert (post.status, post.due, post.revision) == (PostStatus.SCHEDULED, LATER, 3)
    assert (approval_of(post).status, current(post), approval_of(post).note) == (
        ReviewStatus.APPROVED,
        None,
        None,
    )


def test_a_post_without_a_time_goes_out_with_the_last_approve() -> None:
    post = approved(submitted(EDITOR), "ed")

    assert (post.status, post.due, approval_of(post).note) == (PostStatus.PUBLISHING, NOW, None)


@pytest.mark.parametrize("at", [NOW, NOW - timedelta(days=1)])
def test_a_post_whose_time_passed_while_it_waited_goes_out_at_once_and_says_so(
    at: datetime,
) -> None:
    post = approved(submitted(EDITOR, at=at), "ed")

    assert (post.status, post.due, post.scheduled_for) == (PostStatus.PUBLISHING, NOW, at)
    assert approval_of(post).note == workflow.OVERDUE


@pytest.mark.parametrize(
    ("steps", "by", "end"),
    [
        ((MAYBE_EDITOR, LEGAL), ("lea",), ["skipped", "approved"]),
        ((MAYBE_EDITOR, LEGAL), ("ed", "lea"), ["approved", "approved"]),
        ((EDITOR, MAYBE_LEGAL), ("ed",), ["approved", "skipped"]),
        ((EDITOR, MAYBE_LEGAL, BOSS), ("ed", "bo"), ["approved", "skipped", "approved"]),
        ((MAYBE_EDITOR, MAYBE_LEGAL, BOSS), ("lea", "bo"), ["skipped", "approved", "approved"]),
        ((MAYBE_EDITOR, MAYBE_LEGAL, BOSS), ("bo",), ["skipped", "skipped", "approved"]),
        ((step(1, "ed"), step(2, "ed")), ("ed", "ed"), ["approved", "approved"]),
        ((step(1, "ed", required=False), step(2, "ed")), ("ed", "ed"), ["approved", "approved"]),
        ((step(10, "ed"), step(20, "lea")), ("ed", "lea"), ["approved", "approved"]),
    ],
)
def test_optional_steps_are_passed_over_and_required_ones_never(
    steps: tuple[Step, ...], by: tuple[str, ...], end: list[str]
) -> None:
    halfway = approved(submitted(*steps), *by[:-1])

    assert halfway.status is PostStatus.PENDING_APPROVAL
    assert statuses(approved(halfway, by[-1])) == end
    assert approved(halfway, by[-1]).status is PostStatus.PUBLISHING


@pytest.mark.parametrize(
    ("steps", "by", "step_order"),
    [
        ((EDITOR, LEGAL), "lea", 1),
        ((EDITOR, LEGAL), "nobody", 1),
        ((MAYBE_EDITOR, LEGAL, BOSS), "bo", 1),
        ((MAYBE_EDITOR, LEGAL), "Lea", 1),
    ],
)
def test_nobody_approves_out_of_turn(steps: tuple[Step, ...], by: str, step_order: int) -> None:
    with pytest.raises(ForbiddenError) as refused:
        approved(submitted(*steps), by)

    assert refused.value.details == {
        "approver_id": by,
        "step": step_order,
        "role": f"role {step_order}",
    }


def test_a_step_that_was_passed_over_is_not_taken_up_again() -> None:
    post = approved(submitted(MAYBE_EDITOR, LEGAL, BOSS), "lea")

    with pytest.raises(ForbiddenError):
        approved(post, "ed")


def test_an_approver_counts_once_for_a_step() -> None:
    post = approved(submitted(EDITOR, LEGAL), "ed")

    with pytest.raises(ConflictError) as refused:
        approved(post, "ed")
    with pytest.raises(ForbiddenError):
        approved(post, "eve")

    assert refused.value.details == {"status": "pending_approval", "approver_id": "ed"}


def test_a_rejected_post_is_a_draft_again_with_the_comment() -> None:
    post = workflow.reject(
        approved(submitted(EDITOR, LEGAL, BOSS, at=LATER), "ed"),
        "key_1",
        "The price is wrong.",
        LATER,
    )

    assert (post.status, post.due, post.scheduled_for) == (PostStatus.DRAFT, None, LATER)
    assert (approval_of(post).status, statuses(post), current(post)) == (
        ReviewStatus.REJECTED,
        ["approved", "rejected", "skipped"],
        None,
    )
    assert (approval_of(post).reviews[1].comment, approval_of(post).reviews[1].approver_id) == (
        "The price is wrong.",
        "key_1",
    )


def test_a_rejected_post_is_submitted_anew() -> None:
    rejected = workflow.reject(submitted(EDITOR), "key_1", None, NOW)

    again = workflow.submit(rejected, [LEGAL], NOW)

    assert (again.status, current(again), statuses(again)) == (
        PostStatus.PENDING_APPROVAL,
        2,
        ["pending"],
    )
    assert approval_of(again).id != approval_of(rejected).id


def test_an_edit_starts_the_approval_again() -> None:
    post = approved(submitted(EDITOR, LEGAL), "ed")

    edited = posts.edit_words(post, NOW)

    assert (edited.status, current(edited), statuses(edited)) == (
        PostStatus.PENDING_APPROVAL,
        1,
        ["pending", "pending"],
    )
    assert (approval_of(edited).id, approval_of(edited).note) == (
        approval_of(post).id,
        approvals.EDITED,
    )


def test_an_approved_post_that_is_edited_says_so_and_a_rejected_one_keeps_its_comment() -> None:
    scheduled = posts.edit_words(approved(submitted(EDITOR, at=LATER), "ed"), NOW)
    rejected = workflow.reject(submitted(EDITOR), "key_1", "No.", NOW)

    assert (scheduled.status, approval_of(scheduled).note) == (
        PostStatus.SCHEDULED,
        approvals.EDITED_SINCE,
    )
    assert posts.edit_words(rejected, NOW).approval == rejected.approval


def test_nobody_is_asked_to_approve_a_cancelled_post() -> None:
    waiting = submitted(EDITOR)
    scheduled = approved(submitted(EDITOR, at=LATER), "ed")

    assert posts.cancel(waiting, NOW).approval is None
    assert posts.cancel(scheduled, NOW).approval == scheduled.approval

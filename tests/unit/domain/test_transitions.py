"""Every status and every act: what it leads to, or that it is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain import ids, posts
from herald.domain.accounts import Platform
from herald.domain.backoff import MAX_PUBLISH_ATTEMPTS
from herald.domain.content import PLAIN, Override, Part, PostContent
from herald.domain.errors import ConflictError, NotFoundError
from herald.domain.outcomes import Published
from herald.domain.owners import Mode, Owner
from herald.domain.posts import Post, PostAction, PostStatus
from herald.domain.targets import UNDECIDED, Checkpoint, Failure, Stage, Target, TargetStatus

NOW = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
D = PostStatus.DRAFT
W = PostStatus.PENDING_APPROVAL  # waits
K = PostStatus.APPROVED
S = PostStatus.SCHEDULED
G = PostStatus.PUBLISHING  # going out
P = PostStatus.PUBLISHED
T = PostStatus.PARTIAL
F = PostStatus.FAILED
C = PostStatus.CANCELLED
U = PostStatus.UNPUBLISHED
A = PostStatus.ARCHIVED
STATUSES = (D, W, K, S, G, P, T, F, C, U, A)  # the columns of the table below
N = None  # a conflict

TABLE = {  # in the order above
    PostAction.EDIT: (D, W, N, S, N, N, T, F, N, N, N),
    PostAction.SUBMIT: (W, N, N, N, N, N, N, N, N, N, N),
    PostAction.APPROVE: (N, W, N, N, N, N, N, N, N, N, N),
    PostAction.REJECT: (N, D, N, N, N, N, N, N, N, N, N),
    PostAction.DELETE: (D, N, N, S, N, N, N, F, C, N, N),
    PostAction.PUBLISH: (G, N, N, G, N, N, N, N, N, N, N),
    PostAction.CANCEL: (C, C, C, C, N, N, N, N, N, N, N),
    PostAction.RETRY: (N, N, N, N, N, N, G, G, N, N, N),
    PostAction.FIX: (N, N, N, N, N, N, G, G, N, N, N),
    PostAction.UNPUBLISH: (N, N, N, N, N, U, U, U, N, N, N),
    PostAction.ARCHIVE: (N, N, N, N, N, A, A, A, A, A, N),
}
CELLS = [
    (action, status, end)
    for action, row in TABLE.items()
    for status, end in zip(STATUSES, row, strict=True)
]


def failure(code: str = "PLATFORM_UNAVAILABLE") -> Failure:
    return Failure(
        code=code, message="no", category="transient", retryable=True, remediation="wait"
    )


def target(status: TargetStatus = TargetStatus.FAILED, **fields: object) -> Target:
    base = Target(
        id=ids.new("pp", NOW),
        account_id="acc_1",
        platform=Platform.BLUESKY,
        account_name="a",
        status=status,
        attempts=1,
    )
    return replace(base, failure=failure() if status is TargetStatus.FAILED else None, **fields)  # type: ignore[arg-type]


def post(status: PostStatus, *targets: Target) -> Post:
    return Post(
        id=ids.new("post", NOW),
        owner=Owner("ws_1", Mode.LIVE),
        status=status,
        targets={each.id: each for each in targets},
        created_at=NOW,
        updated_at=NOW,
    )


def test_the_table_names_every_action() -> None:
    assert set(STATUSES) == set(PostStatus)
    assert set(TABLE) == set(PostAction) == set(posts.TRANSITIONS)


@pytest.mark.parametrize(("action", "status", "end"), CELLS)
def test_every_cell(action: PostAction, status: PostStatus, end: PostStatus | None) -> None:
    if end is not None:
        assert posts.next_status(post(status), action) is end
        return
    with pytest.raises(ConflictError) as refused:
        posts.next_status(post(status), action)
    assert refused.value.details == {"status": status}


def test_a_cancelled_post_owes_nothing() -> None:
    cancelled = posts.cancel(post(S, target(TargetStatus.PENDING, due=NOW)), NOW)

    assert (cancelled.status, cancelled.due, cancelled.revision) == (C, None, 1)


def test_a_retry_sends_failed_targets_at_once_and_leaves_published_ones_alone() -> None:
    live = target(TargetStatus.PUBLISHED, parts=(Published(platform_post_id="1", url=None),))
    down = target()

    again = posts.retry(post(T, live, down), None, NOW, acknowledge_unknown=False)

    assert again.status is G
    assert again.targets[live.id] == live
    assert (
        again.targets[down.id].status,
        again.targets[down.id].due,
        again.targets[down.id].failure,
    ) == (
        TargetStatus.PENDING,
        NOW,
        None,
    )
    assert again.targets[down.id].attempts == 1


def test_a_retry_keeps_what_the_network_knows_the_post_by() -> None:
    known = Checkpoint(stage=Stage.PREPARED, handle={"rkey": "3k"})
    down = target(checkpoint=known)

    again = posts.retry(post(F, down), None, NOW, acknowledge_unknown=False).targets[down.id]

    assert (again.checkpoint, again.key) == (known, down.key)


def test_a_chosen_target_that_cannot_be_retried_is_told_with_its_reason() -> None:
    live = target(TargetStatus.PUBLISHED)
    spent = target(attempts=MAX_PUBLISH_ATTEMPTS)
    fine = target()
    failed = post(T, live, spent, fine)

    with pytest.raises(ConflictError) as refused:
        posts.retry(failed, [live.id, spent.id, fine.id], NOW, acknowledge_unknown=False)

    reasons = {each["id"]: each["reason"] for each in refused.value.details["targets"]}  # type: ignore[attr-defined]
    assert reasons.keys() == {live.id, spent.id}
    assert "only failed" in reasons[live.id]
    assert "use fix" in reasons[spent.id]


def test_without_a_choice_whatever_can_be_retried_is() -> None:
    spent = target(attempts=MAX_PUBLISH_ATTEMPTS)
    fine = target()

    again = posts.retry(post(F, spent, fine), None, NOW, acknowledge_unknown=False)

    assert [each.due for each in again.targets.values()] == [None, NOW] or [
        each.due for each in again.targets.values()
    ] == [
        NOW,
        None,
    ]
    assert again.targets[spent.id].status is TargetStatus.FAILED


@pytest.mark.parametrize("chosen", [None, [], ["pp_unknown"]])
def test_an_empty_set_is_a_conflict(chosen: list[str] | None) -> None:
    with pytest.raises(ConflictError):
        posts.retry(
            post(F, target(attempts=MAX_PUBLISH_ATTEMPTS)), chosen, NOW, acknowledge_unknown=False
        )


def test_an_undecided_target_is_sent_again_only_when_somebody_says_so() -> None:
    doubtful = replace(target(), failure=failure(UNDECIDED))

    with pytest.raises(ConflictError):
        posts.retry(post(F, doubtful), None, NOW, acknowledge_unknown=False)

    assert posts.retry(post(F, doubtful), None, NOW, acknowledge_unknown=True).status is G


def test_a_fix_starts_anew_with_other_words_for_that_target_alone() -> None:
    known = Checkpoint(stage=Stage.PREPARED, handle={"rkey": "3k"})
    bad = target(attempts=MAX_PUBLISH_ATTEMPTS, checkpoint=known)
    other = target(attempts=MAX_PUBLISH_ATTEMPTS)
    words = PostContent(content="long", overrides={"BLUESKY": Override(content="less long")})

    fixed, after = posts.fix(post(F, bad, other), words, bad.id, Override(content="short"), NOW)

    anew = fixed.targets[bad.id]
    assert (anew.status, anew.attempts, anew.due, anew.checkpoint) == (
        TargetStatus.PENDING,
        0,
        NOW,
        None,
    )
    assert anew.key != bad.key
    assert (after.for_target(anew), after.for_target(other)) == (
        [Part(text="short")],
        [Part(text="less long")],
    )
    assert fixed.targets[other.id] == other


def test_an_empty_fix_sends_the_same_words_under_the_same_key() -> None:
    bad = target(attempts=MAX_PUBLISH_ATTEMPTS)

    fixed, words = posts.fix(post(F, bad), PostContent(content="x"), bad.id, PLAIN, NOW)

    assert (fixed.targets[bad.id].key, fixed.targets[bad.id].attempts, words) == (
        bad.key,
        0,
        PostContent(content="x"),
    )


def test_a_fix_of_what_did_not_fail_or_is_not_there_is_refused() -> None:
    live = target(TargetStatus.PUBLISHED)

    with pytest.raises(ConflictError):
        posts.fix(post(T, live), PostContent(content="x"), live.id, PLAIN, NOW)
    with pytest.raises(NotFoundError):
        posts.fix(post(T, live), PostContent(content="x"), "pp_other", PLAIN, NOW)


def test_edited_words_are_another_edition_for_what_is_not_live() -> None:
    live = target(TargetStatus.PUBLISHED)
    down = target(checkpoint=Checkpoint(stage=Stage.PREPARED, handle={"rkey": "3k"}))

    edited = posts.edit_words(post(T, live, down), NOW + timedelta(minutes=1))

    assert edited.targets[live.id] == live
    assert (edited.targets[down.id].edition, edited.targets[down.id].checkpoint) == (1, None)

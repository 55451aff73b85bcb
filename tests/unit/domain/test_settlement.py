"""Settlement: what a worker's outcome does to its post."""

from dataclasses import replace
from datetime import timedelta

from herald.domain import targets
from herald.domain.content import PostContent
from herald.domain.events import EventType
from herald.domain.posts import PostStatus
from herald.domain.settlement import decide
from herald.domain.targets import TargetStatus
from tests.unit.domain.test_transitions import NOW, post, target

WORDS = PostContent(content="Hello")
COMMENTED = PostContent(content="Hello", first_comment="first!", first_comment_delay=60)


def test_a_target_that_is_not_the_last_one_leaves_its_post_as_it_is() -> None:
    done = target(TargetStatus.PUBLISHED)
    open_one = target(TargetStatus.PUBLISHING)
    before = post(PostStatus.PUBLISHING, done, open_one)

    decision = decide(before, done, WORDS, NOW)

    assert (decision.last, decision.after) == (False, before)
    assert [each.type for each in decision.events] == [EventType.POST_TARGET_PUBLISHED]


def test_the_last_target_rolls_its_post_up() -> None:
    failed = target(TargetStatus.FAILED)
    going = target(TargetStatus.PUBLISHING)
    done = replace(going, status=TargetStatus.PUBLISHED)

    decision = decide(post(PostStatus.PUBLISHING, failed, going), done, WORDS, NOW)

    assert (decision.last, decision.after.status) == (True, PostStatus.PARTIAL)
    assert decision.after.targets[going.id] == done
    assert [each.type for each in decision.events] == [
        EventType.POST_TARGET_PUBLISHED,
        EventType.POST_PUBLISHED,
    ]


def test_a_target_that_is_tried_again_tells_nothing() -> None:
    again = target(TargetStatus.RETRYING, due=NOW)

    decision = decide(post(PostStatus.PUBLISHING, again), again, WORDS, NOW)

    assert decision.after.status is PostStatus.PUBLISHING
    assert decision.events == []


def test_a_comment_falls_due_when_its_target_goes_live_and_not_before() -> None:
    live = target(TargetStatus.PUBLISHED)
    failed = target(TargetStatus.FAILED)

    decision = decide(post(PostStatus.PUBLISHING, live), live, COMMENTED, NOW)

    assert decision.comment
    assert (decision.comment.of, decision.comment.due) == (live.id, NOW + timedelta(seconds=60))
    assert decision.after.follow_ups == {decision.comment.id: decision.comment}
    assert decision.tasks == [live, decision.comment]
    assert decide(post(PostStatus.PUBLISHING, failed), failed, COMMENTED, NOW).comment is None
    assert decide(post(PostStatus.PUBLISHING, live), live, WORDS, NOW).comment is None


def test_a_comment_changes_nothing_of_its_post_and_tells_nobody() -> None:
    live = target(TargetStatus.PUBLISHED)
    comment = targets.comment_on(live, 0, NOW)
    before = replace(post(PostStatus.PUBLISHED, live), follow_ups={comment.id: comment})
    sent = replace(comment, status=TargetStatus.PUBLISHED, due=None)

    decision = decide(before, sent, COMMENTED, NOW)

    assert (decision.after.status, decision.after.due) == (PostStatus.PUBLISHED, None)
    assert (decision.last, decision.events) == (True, ())


def test_a_comment_is_not_the_last_while_a_target_is_open() -> None:
    live = target(TargetStatus.PUBLISHED)
    open_one = target(TargetStatus.PUBLISHING)
    comment = replace(targets.comment_on(live, 0, NOW), status=TargetStatus.PUBLISHED)

    assert not decide(post(PostStatus.PUBLISHING, live, open_one), comment, COMMENTED, NOW).last

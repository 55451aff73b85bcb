"""A post's targets on the wire."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from herald.api.voxburst.targets import results, target_view
from herald.domain import targets
from herald.domain.errors import Phrase
from herald.domain.outcomes import Published
from herald.domain.posts import PostStatus
from herald.domain.targets import Kind, Target, TargetStatus
from tests.unit.domain.test_transitions import NOW, failure, post, target

PARTS = (
    Published(platform_post_id="1", url="https://a.example/1"),
    Published(platform_post_id="2", url=None),
)
SOON = NOW + timedelta(minutes=2)


def shown(going: Target, *following: Target) -> dict[str, Any]:
    of = replace(post(PostStatus.PARTIAL, going), follow_ups={each.id: each for each in following})
    return target_view(of, going)


def test_what_opens_a_thread_is_the_targets_own_and_the_rest_is_listed() -> None:
    live = shown(target(TargetStatus.PUBLISHED, parts=PARTS, published_at=NOW))

    assert (live["platformPostId"], live["platformPostUrl"]) == ("1", "https://a.example/1")
    assert live["threadPosts"] == [{"platformPostId": "2", "platformPostUrl": None}]
    assert live["publishedAt"] == "2026-06-15T14:00:00.000Z"


def test_a_failure_says_what_to_do_in_the_contracts_words() -> None:
    advice = Phrase("Retry with {acknowledge_unknown}.")

    error = shown(replace(target(), failure=replace(failure(), remediation=advice)))["error"]

    assert error["remediation"] == "Retry with acknowledgeUnknown."


def test_the_next_retry_is_its_own_or_when_the_quota_is_back() -> None:
    going = target(TargetStatus.RETRYING, due=SOON)
    waiting = replace(target(), failure=replace(failure(), retry_at=SOON))

    assert (
        shown(going)["nextRetryAt"] == shown(waiting)["nextRetryAt"] == "2026-06-15T14:02:00.000Z"
    )
    assert shown(target())["nextRetryAt"] is None
    assert shown(target(TargetStatus.PENDING, due=SOON))["nextRetryAt"] is None


def test_what_follows_a_target_is_shown_with_it() -> None:
    live = target(TargetStatus.PUBLISHED, parts=PARTS)
    deletion = replace(
        targets.follow_up(live, Kind.DELETION, "pd", NOW), status=TargetStatus.UNPUBLISHED
    )

    both = shown(live, targets.comment_on(live, 60, NOW), deletion)

    assert (both["firstComment"]["status"], both["deletion"]["status"]) == ("pending", "deleted")
    assert (shown(live)["firstComment"], shown(live)["deletion"]) == (None, None)


def test_results_have_a_destination_for_each_target() -> None:
    first = target(TargetStatus.PUBLISHED, parts=PARTS)
    second = target()

    found: Any = results(post(PostStatus.PARTIAL, first, second))

    assert found["status"] == "partial"
    assert [(each["id"], each["status"], each["url"]) for each in found["destinations"]] == [
        (first.id, "published", "https://a.example/1"),
        (second.id, "failed", None),
    ]

"""A target's claim, against what a user does at the same time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from herald import runtime
from herald.domain import publishing
from herald.domain.errors import ConflictError
from herald.store.targets import LostClaimError
from tests.integration.conftest import Caller, owner_of
from tests.integration.test_lifecycle import create
from tests.integration.test_posts import SOON
from tests.integration.test_threads import publish


def test_of_cancel_and_a_claim_at_once_the_first_wins(test: Caller, account: str) -> None:
    store = runtime.target_store()
    called_off = create(test, account, scheduledFor=SOON)["id"]
    on_its_way = create(test, account, scheduledFor=SOON)["id"]
    seen = {
        each: runtime.lifecycle().find(each, owner_of(test))[0] for each in (called_off, on_its_way)
    }
    claims = {
        each: replace(next(iter(post.targets.values())), fence=1) for each, post in seen.items()
    }

    assert test("POST", f"/v1/posts/{called_off}/cancel").status == 200
    store.claim(seen[on_its_way], claims[on_its_way])

    with pytest.raises(LostClaimError):
        store.claim(seen[called_off], claims[called_off])
    assert test("POST", f"/v1/posts/{on_its_way}/cancel").body["error"]["details"] == {
        "status": "publishing"
    }
    with pytest.raises(ConflictError):
        runtime.post_store().change(seen[on_its_way], was=seen[on_its_way])


def test_an_act_does_not_cross_a_comment_that_is_being_sent(test: Caller, account: str) -> None:
    """A worker holds the comment, and has not begun to send it, when the post is archived.

    It stops, and the next worker sends the comment.
    """
    post = publish(test, [account], threadPosts=[], firstComment="first!", firstCommentDelay=60)
    store = runtime.target_store()
    seen = runtime.lifecycle().find(post["id"], owner_of(test))[0]
    [waiting] = seen.follow_ups.values()
    claim = publishing.claim(
        waiting, runtime.now() + timedelta(minutes=1), lease=timedelta(minutes=2)
    )
    assert claim is not None
    store.claim(seen, claim.target)

    archived = test("PATCH", f"/v1/posts/{post['id']}", {"status": "archived"})

    assert (archived.status, archived.body["status"]) == (200, "archived")
    with pytest.raises(LostClaimError):
        store.checkpoint(post["id"], claim.target)

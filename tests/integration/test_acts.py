"""The bodies of what is done to a post: edit, retry, fix."""

from typing import Any

import pytest

from tests.integration.conftest import Caller
from tests.integration.test_lifecycle import create, fail
from tests.integration.test_posts import publish


@pytest.mark.parametrize(
    "body",
    [
        {"status": "draft"},
        {"content": 1},
        {"media": ["media_1"]},
        {"scheduledFor": "x"},
        {"accountIds": "x"},
        {"metadata": 1},
    ],
)
def test_a_bad_edit_changes_nothing(test: Caller, account: str, body: dict[str, Any]) -> None:
    post_id = create(test, account)["id"]
    post = test("GET", f"/v1/posts/{post_id}").body

    assert test("PATCH", f"/v1/posts/{post_id}", body).status == 400
    assert test("GET", f"/v1/posts/{post_id}").body == post


def test_an_empty_fix_sends_the_same_words(test: Caller, account: str) -> None:
    post = fail(test, account)
    path = f"/v1/posts/{post['id']}/platforms/{post['platforms'][0]['postPlatformId']}/fix"

    assert test("POST", path).status == 202
    assert publish(test, post)["platforms"][0]["error"]["code"] == "QUOTA_EXCEEDED"


@pytest.mark.parametrize(
    "body",
    [
        {"mediaUrl": 1},
        {"mediaUrl": ""},
        {"mediaUrl": "x" * 2_049},
        {"content": ""},
        {"content": 1},
        {"content": "x" * 10_001},
    ],
)
def test_a_bad_fix_is_refused(test: Caller, account: str, body: dict[str, Any]) -> None:
    post = fail(test, account)

    assert (
        test(
            "POST",
            f"/v1/posts/{post['id']}/platforms/{post['platforms'][0]['postPlatformId']}/fix",
            body,
        ).status
        == 400
    )

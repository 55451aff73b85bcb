"""An account's statuses, as its instance shows them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from herald.domain import times
from herald.domain.errors import TransientError
from herald.net.client import Response
from herald.platforms.mastodon.statuses import (
    MAX_SEEN,
    attached_to,
    page_of,
    published_status,
    statuses_since,
)
from herald.platforms.protocol import Session
from tests.fakes.http import Scripted, reply, scripted
from tests.unit.platforms.conftest import NOW
from tests.unit.platforms.mastodon.samples import instance

MINUTE = timedelta(minutes=1)


def status(number: int, at: datetime = NOW) -> Mapping[str, object]:
    return {"id": str(number), "created_at": times.wire(at)}


def seen(http: Scripted, session: Session) -> list[object]:
    return [each["id"] for each in statuses_since(instance(http), session, NOW - MINUTE)]


def test_pages_are_read_until_one_goes_back_far_enough(session: Session) -> None:
    http = scripted(
        reply(200, [status(3), status(2)]), reply(200, [status(1), status(0, NOW - 2 * MINUTE)])
    )

    assert seen(http, session) == ["3", "2", "1"]
    assert [request.url.partition("/v1/")[2] for request in http.requests] == [
        "accounts/7/statuses?exclude_reblogs=true&limit=40",
        "accounts/7/statuses?exclude_reblogs=true&limit=40&max_id=2",
    ]


def test_an_empty_page_is_the_end(session: Session) -> None:
    assert seen(scripted(reply(200, [status(1)]), reply(200, [])), session) == ["1"]


def test_more_than_can_be_compared_is_no_answer(session: Session) -> None:
    page = reply(200, [status(number) for number in range(MAX_SEEN // 2)])

    with pytest.raises(TransientError, match="more posts"):
        seen(scripted(page, page), session)


@pytest.mark.parametrize(
    "answer", [reply(200, "<html>"), reply(200, {}), reply(200, [1]), reply(503)]
)
def test_what_is_no_list_of_posts_decides_nothing(answer: Response) -> None:
    with pytest.raises(TransientError):
        page_of(instance(scripted(answer)), "/api/v1/accounts/7/statuses")


@pytest.mark.parametrize("at", [None, "yesterday", 7])
def test_a_post_without_a_time_decides_nothing(session: Session, at: object) -> None:
    with pytest.raises(TransientError, match="without a time"):
        seen(scripted(reply(200, [{"id": "1", "created_at": at}])), session)


@pytest.mark.parametrize(
    ("shown", "ids"), [([{"id": "7"}, "?"], {"7"}), (None, set()), ({}, set())]
)
def test_the_files_of_a_post_are_known_where_they_are_shown(
    shown: object, ids: set[object]
) -> None:
    assert attached_to({"media_attachments": shown}) == ids


def test_a_post_is_published_by_its_id_and_linked_as_well_as_can_be() -> None:
    found = published_status({"id": "1", "url": None, "uri": "https://social.example/1"})

    assert found
    assert (found.platform_post_id, found.url) == ("1", "https://social.example/1")
    assert published_status({"url": "https://social.example/1"}) is None

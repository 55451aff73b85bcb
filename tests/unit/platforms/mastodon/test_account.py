"""Connecting an account on an instance."""

import pytest

from herald.domain.errors import UnprocessableError
from herald.net.client import Response
from herald.platforms.mastodon.account import MastodonAccounts, limits_of
from tests.fakes.http import Request, Scripted, reply
from tests.unit.platforms.conftest import NOW

ME = {"id": "7", "acct": "alice", "display_name": "", "avatar": None}


def test_an_old_instance_says_its_name_at_the_old_address() -> None:
    def old(request: Request) -> Response:
        answers = {"verify_credentials": reply(200, ME)}
        if request.url.endswith("/v1/instance"):
            return reply(200, {"uri": "social.example"})
        return answers.get(request.call, reply(404, {"error": "Not found"}))

    fields = {"instance_url": "web.social.example", "access_token": "t"}
    profile, _ = MastodonAccounts(Scripted(old), lambda: NOW).connect(fields)

    assert (profile.remote_id, profile.username, profile.host) == (
        "7@social.example",
        "alice@social.example",
        "https://web.social.example",
    )


@pytest.mark.parametrize(
    "answer", [reply(200, "<html>"), reply(200, {"id": 7}), reply(404), reply(301)]
)
def test_what_is_no_instance_does_not_connect(answer: Response) -> None:
    with pytest.raises(UnprocessableError):
        MastodonAccounts(Scripted(lambda _request: answer), lambda: NOW).connect(
            {"instance_url": "example.com", "access_token": "t"}
        )


@pytest.mark.parametrize(
    ("instance", "limits"),
    [
        ({"configuration": {"statuses": {"max_characters": 1_000}}}, {"max_text": 1_000}),
        (
            {
                "configuration": {"media_attachments": {"image_size_limit": 9}},
                "max_toot_chars": 700,
            },
            {"max_image_bytes": 9, "max_text": 700},
        ),
        ({}, {}),
        ({"configuration": None}, {}),
        ({"configuration": {"statuses": []}}, {}),
        ({"configuration": {"statuses": {"max_characters": "1000"}}}, {}),
        ({"configuration": {"statuses": {"max_characters": True}}}, {}),
        ({"configuration": {"statuses": {"max_characters": 0, "max_media_attachments": -1}}}, {}),
        ({"configuration": {"statuses": {"max_characters": 10**40}}}, {}),
    ],
)
def test_an_instances_limits_are_read_where_they_can_be(
    instance: dict[str, object], limits: dict[str, int]
) -> None:
    assert limits_of(instance) == limits

"""Mastodon's connector where the fake instance has no fault to offer; the rest is in tests/networks."""

from dataclasses import replace

import pytest

from herald.domain.accounts import Platform
from herald.domain.errors import (
    MAX_WAIT,
    AccountError,
    ContentError,
    MediaError,
    PermanentError,
    PlatformRateError,
    PublishError,
    TransientError,
    UnprocessableError,
)
from herald.domain.owners import Secret
from herald.net.client import BlockedError, NotSentError, Response
from herald.platforms.mastodon.account import MastodonAccounts, limits_of
from herald.platforms.mastodon.publish import Mastodon
from herald.platforms.protocol import Draft, LostAnswerError, Session
from tests.fakes.http import Request, Scripted, reply
from tests.outgoing import no_file
from tests.unit.platforms.conftest import NOW, account_on

DRAFT = Draft(key="pp_1:0", text="Hello")
HANDLE = {"key": "pp_1:0", "idempotencyKey": "0f", "preparedAt": "2026-06-01T14:00:00.000Z"}
ME = {"id": "7", "acct": "alice", "display_name": "", "avatar": None}


@pytest.fixture
def session() -> Session:
    account = replace(account_on(Platform.MASTODON), remote_id="7@social.example", host="https://social.example")
    return Session(account, {"accessToken": Secret("secret-token")}, keep=lambda new: new, file=no_file)


def commit(session: Session, answer: Response | Exception) -> object:
    def say(_request: Request) -> Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    connector = Mastodon(Scripted(say), lambda: NOW)
    return connector.commit(DRAFT, session, handle=HANDLE)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (NotSentError("no connection"), TransientError),
        (BlockedError("the host's address is not a public one"), PermanentError),
        (reply(401, {"error": "The access token is invalid"}), AccountError),
        (reply(403, {"error": "Your login is currently disabled"}), AccountError),
        (reply(403, "<html>checking your browser</html>"), TransientError),
        (reply(401, ""), TransientError),
        (reply(408), TransientError),
        (reply(422, {"error": "Validation failed: Text can't be blank"}), ContentError),
        (reply(422, {"error": "Cannot attach files that have not finished processing. Try again in a moment!"}), TransientError),
        (reply(422, {"error": "Cannot attach more than 4 files"}), MediaError),
        (reply(404, {"error": "Record not found"}), PermanentError),
        (reply(301, "", location="https://elsewhere.example"), PermanentError),
    ],
)
def test_a_definite_no_has_its_family(session: Session, answer: Response | Exception, kind: type[PublishError]) -> None:
    with pytest.raises(PublishError) as caught:
        commit(session, answer)
    assert type(caught.value) is kind


@pytest.mark.parametrize("body", ["", "<html>", "[]", "{}", '{"id": ""}', '{"id": 7}'])
def test_published_means_with_an_id_in_hand(session: Session, body: str) -> None:
    with pytest.raises(LostAnswerError):
        commit(session, reply(200, body))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x_ratelimit_reset": "2026-06-01T14:01:30.000000Z"}, 90),
        ({"x_ratelimit_reset": "2026-06-01T13:00:00.000000Z"}, 1),
        ({"retry_after": "7"}, 7),
        ({"x_ratelimit_reset": "soon"}, None),
        ({"x_ratelimit_reset": "9999-12-31T23:59:59.999999Z"}, MAX_WAIT),
        ({"retry_after": "9" * 5000}, MAX_WAIT),
        ({}, None),
    ],
)
def test_a_rate_limit_names_its_end(session: Session, headers: dict[str, str], seconds: float | None) -> None:
    with pytest.raises(PlatformRateError) as caught:
        commit(session, reply(429, **headers))
    assert caught.value.retry_after == seconds


def test_the_token_gets_into_no_message(session: Session) -> None:
    with pytest.raises(AccountError) as caught:
        commit(session, reply(401, {"error": "secret-token is invalid"}))
    assert caught.value.message == "Mastodon: … is invalid"


def test_errors_are_asked_for_in_english(session: Session) -> None:
    http = Scripted(lambda _request: reply(200, {"id": "1"}))
    connector = Mastodon(http, lambda: NOW)

    connector.commit(DRAFT, session, handle=HANDLE)

    assert http.requests[0].url == "https://social.example/api/v1/statuses?lang=en"
    assert http.requests[0].json == {"status": "Hello", "visibility": "public"}


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


@pytest.mark.parametrize("answer", [reply(200, "<html>"), reply(200, {"id": 7}), reply(404), reply(301)])
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
            {"configuration": {"media_attachments": {"image_size_limit": 9}}, "max_toot_chars": 700},
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
def test_an_instances_limits_are_read_where_they_can_be(instance: dict[str, object], limits: dict[str, int]) -> None:
    assert limits_of(instance) == limits

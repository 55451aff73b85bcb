"""A session is used until it is refused, then refreshed, then opened anew."""

import pytest

from herald.domain.errors import (
    AccountError,
    PermanentError,
    PlatformRateError,
    PublishError,
    TransientError,
)
from herald.net.client import NoAnswerError, NotSentError, Response
from herald.platforms.protocol import Credentials, Session
from tests.fakes.http import reply, scripted
from tests.unit.platforms.bluesky.samples import DONE, EXPIRED, OPENED, calls, commit


def test_a_session_is_refreshed_kept_and_then_used(
    session: Session, kept: list[Credentials]
) -> None:
    http = scripted(EXPIRED, reply(200, OPENED), DONE)

    commit(http, session)

    assert calls(http) == ["putRecord", "refreshSession", "putRecord"]
    assert [request.headers["Authorization"] for request in http.requests] == [
        "Bearer old-access",
        "Bearer old-refresh",
        "Bearer new-access",
    ]
    assert kept == [
        {"accessJwt": "new-access", "refreshJwt": "new-refresh", "appPassword": "abcd-efgh"}
    ]


def test_the_app_password_is_the_last_resort(session: Session, kept: list[Credentials]) -> None:
    http = scripted(reply(401, {"error": "AuthMissing"}), EXPIRED, reply(200, OPENED), DONE)

    commit(http, session)

    assert calls(http) == ["putRecord", "refreshSession", "createSession", "putRecord"]
    assert http.requests[2].json == {"identifier": "did:plc:alice", "password": "abcd-efgh"}
    assert len(kept) == 1


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([reply(500)], TransientError),
        ([NoAnswerError("x")], TransientError),
        ([NotSentError("x")], TransientError),
        ([reply(429)], PlatformRateError),
        ([reply(200, "?")], TransientError),
        ([reply(200, OPENED | {"refreshJwt": ""})], TransientError),
        ([reply(200, OPENED | {"accessJwt": "a\r\nb"})], TransientError),
        ([EXPIRED, reply(503)], TransientError),
        ([EXPIRED, reply(429)], PlatformRateError),
        ([EXPIRED, reply(403, "<html>")], TransientError),
        (
            [
                EXPIRED,
                reply(
                    401,
                    {
                        "error": "AuthenticationRequired",
                        "message": "Invalid identifier or password",
                    },
                ),
            ],
            AccountError,
        ),
        (
            [
                EXPIRED,
                reply(401, {"error": "AccountTakedown", "message": "Account has been taken down"}),
            ],
            PermanentError,
        ),
    ],
)
def test_a_session_that_cannot_be_had_is_no_lost_answer_and_nothing_is_kept(
    session: Session,
    kept: list[Credentials],
    answers: list[Response | Exception],
    kind: type[PublishError],
) -> None:
    with pytest.raises(PublishError) as caught:
        commit(scripted(EXPIRED, *answers), session)
    assert type(caught.value) is kind
    assert kept == []


def test_a_new_session_that_is_refused_too_is_the_accounts_problem(session: Session) -> None:
    with pytest.raises(AccountError):
        commit(scripted(EXPIRED, reply(200, OPENED), EXPIRED), session)

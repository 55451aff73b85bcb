"""What an instance's refusals mean."""

import pytest

from herald.domain.errors import (
    MAX_WAIT,
    AccountError,
    ContentError,
    MediaError,
    PermanentError,
    PlatformRateError,
    PublishError,
    TransientError,
)
from herald.net.client import BlockedError, NotSentError, Response
from herald.platforms.protocol import Session
from tests.fakes.http import reply
from tests.unit.platforms.mastodon.samples import commit

PROCESSING = "Cannot attach files that have not finished processing. Try again in a moment!"


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
        (reply(422, {"error": PROCESSING}), TransientError),
        (reply(422, {"error": "Cannot attach more than 4 files"}), MediaError),
        (reply(404, {"error": "Record not found"}), PermanentError),
        (reply(301, "", location="https://elsewhere.example"), PermanentError),
    ],
)
def test_a_definite_no_has_its_family(
    session: Session, answer: Response | Exception, kind: type[PublishError]
) -> None:
    with pytest.raises(PublishError) as caught:
        commit(session, answer)
    assert type(caught.value) is kind


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
def test_a_rate_limit_names_its_end(
    session: Session, headers: dict[str, str], seconds: float | None
) -> None:
    with pytest.raises(PlatformRateError) as caught:
        commit(session, reply(429, **headers))
    assert caught.value.retry_after == seconds


def test_the_token_gets_into_no_message(session: Session) -> None:
    with pytest.raises(AccountError) as caught:
        commit(session, reply(401, {"error": "secret-token is invalid"}))
    assert caught.value.message == "Mastodon: … is invalid"

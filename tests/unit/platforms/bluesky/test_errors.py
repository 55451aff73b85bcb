"""What Bluesky's refusals mean."""

import pytest

from herald.domain.errors import (
    MAX_WAIT,
    AccountError,
    MediaError,
    PermanentError,
    PlatformRateError,
    PublishError,
    TransientError,
)
from herald.net.client import BlockedError, NotSentError, Response
from herald.platforms.protocol import Session
from tests.fakes.http import reply, scripted
from tests.unit.platforms.bluesky.samples import commit
from tests.unit.platforms.conftest import NOW


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (NotSentError("no connection: connection refused"), TransientError),
        (BlockedError("the host's address is not a public one"), PermanentError),
        (reply(429, {"error": "RateLimitExceeded"}), PlatformRateError),
        (reply(403, {"error": "AccountNotFound", "message": "Account not found"}), AccountError),
        (reply(403, "<html>blocked by a firewall"), TransientError),
        (reply(408), TransientError),
        (reply(400, {"error": "BlobNotFound", "message": "Could not find blob"}), TransientError),
        (
            reply(
                400,
                {
                    "error": "InvalidRequest",
                    "message": "This file is too large: blob too big (maximum 1000000)",
                },
            ),
            MediaError,
        ),
        (reply(400, {"error": "RepoDeactivated"}), PermanentError),
        (reply(404, "not found"), PermanentError),
        (reply(302, "", location="https://elsewhere.example"), PermanentError),
    ],
)
def test_a_definite_no_has_its_family(
    session: Session, answer: Response | Exception, kind: type[PublishError]
) -> None:
    with pytest.raises(PublishError) as caught:
        commit(scripted(answer), session)
    assert type(caught.value) is kind


def test_a_rate_limit_names_its_end(session: Session) -> None:
    reset = str(int(NOW.timestamp()) + 90)

    for headers, seconds in (
        ({"ratelimit_reset": reset}, 90),
        ({"retry_after": "7"}, 7),
        ({"ratelimit_reset": "0"}, 1),
        ({"ratelimit_reset": "9" * 5000}, MAX_WAIT),
        ({"retry_after": "9" * 5000}, MAX_WAIT),
        ({}, None),
    ):
        with pytest.raises(PlatformRateError) as caught:
            commit(scripted(reply(429, **headers)), session)
        assert caught.value.retry_after == seconds

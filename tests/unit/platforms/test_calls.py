"""The calls of one step."""

from datetime import timedelta

import pytest

from herald.domain.errors import PublishError
from herald.platforms.bluesky.publish import Bluesky
from herald.platforms.protocol import Session
from tests.fakes.http import reply, scripted
from tests.unit.platforms.bluesky.samples import DONE, EXPIRED, HANDLE, OPENED, PUBLICATION, commit
from tests.unit.platforms.conftest import NOW


def test_no_secret_gets_into_a_message(session: Session) -> None:
    told = {
        "error": "InvalidRequest",
        "message": "no: old-access abcd-efgh \x1b[31m\r\nnew-access " + "x" * 500,
    }

    for answers in ([reply(400, told)], [EXPIRED, reply(200, OPENED), reply(400, told)]):
        with pytest.raises(PublishError) as caught:
            commit(scripted(*answers), session)
        message = caught.value.message
        assert "old-access" not in message
        assert "abcd-efgh" not in message
        assert ("new-access" in message) is (len(answers) == 1)  # not a secret of ours then
        assert message.isprintable()
        assert len(message) < 400


def test_the_calls_of_one_step_share_one_time_limit(session: Session) -> None:
    times = iter(range(100))
    http = scripted(EXPIRED, reply(200, OPENED), DONE)

    Bluesky(http, lambda: NOW + timedelta(seconds=10 * next(times))).commit(
        PUBLICATION, session, handle=HANDLE
    )

    assert http.timeouts == [20, 10, 0]

"""An instance, as one account speaks to it."""

from herald.platforms.mastodon.publish import Mastodon
from herald.platforms.protocol import Session
from tests.fakes.http import Scripted, reply
from tests.unit.platforms.conftest import NOW
from tests.unit.platforms.mastodon.samples import HANDLE, PUBLICATION


def test_errors_are_asked_for_in_english(session: Session) -> None:
    http = Scripted(lambda _request: reply(200, {"id": "1"}))
    connector = Mastodon(http, lambda: NOW)

    connector.commit(PUBLICATION, session, handle=HANDLE)

    assert http.requests[0].url == "https://social.example/api/v1/statuses?lang=en"
    assert http.requests[0].json == {"status": "Hello", "visibility": "public"}

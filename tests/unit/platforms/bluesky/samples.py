"""A post, its account's session, and what a server answers."""

from collections.abc import Iterable

from herald.platforms.bluesky.publish import Bluesky
from herald.platforms.protocol import Publication, Session
from tests.fakes.http import Scripted, reply
from tests.unit.platforms.conftest import NOW

PUBLICATION = Publication(key="pp_1:0", text="Hello")
HANDLE = {
    "key": "pp_1:0",
    "rkey": "3l5nwjcyaes2c",
    "createdAt": "2026-06-01T14:00:00.000Z",
    "mentions": "{}",
}
DONE = reply(200, {"uri": "at://did:plc:alice/app.bsky.feed.post/3l5nwjcyaes2c", "cid": "x"})
OPENED = {
    "did": "did:plc:alice",
    "handle": "alice.test",
    "accessJwt": "new-access",
    "refreshJwt": "new-refresh",
    "active": True,
}
EXPIRED = reply(400, {"error": "ExpiredToken", "message": "Token has expired"})
FIELDS = {"identifier": "alice.test", "app_password": "abcd-efgh"}


def commit(http: Scripted, session: Session) -> object:
    return Bluesky(http, lambda: NOW).commit(PUBLICATION, session, handle=HANDLE)


def calls(http: Scripted) -> Iterable[str]:
    return [request.call.rpartition(".")[2] for request in http.requests]

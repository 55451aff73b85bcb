"""A Bluesky server that is a function: sessions and one repository, for the contract tests.

Source: the lexicons com.atproto.server.* and com.atproto.repo.*. `tests/bluesky` asks a real server
the same.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from herald.net.client import Response
from tests.fakes.http import Request, reply

DID = "did:plc:alice"
PASSWORD = "abcd-efgh-ijkl-mnop"
ACCESS, REFRESH = "access-secret-token", "refresh-secret-token"


class FakePds:
    """Alice's server. `records` are what anybody sees, by collection and key."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], Any] = {}

    def answer(self, request: Request) -> Response:
        said = request.json if request.body else dict(parse_qsl(urlsplit(request.url).query))
        match request.call:
            case "com.atproto.server.createSession":
                return self._session(said)
            case "com.atproto.repo.getRecord":
                return self._get(said)
        if request.headers.get("Authorization") != f"Bearer {ACCESS}":
            return refused("InvalidToken", "Token could not be verified")
        match request.call:
            case "com.atproto.repo.putRecord":
                return self._put(said)
            case "com.atproto.repo.deleteRecord":
                self.records.pop((said["collection"], said["rkey"]), None)
                return reply(200, {})
        return refused("MethodNotImplemented", request.call, status=501)

    def _session(self, said: Mapping[str, Any]) -> Response:
        if said["password"] != PASSWORD:
            return refused("AuthenticationRequired", "Invalid identifier or password", status=401)
        return reply(
            200,
            {
                "did": DID,
                "handle": "alice.test",
                "accessJwt": ACCESS,
                "refreshJwt": REFRESH,
                "active": True,
            },
        )

    def _get(self, said: Mapping[str, Any]) -> Response:
        found = self.records.get((said["collection"], said["rkey"]))
        if found is None:
            return refused("RecordNotFound", "Could not locate record")
        return reply(200, {"uri": uri(said), "cid": "bafy", "value": found})

    def _put(self, said: Mapping[str, Any]) -> Response:
        """The same record again changes nothing; another one is refused where nothing may be."""
        place = said["collection"], said["rkey"]
        if self.records.get(place, said["record"]) != said["record"] and said["swapRecord"] is None:
            return refused("InvalidSwap", "Record was at bafy")
        self.records[place] = said["record"]
        return reply(200, {"uri": uri(said), "cid": "bafy"})


def uri(said: Mapping[str, Any]) -> str:
    return f"at://{DID}/{said['collection']}/{said['rkey']}"


def refused(error: str, message: str, *, status: int = 400) -> Response:
    return reply(status, {"error": error, "message": message})

"""A Bluesky server that is a function: sessions and one repository, as far as the contract tests need them.

Source: the lexicons com.atproto.server.* and com.atproto.repo.*. `tests/bluesky` asks a real server the same.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from herald.net.client import Body, Response

DID = "did:plc:alice"
PASSWORD = "abcd-efgh-ijkl-mnop"
ACCESS, REFRESH = "access-secret-token", "refresh-secret-token"


class FakePds:
    """Alice's server. `records` are what anybody sees, by collection and key."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], Any] = {}

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | Body = b"",
        timeout: float = 30,
        max_bytes: int = 65536,
    ) -> Response:
        assert isinstance(body, bytes)
        parts = urlsplit(url)
        call = parts.path.removeprefix("/xrpc/com.atproto.")
        said = json.loads(body) if body else dict(parse_qsl(parts.query))
        match call:
            case "server.createSession":
                return self._session(said)
            case "repo.getRecord":
                return self._get(said)
        if headers.get("Authorization") != f"Bearer {ACCESS}":
            return refused("InvalidToken", "Token could not be verified")
        match call:
            case "repo.putRecord":
                return self._put(said)
            case "repo.deleteRecord":
                self.records.pop((said["collection"], said["rkey"]), None)
                return answered({})
        return refused("MethodNotImplemented", call, status=501)

    def _session(self, said: Mapping[str, Any]) -> Response:
        if said["password"] != PASSWORD:
            return refused("AuthenticationRequired", "Invalid identifier or password", status=401)
        return answered({"did": DID, "handle": "alice.test", "accessJwt": ACCESS, "refreshJwt": REFRESH, "active": True})

    def _get(self, said: Mapping[str, Any]) -> Response:
        found = self.records.get((said["collection"], said["rkey"]))
        if found is None:
            return refused("RecordNotFound", "Could not locate record")
        return answered({"uri": uri(said), "cid": "bafy", "value": found})

    def _put(self, said: Mapping[str, Any]) -> Response:
        """The same record again changes nothing; another one is refused where nothing may be."""
        place = said["collection"], said["rkey"]
        if self.records.get(place, said["record"]) != said["record"] and said["swapRecord"] is None:
            return refused("InvalidSwap", "Record was at bafy")
        self.records[place] = said["record"]
        return answered({"uri": uri(said), "cid": "bafy"})


def uri(said: Mapping[str, Any]) -> str:
    return f"at://{DID}/{said['collection']}/{said['rkey']}"


def answered(body: object) -> Response:
    return Response(status=200, headers={}, body=json.dumps(body).encode())


def refused(error: str, message: str, *, status: int = 400) -> Response:
    return Response(status=status, headers={}, body=json.dumps({"error": error, "message": message}).encode())

"""A real Bluesky server per test run, and the connector before it."""

import base64
import hashlib
import hmac
import itertools
import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest

from herald.domain.accounts import Account, Platform
from herald.domain.media import Media
from herald.domain.owners import Mode, Owner
from herald.net.client import Client
from herald.net.guard import Guard
from herald.platforms.bluesky.account import BlueskyAccounts
from herald.platforms.bluesky.publish import Bluesky
from herald.platforms.protocol import Credentials, Outgoing, Session
from tests import node
from tests.outgoing import no_file

HERE = Path(__file__).parent
NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)


class Person(NamedTuple):
    """Somebody with an account on the server, and an app password for it."""

    did: str
    handle: str
    jwt: str
    app_password: str


class Answer(NamedTuple):
    status: int
    body: bytes


class Pds:
    """The server, spoken to without any of the code under test."""

    def __init__(self, url: str, jwt_secret: str) -> None:
        self.url = url
        self._jwt_secret = jwt_secret
        self._numbers = itertools.count(1)

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def call(self, method: str, body: Mapping[str, object] | None = None, *, jwt: str = "") -> Any:
        """A procedure when there is a body, else a query. Raises HTTPError."""
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {jwt}"} if jwt else {}
        )
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}/xrpc/{method}", data, headers), timeout=30) as answer:
            return json.load(answer)

    def ask(self, method: str, query: Mapping[str, str]) -> Answer:
        """Whatever it answers."""
        try:
            with urlopen(f"{self.url}/xrpc/{method}?{urlencode(query)}", timeout=30) as answer:
                return Answer(answer.status, answer.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, error.read())

    def person(self) -> Person:
        """A new account."""
        handle = f"person{next(self._numbers)}.test"
        new = {"handle": handle, "email": f"{handle}@example.com", "password": "correct horse"}
        created = self.call("com.atproto.server.createAccount", new)
        jwt = created["accessJwt"]
        return Person(created["did"], handle, jwt, self.app_password(jwt, "herald"))

    def app_password(self, jwt: str, name: str) -> str:
        return str(
            self.call("com.atproto.server.createAppPassword", {"name": name}, jwt=jwt)["password"]
        )

    def revoke(self, person: Person, name: str = "herald") -> None:
        body = json.dumps({"name": name}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {person.jwt}"}
        with urlopen(
            Request(f"{self.url}/xrpc/com.atproto.server.revokeAppPassword", body, headers),
            timeout=30,
        ):
            pass

    def posts(self, did: str) -> list[Any]:
        """The truth: every post in the repository, as `{uri, cid, value}`."""
        asked = {"repo": did, "collection": "app.bsky.feed.post", "limit": 100}
        found: list[Any] = []
        while True:
            page = self.call(f"com.atproto.repo.listRecords?{urlencode(asked)}")
            found += page["records"]
            if not page["records"] or not page.get("cursor"):
                return found
            asked |= {"cursor": page["cursor"]}

    def blob(self, did: str, cid: str) -> bytes:
        """A file that some record names."""
        query = urlencode({"did": did, "cid": cid})
        with urlopen(f"{self.url}/xrpc/com.atproto.sync.getBlob?{query}", timeout=30) as answer:
            return bytes(answer.read())

    def expired(self, did: str) -> str:
        """An access token of this server whose time is over."""
        header = {"typ": "at+jwt", "alg": "HS256"}
        claims = {
            "scope": "com.atproto.appPass",
            "aud": "did:web:localhost",
            "sub": did,
            "iat": 1_700_000_000,
            "exp": 1_700_007_200,
        }
        signed = ".".join(unpadded(json.dumps(part).encode()) for part in (header, claims))
        signature = hmac.digest(self._jwt_secret.encode(), signed.encode(), hashlib.sha256)
        return f"{signed}.{unpadded(signature)}"

    def refreshes(self, jwt: str) -> bool:
        """Whether a refresh token is good."""
        headers = {"Authorization": f"Bearer {jwt}"}
        try:
            with urlopen(
                Request(f"{self.url}/xrpc/com.atproto.server.refreshSession", b"", headers),
                timeout=30,
            ):
                return True
        except HTTPError as error:
            error.close()
            return False


def unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.fixture(scope="session")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pds]:
    data = tmp_path_factory.mktemp("pds")
    log = tmp_path_factory.mktemp("log") / "pds.log"
    command = ["node", str(HERE / "server.mjs"), str(node.folder(HERE)), str(data)]
    with log.open("wb") as errors:
        server = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=os.environ | {"LOG_ENABLED": "false"},
        )
    with server:
        try:
            yield ready(server, log)
        finally:
            server.terminate()


def ready(server: subprocess.Popen[bytes], log: Path) -> Pds:
    """Wait for the one line that the server prints."""
    assert server.stdout
    line = server.stdout.readline()
    assert line, f"the Bluesky server did not start: {log.read_text()[-2000:]}"
    facts = json.loads(line)
    return Pds(facts["url"], facts["jwtSecret"])


@pytest.fixture
def person(pds: Pds) -> Person:
    return pds.person()


@pytest.fixture
def client() -> Client:
    return Client(Guard(["127.0.0.1", "::1"]))


@pytest.fixture
def accounts(pds: Pds, client: Client) -> BlueskyAccounts:
    return BlueskyAccounts(client, lambda: NOW, entryway=pds.url)


@pytest.fixture
def bluesky(pds: Pds, client: Client) -> Bluesky:
    return Bluesky(client, lambda: NOW, entryway=pds.url)


class Kept:
    """A session as the store would hold it: what is kept is what the next one starts from."""

    def __init__(self, account: Account, credentials: Credentials) -> None:
        self.account = account
        self.credentials = dict(credentials)
        self.writes = 0

    def session(self, file: Callable[[Media], Outgoing] = no_file) -> Session:
        return Session(self.account, dict(self.credentials), self._keep, file)

    def _keep(self, new: Credentials) -> Credentials:
        self.credentials = dict(new)
        self.writes += 1
        return new


def account(person: Person, host: str) -> Account:
    return Account(
        id="acc_1",
        owner=Owner("ws_1", Mode.LIVE),
        platform=Platform.BLUESKY,
        remote_id=person.did,
        username=person.handle,
        host=host,
        created_at=NOW,
        updated_at=NOW,
    )


@pytest.fixture
def kept(pds: Pds, person: Person, accounts: BlueskyAccounts) -> Kept:
    """The person's account, connected."""
    _, credentials = accounts.connect(
        {"identifier": person.handle, "app_password": person.app_password}
    )
    return Kept(account(person, pds.url), credentials)

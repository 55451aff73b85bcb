"""A network that is a function."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from herald.domain.accounts import Account, Platform
from herald.domain.owners import Mode, Owner, Secret
from herald.net.client import Body, Response
from herald.platforms.protocol import Credentials, Session
from tests.outgoing import no_file

NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Request:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def call(self) -> str:
        """The last part of the path."""
        return self.url.partition("?")[0].rpartition("/")[2]


Answer = Callable[[Request], Response]


@dataclass
class Scripted:
    """An Http that a test answers itself; what `answer` raises is raised to the caller."""

    answer: Answer
    requests: list[Request] = field(default_factory=list)
    timeouts: list[float] = field(default_factory=list)

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
        request = Request(method, url, headers, b"".join(body.chunks()) if isinstance(body, Body) else body)
        self.requests.append(request)
        self.timeouts.append(timeout)
        return self.answer(request)


def reply(status: int, body: object = "", **headers: str) -> Response:
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Response(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=data)


def account_on(platform: Platform, mode: Mode = Mode.LIVE) -> Account:
    return Account(
        id="acc_1",
        owner=Owner("ws_1", mode),
        platform=platform,
        remote_id="did:plc:alice",
        username="alice.test",
        host="https://pds.example",
        created_at=NOW,
        updated_at=NOW,
    )


@pytest.fixture
def kept() -> list[Credentials]:
    return []


@pytest.fixture
def session(kept: list[Credentials]) -> Session:
    """A Bluesky account's; `kept` is what was stored."""
    credentials = {"accessJwt": Secret("old-access"), "refreshJwt": Secret("old-refresh"), "appPassword": Secret("abcd-efgh")}

    def keep(new: Credentials) -> Credentials:
        kept.append(new)
        return new

    return Session(account_on(Platform.BLUESKY), credentials, keep, no_file)

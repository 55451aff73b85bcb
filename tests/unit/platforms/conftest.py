"""Accounts and sessions for connectors."""

from datetime import UTC, datetime

import pytest

from herald.domain.accounts import Account, Platform
from herald.domain.owners import Mode, Owner, Secret
from herald.platforms.protocol import Credentials, Session
from tests.outgoing import no_file

NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)


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
    credentials = {
        "accessJwt": Secret("old-access"),
        "refreshJwt": Secret("old-refresh"),
        "appPassword": Secret("abcd-efgh"),
    }

    def keep(new: Credentials) -> Credentials:
        kept.append(new)
        return new

    return Session(account_on(Platform.BLUESKY), credentials, keep, no_file)

"""An account on an instance."""

from dataclasses import replace

import pytest

from herald.domain.accounts import Platform
from herald.domain.owners import Secret
from herald.platforms.protocol import Session
from tests.outgoing import no_file
from tests.unit.platforms.conftest import account_on


@pytest.fixture
def session() -> Session:
    account = replace(
        account_on(Platform.MASTODON), remote_id="7@social.example", host="https://social.example"
    )
    return Session(
        account, {"accessToken": Secret("secret-token")}, keep=lambda new: new, file=no_file
    )

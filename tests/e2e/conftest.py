"""One running stack for the whole suite, and the servers that it talks to.

Time passes twenty times as fast in its backoffs.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from herald.domain.api_keys import Plan
from tests.bluesky.fixtures import pds, person
from tests.e2e.stack import Caller, Stack
from tests.networks.mastodon import FakeMastodon
from tests.receivers.fixtures import node_receiver, python_receiver, receiver

__all__ = ["node_receiver", "pds", "person", "python_receiver", "receiver"]

TIME_SCALE = "0.05"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(tmp_path_factory.mktemp("stack") / "data", time_scale=TIME_SCALE)
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def live(stack: Stack) -> Caller:
    return stack.caller("key")


@pytest.fixture(scope="session")
def test(stack: Stack) -> Caller:
    """On the plan with most calls a minute: all tests together ask often."""
    return stack.workspace(Plan.AGENCY)


@pytest.fixture
def mastodon() -> Iterator[FakeMastodon]:
    with FakeMastodon(lambda: datetime.now(UTC)) as instance:
        yield instance

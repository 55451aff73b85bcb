"""One running stack for the whole suite; time passes twenty times as fast in its backoffs."""

from collections.abc import Iterator

import pytest

from tests.e2e.stack import Caller, Stack

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


@pytest.fixture
def test(stack: Stack) -> Caller:
    return stack.caller("testKey")

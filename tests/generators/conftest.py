"""One running stack, for every client that was made of its document."""

from collections.abc import Iterator

import pytest

from herald.domain.api_keys import Plan
from tests.e2e.stack import Caller, Stack


@pytest.fixture(scope="session")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    stack = Stack(tmp_path_factory.mktemp("stack") / "data", time_scale="0.05")
    stack.start()
    yield stack.workspace(Plan.AGENCY)
    assert stack.stop() == 0


@pytest.fixture(scope="session")
def account(caller: Caller) -> str:
    return caller.connect("twitter", username="generated")

"""An instance, whose time is the real one unless a file has its own, and who is on it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.networks.mastodon import FakeMastodon, Person


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def instance() -> Iterator[FakeMastodon]:
    with FakeMastodon(now) as instance:
        yield instance


@pytest.fixture
def person(instance: FakeMastodon) -> Person:
    return instance.person()

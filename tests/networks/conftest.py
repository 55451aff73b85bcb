"""Who is on an instance."""

import pytest

from tests.networks.mastodon import FakeMastodon, Person


@pytest.fixture
def person(instance: FakeMastodon) -> Person:
    return instance.person()

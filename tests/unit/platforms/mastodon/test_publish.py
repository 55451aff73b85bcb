"""Mastodon's connector where the fake instance has no fault to offer.

The rest is in tests/networks.
"""

import pytest

from herald.platforms.protocol import LostAnswerError, Session
from tests.fakes.http import reply
from tests.unit.platforms.mastodon.samples import commit


@pytest.mark.parametrize("body", ["", "<html>", "[]", "{}", '{"id": ""}', '{"id": 7}'])
def test_published_means_with_an_id_in_hand(session: Session, body: str) -> None:
    with pytest.raises(LostAnswerError):
        commit(session, reply(200, body))

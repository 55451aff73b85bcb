"""The platforms, as callers see them."""

import itertools
from datetime import date

from herald import runtime
from herald.domain.accounts import Platform
from tests.integration.conftest import Caller


def test_platforms_tell_their_limits_and_whether_they_can_be_connected(
    live: Caller, test: Caller
) -> None:
    said = {each["platform"]: each for each in live("GET", "/v1/platforms").body["data"]}

    assert list(said) == list(Platform)
    assert {name for name, each in said.items() if each["connectable"]} == {
        "bluesky",
        "mastodon",
        "sandbox",
    }
    assert all(each["connectable"] for each in test("GET", "/v1/platforms").body["data"])
    assert said["bluesky"]["limits"] == [
        {"maxLength": 300, "unit": "graphemes"},
        {"maxLength": 3000, "unit": "bytes"},
    ]
    assert said["instagram"]["media"]["required"] is True
    assert said["instagram"]["media"]["maxCount"] == 10
    assert said["twitter"]["media"]["maxCount"] == 4
    assert said["tiktok"]["capabilities"] == {
        "thread": False,
        "firstComment": False,
        "delete": False,
        "import": True,
    }
    rules = itertools.chain.from_iterable(each["rules"] for each in said.values())
    assert all(
        each["source"] and date.fromisoformat(each["verifiedAt"]) <= runtime.now().date()
        for each in rules
    )

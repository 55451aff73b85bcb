"""PostFuze's payloads."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from herald.domain.events import EventType, Named
from herald.domain.formats import Dress, Format, spelled
from herald.webhooks import formats
from tests.unit.webhooks.test_formats import ENDED, EVENT, NAMED, PLATFORMS

SOCIAL = [
    {"accountId": "acc_1", "network": "x", "username": "PostFuze", "platformPostId": "1799"},
    {"accountId": "acc_2", "network": "instagram", "username": "postfuze.com", "error": "Aspect ratio not supported"},
]


OF_ACCOUNT = {"accountId": "acc_1", "workspaceId": "ws_1", "platform": "LINKEDIN"}


WHOSE = {"orgId": "ws_1", "accountId": "acc_1", "network": "linkedin", "username": "PostFuze"}


def postfuze(kind: EventType, data: Mapping[str, object], *, accounts: Sequence[Named] = ()) -> Any:
    """What a subscriber of PostFuze's format is told; also when nobody had asked for it as it happened."""
    event = replace(EVENT, type=kind, data=data, accounts=accounts)
    dress = Dress(Format.POSTFUZE, spelled(Format.POSTFUZE, kind))
    bodies = {formats.body(formats.told(event, dresses), dress) for dresses in ([], [dress])}
    [body] = bodies
    return json.loads(body)


@pytest.mark.parametrize(("kind", "name"), [(EventType.POST_PUBLISHED, "post.published"), (EventType.POST_FAILED, "post.error")])
def test_postfuze_tells_a_post_with_each_of_its_accounts(kind: EventType, name: str) -> None:
    assert postfuze(kind, ENDED, accounts=NAMED) == {
        "event": name,
        "timestamp": "2026-06-15T14:00:05.999Z",
        "data": {"postId": "post_1", "orgId": "ws_1", "socialAccounts": SOCIAL},
    }


@pytest.mark.parametrize("number", [0, 1])
def test_postfuze_tells_a_target_in_the_shape_of_its_post(number: int) -> None:
    whose = {"postId": "post_1", "workspaceId": "ws_1", "accountId": NAMED[number].account_id, "username": NAMED[number].username}

    told = postfuze(EventType.POST_TARGET_PUBLISHED, {**whose, **PLATFORMS[number]})

    assert told["data"] == {"postId": "post_1", "orgId": "ws_1", "socialAccounts": [SOCIAL[number]]}


def test_postfuze_tells_an_account_by_its_network_and_its_name() -> None:
    assert postfuze(EventType.ACCOUNT_CONNECTED, {**OF_ACCOUNT, "username": "PostFuze"})["data"] == WHOSE
    assert postfuze(EventType.ACCOUNT_DISCONNECTED, {**OF_ACCOUNT, "reason": "x"}, accounts=NAMED[:1])["data"] == WHOSE


def test_postfuze_tells_a_test() -> None:
    assert postfuze(EventType.WEBHOOK_TEST, {"webhookId": "wh_1", "workspaceId": "ws_1"}) == {
        "event": "webhook.test",
        "timestamp": "2026-06-15T14:00:05.999Z",
        "data": {"orgId": "ws_1", "webhookId": "wh_1"},
    }

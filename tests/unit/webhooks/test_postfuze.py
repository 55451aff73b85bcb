"""PostFuze's payloads."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from herald.domain.events import EventType
from herald.domain.formats import Format, Rendering, spelled
from herald.webhooks import formats
from tests.unit.webhooks.test_formats import EVENT

TARGETS: list[dict[str, object]] = [
    {
        "account_id": "acc_1",
        "username": "PostFuze",
        "platform": "twitter",
        "status": "published",
        "platform_post_id": "1799",
        "url": "https://x.com/a/1799",
        "published_at": "2026-06-15T14:00:05.000Z",
    },
    {
        "account_id": "acc_2",
        "username": "postfuze.com",
        "platform": "instagram",
        "status": "failed",
        "failure": {"code": "MEDIA_REJECTED", "message": "Aspect ratio not supported"},
    },
]
ENDED = {
    "post_id": "post_1",
    "content": "x",
    "status": "partial",
    "published_at": "2026-06-15T14:00:05.000Z",
    "targets": TARGETS,
}
SOCIAL = [
    {"accountId": "acc_1", "network": "x", "username": "PostFuze", "platformPostId": "1799"},
    {
        "accountId": "acc_2",
        "network": "instagram",
        "username": "postfuze.com",
        "error": "Aspect ratio not supported",
    },
]
ACCOUNT = {"account_id": "acc_1", "platform": "linkedin", "username": "PostFuze"}
WHOSE = {"orgId": "ws_1", "accountId": "acc_1", "network": "linkedin", "username": "PostFuze"}


def postfuze(kind: EventType, facts: Mapping[str, object]) -> Any:
    """Return what a subscriber of PostFuze's format is told.

    That also holds when nobody had asked for the event as it happened.
    """
    event = replace(EVENT, type=kind, facts=facts)
    rendering = Rendering(Format.POSTFUZE, spelled(Format.POSTFUZE, kind))
    bodies = {
        formats.body(formats.recorded(event, renderings), rendering)
        for renderings in ([], [rendering])
    }
    [body] = bodies
    return json.loads(body)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(EventType.POST_PUBLISHED, "post.published"), (EventType.POST_FAILED, "post.error")],
)
def test_postfuze_tells_a_post_with_each_of_its_accounts(kind: EventType, name: str) -> None:
    assert postfuze(kind, ENDED) == {
        "event": name,
        "timestamp": "2026-06-15T14:00:05.999Z",
        "data": {"postId": "post_1", "orgId": "ws_1", "socialAccounts": SOCIAL},
    }


@pytest.mark.parametrize("number", [0, 1])
def test_postfuze_tells_a_target_in_the_shape_of_its_post(number: int) -> None:
    target = {"post_id": "post_1", "target_id": "pp_1", **TARGETS[number]}

    told = postfuze(EventType.POST_TARGET_PUBLISHED, target)

    assert told["data"] == {"postId": "post_1", "orgId": "ws_1", "socialAccounts": [SOCIAL[number]]}


def test_postfuze_tells_an_account_by_its_network_and_its_name() -> None:
    assert postfuze(EventType.ACCOUNT_CONNECTED, ACCOUNT)["data"] == WHOSE
    assert postfuze(EventType.ACCOUNT_DISCONNECTED, {**ACCOUNT, "reason": "x"})["data"] == WHOSE


def test_postfuze_tells_a_test() -> None:
    assert postfuze(EventType.WEBHOOK_TEST, {"endpoint_id": "wh_1"}) == {
        "event": "webhook.test",
        "timestamp": "2026-06-15T14:00:05.999Z",
        "data": {"orgId": "ws_1", "webhookId": "wh_1"},
    }

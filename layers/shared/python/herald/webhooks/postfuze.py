"""PostFuze's payloads. Source: PostFuze's page on webhooks."""

from collections.abc import Callable, Mapping
from typing import Any

from herald.domain import times
from herald.domain.accounts import Platform
from herald.domain.events import Event, EventType, RecordedEvent

Facts = Mapping[str, Any]


def envelope(event: Event | RecordedEvent, name: str) -> dict[str, object]:
    """`{event, timestamp, data}`. Raises KeyError for a type that it has no payload for."""
    payload = PAYLOADS[EventType(event.type)](event.facts)
    return {
        "event": name,
        "timestamp": times.wire(event.created_at),
        "data": {"orgId": event.owner.workspace_id, **payload},
    }


def post(facts: Facts) -> dict[str, object]:
    """Every account of a post that has ended."""
    accounts = [social(target) for target in facts["targets"]]
    return {"postId": facts["post_id"], "socialAccounts": accounts}


def target(facts: Facts) -> dict[str, object]:
    """The one account that has ended, in the shape of a post's."""
    return {"postId": facts["post_id"], "socialAccounts": [social(facts)]}


def account(facts: Facts) -> dict[str, object]:
    return {
        "accountId": facts["account_id"],
        "network": network(facts["platform"]),
        "username": facts["username"],
    }


def test_event(facts: Facts) -> dict[str, object]:
    return {"webhookId": facts["endpoint_id"]}


def social(target: Facts) -> dict[str, object]:
    """One account of a post: the network's id of it, or what went wrong."""
    if "failure" in target:
        return {**account(target), "error": target["failure"]["message"]}
    return {**account(target), "platformPostId": target.get("platform_post_id")}


def network(platform: str) -> str:
    """`x` for Twitter, else the platform."""
    return "x" if platform == Platform.TWITTER else platform


PAYLOADS: Mapping[EventType, Callable[[Facts], dict[str, object]]] = {
    EventType.POST_PUBLISHED: post,
    EventType.POST_FAILED: post,
    EventType.POST_TARGET_PUBLISHED: target,
    EventType.POST_TARGET_FAILED: target,
    EventType.ACCOUNT_CONNECTED: account,
    EventType.ACCOUNT_DISCONNECTED: account,
    EventType.WEBHOOK_TEST: test_event,
}

"""PostFuze's payloads, made of VoxBurst's and of whose accounts those are about. Source: PostFuze's page on webhooks."""

from collections.abc import Callable, Mapping
from typing import Any

from herald.domain.accounts import Platform
from herald.domain.events import Event, EventType, Named

Data = Mapping[str, Any]


def payload(event: Event) -> dict[str, object]:
    """What `data` holds. Raises KeyError for a type that it has no payload for."""
    return {"orgId": event.data["workspaceId"], **PAYLOADS[EventType(event.type)](event)}


def post(event: Event) -> dict[str, object]:
    """Every account of a post that has ended."""
    entries: list[Data] = list(event.data["platforms"])  # type: ignore[call-overload]
    accounts = [social(entry, named) for entry, named in zip(entries, event.accounts, strict=True)]
    return {"postId": event.data["id"], "socialAccounts": accounts}


def target(event: Event) -> dict[str, object]:
    """The one account that has ended, in the shape of a post's."""
    return {"postId": event.data["postId"], "socialAccounts": [social(event.data, owner_of(event.data))]}


def account(event: Event) -> dict[str, object]:
    named = event.accounts[0] if event.accounts else owner_of(event.data)
    return whose(event.data, named)


def trial(event: Event) -> dict[str, object]:
    return {"webhookId": event.data["webhookId"]}


def social(entry: Data, named: Named) -> dict[str, object]:
    """One account of a post: the network's id of it, or what went wrong."""
    if "error" in entry:
        return {**whose(entry, named), "error": entry["error"]["message"]}
    return {**whose(entry, named), "platformPostId": entry.get("platformPostId")}


def whose(entry: Data, named: Named) -> dict[str, object]:
    return {"accountId": named.account_id, "network": network(entry["platform"]), "username": named.username}


def owner_of(data: Data) -> Named:
    return Named(data["accountId"], data["username"])


def network(platform: str) -> str:
    """`x` for TWITTER, else the platform in lower case."""
    return "x" if platform.lower() == Platform.TWITTER else platform.lower()


PAYLOADS: Mapping[EventType, Callable[[Event], dict[str, object]]] = {
    EventType.POST_PUBLISHED: post,
    EventType.POST_FAILED: post,
    EventType.POST_TARGET_PUBLISHED: target,
    EventType.POST_TARGET_FAILED: target,
    EventType.ACCOUNT_CONNECTED: account,
    EventType.ACCOUNT_DISCONNECTED: account,
    EventType.WEBHOOK_TEST: trial,
}

"""PostFuze's payloads. Source: PostFuze's page on webhooks."""

from collections.abc import Callable, Mapping
from typing import Any

from herald.domain import times
from herald.domain.accounts import Platform
from herald.domain.events import Event, Facts, RecordedEvent, facts_of

Values = Mapping[str, Any]


def envelope(event: Event | RecordedEvent, name: str) -> dict[str, object]:
    """Return `{event, timestamp, data}`. Raises KeyError for a type that has no payload."""
    payload = PAYLOADS[facts_of(event.type)](event.facts)
    return {
        "event": name,
        "timestamp": times.wire(event.created_at),
        "data": {"orgId": event.owner.workspace_id, **payload},
    }


def post(facts: Values) -> dict[str, object]:
    """Return every account of a post that has ended."""
    accounts = [social(target) for target in facts["targets"]]
    return {"postId": facts["post_id"], "socialAccounts": accounts}


def target(facts: Values) -> dict[str, object]:
    """Return the one account that has ended, in the shape of a post's payload."""
    return {"postId": facts["post_id"], "socialAccounts": [social(facts)]}


def account(facts: Values) -> dict[str, object]:
    return {
        "accountId": facts["account_id"],
        "network": network(facts["platform"]),
        "username": facts["username"],
    }


def test_event(facts: Values) -> dict[str, object]:
    return {"webhookId": facts["endpoint_id"]}


def social(target: Values) -> dict[str, object]:
    """Return one account of a post, with the network's id of the post or with the error."""
    if "failure" in target:
        return {**account(target), "error": target["failure"]["message"]}
    return {**account(target), "platformPostId": target.get("platform_post_id")}


def network(platform: str) -> str:
    """Return `x` for Twitter, and else the platform."""
    return "x" if platform == Platform.TWITTER else platform


PAYLOADS: Mapping[Facts, Callable[[Values], dict[str, object]]] = {
    Facts.ENDED_POST: post,
    Facts.ENDED_TARGET: target,
    Facts.ACCOUNT: account,
    Facts.DISCONNECTED_ACCOUNT: account,
    Facts.ENDPOINT: test_event,
}

"""VoxBurst's payloads. Sources: VoxBurst's guide, Webhook Payload; the contract, section 4."""

from collections.abc import Callable, Mapping
from typing import Any

from herald.domain import times
from herald.domain.events import Event, Facts, RecordedEvent, facts_of

Values = Mapping[str, Any]


def envelope(event: Event | RecordedEvent, name: str) -> dict[str, object]:
    """Return `{id, type, createdAt, data}`. The event log shows an event in the same way.

    Raises KeyError for a type that has no payload.
    """
    return {
        "id": event.id,
        "type": name,
        "createdAt": times.wire(event.created_at),
        "data": PAYLOADS[facts_of(event.type)](event.facts, event.owner.workspace_id),
    }


def planned(facts: Values, workspace_id: str) -> dict[str, object]:
    """Return a post before it is published.

    A post to be published at once is SCHEDULED, because the guide has no other word for it.
    """
    return {
        "id": facts["post_id"],
        "workspaceId": workspace_id,
        "content": facts["content"],
        "status": "SCHEDULED" if facts["status"] == "publishing" else facts["status"].upper(),
        "scheduledFor": facts["scheduled_for"],
    }


def ended(facts: Values, workspace_id: str) -> dict[str, object]:
    """Return a post whose targets have all ended."""
    return {
        "id": facts["post_id"],
        "workspaceId": workspace_id,
        "content": facts["content"],
        "status": facts["status"].upper(),
        "publishedAt": facts["published_at"],
        "platforms": [result(target) for target in facts["targets"]],
    }


def target_ended(facts: Values, workspace_id: str) -> dict[str, object]:
    """Return one target that has ended.

    It is the target's entry in its post's payload, with its post, workspace and account.
    """
    return {
        "postId": facts["post_id"],
        "postPlatformId": facts["target_id"],
        "workspaceId": workspace_id,
        "accountId": facts["account_id"],
        "username": facts["username"],
        **result(facts),
    }


def result(target: Values) -> dict[str, object]:
    """Return one target of a post. A field that does not apply is absent."""
    entry: dict[str, object] = {
        "platform": target["platform"].upper(),
        "status": target["status"].upper(),
    }
    if "published_at" in target:
        return {**entry, **published_view(target), "publishedAt": target["published_at"]}
    if "failure" in target:
        failure = target["failure"]
        entry["error"] = {"code": failure["code"], "message": failure["message"]}
    if "live_parts" in target:
        entry["liveParts"] = [published_view(part) for part in target["live_parts"]]
    return entry


def published_view(part: Values) -> dict[str, object]:
    """Return the id of a live post, and its URL if the network gave one."""
    view = {"platformPostId": part["platform_post_id"]}
    if "url" in part:
        view["platformPostUrl"] = part["url"]
    return view


def approved(facts: Values, _workspace_id: str) -> dict[str, object]:
    return {
        "postId": facts["post_id"],
        "approverId": facts["approver_id"],
        "stepOrder": facts["step_order"],
        "comment": facts["comment"],
    }


def connected(facts: Values, workspace_id: str) -> dict[str, object]:
    return {**account(facts, workspace_id), "username": facts["username"]}


def disconnected(facts: Values, workspace_id: str) -> dict[str, object]:
    return {**account(facts, workspace_id), "reason": facts["reason"]}


def refused_view(facts: Values, workspace_id: str) -> dict[str, object]:
    return {**account(facts, workspace_id), "error": facts["reason"]}


def account(facts: Values, workspace_id: str) -> dict[str, object]:
    return {
        "accountId": facts["account_id"],
        "workspaceId": workspace_id,
        "platform": facts["platform"].upper(),
    }


def ready(facts: Values, _workspace_id: str) -> dict[str, object]:
    return {
        "mediaId": facts["media_id"],
        "filename": facts["filename"],
        "contentType": facts["content_type"],
        "sizeBytes": facts["size_bytes"],
    }


def test_event(facts: Values, workspace_id: str) -> dict[str, object]:
    return {"webhookId": facts["endpoint_id"], "workspaceId": workspace_id}


PAYLOADS: Mapping[Facts, Callable[[Values, str], dict[str, object]]] = {
    Facts.PLANNED_POST: planned,
    Facts.ENDED_POST: ended,
    Facts.ENDED_TARGET: target_ended,
    Facts.APPROVAL: approved,
    Facts.ACCOUNT: connected,
    Facts.DISCONNECTED_ACCOUNT: disconnected,
    Facts.BROKEN_ACCOUNT: refused_view,
    Facts.FILE: ready,
    Facts.ENDPOINT: test_event,
}

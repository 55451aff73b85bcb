"""Read what the version before wrote of an event as facts.

It wrote VoxBurst's payload, and beside it the accounts that this does not name. A row of the log
lives for 30 days: once none is left without facts, this module can go.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

Accounts = Sequence[Sequence[str]]
"""The id and the name of each, in the order of the payload."""
NAMES = {
    "id": "post_id",
    "postId": "post_id",
    "scheduledFor": "scheduled_for",
    "publishedAt": "published_at",
    "target": "target_id",
    "postPlatformId": "target_id",
    "platforms": "targets",
    "accountId": "account_id",
    "platformPostId": "platform_post_id",
    "platformPostUrl": "url",
    "liveParts": "live_parts",
    "approverId": "approver_id",
    "stepOrder": "step_order",
    "mediaId": "media_id",
    "contentType": "content_type",
    "sizeBytes": "size_bytes",
}
"""What a fact is called whose name was another one."""


def renamed_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """What lay on an item, as it lies there now."""
    return {
        "owner": row["owner"],
        "at": row["createdAt"],
        "facts": facts(row["data"], row.get("accounts") or ()),
        "events": row["events"],
    }


def facts_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a row of the log that has none."""
    data = json.loads(row["bodies"]["voxburst"])["data"]
    return facts(data, row.get("accounts") or ())


def facts(data: Mapping[str, Any], accounts: Accounts) -> dict[str, Any]:
    """The facts of a payload, with the accounts that it is about."""
    found = renamed(data)
    if "targets" in found:
        found["targets"] = targets = [renamed(target) for target in found["targets"]]
        for target, (account_id, username) in zip(targets, accounts, strict=bool(accounts)):
            target |= {"account_id": account_id, "username": username}
    elif accounts:
        [[_, found["username"]]] = accounts
    return found


def renamed(data: Mapping[str, Any]) -> dict[str, Any]:
    """One object of a payload by our names; whose it is, its event says."""
    found = {NAMES.get(name, name): value for name, value in data.items() if name != "workspaceId"}
    for name in found.keys() & {"platform", "status"}:
        found[name] = found[name].lower()
    if "live_parts" in found:
        found["live_parts"] = [renamed(part) for part in found["live_parts"]]
    if "error" in found:
        error = found.pop("error")
        found["reason" if isinstance(error, str) else "failure"] = error
    return found

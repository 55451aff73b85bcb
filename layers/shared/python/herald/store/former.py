"""Read as facts what the version before wrote of an event.

It wrote VoxBurst's payload, and beside it the accounts that the payload does not name. A row of the
log lives for 30 days. This module can go once every row has facts.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

Accounts = Sequence[Sequence[str]]
"""The id and the name of each account, in the order of the payload."""
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
"""The names of facts that had another name."""


def renamed_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of an item's events in the shape of today."""
    return {
        "owner": row["owner"],
        "at": row["createdAt"],
        "facts": facts(row["data"], accounts_of(row)),
        "events": row["events"],
    }


def facts_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a row of the log that has none."""
    data = json.loads(row["bodies"]["voxburst"])["data"]
    return facts(data, accounts_of(row))


def accounts_of(row: Mapping[str, Any]) -> Accounts:
    accounts = row.get("accounts")
    return accounts if accounts else ()


def facts(data: Mapping[str, Any], accounts: Accounts) -> dict[str, Any]:
    """Return the facts of a payload, with the accounts that it is about."""
    facts = renamed(data)
    if "targets" in facts:
        targets = [renamed(target) for target in facts["targets"]]
        facts["targets"] = targets
        for target, (account_id, username) in zip(targets, accounts, strict=bool(accounts)):
            target["account_id"] = account_id
            target["username"] = username
    elif accounts:
        [(_, username)] = accounts
        facts["username"] = username
    return facts


def renamed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return one object of a payload by our names, without its workspace: the event names that."""
    facts = {NAMES.get(name, name): value for name, value in data.items() if name != "workspaceId"}
    for name in facts.keys() & {"platform", "status"}:
        facts[name] = facts[name].lower()
    if "live_parts" in facts:
        facts["live_parts"] = [renamed(part) for part in facts["live_parts"]]
    if "error" in facts:
        error = facts.pop("error")
        facts["reason" if isinstance(error, str) else "failure"] = error
    return facts

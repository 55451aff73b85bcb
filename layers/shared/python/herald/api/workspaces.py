"""Workspaces and API keys on the wire. Source: the contract, sections 1 and 2."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from herald.actions.workspaces import Provisioned
from herald.api.paging import Paged
from herald.api.reply import Reply, ok
from herald.api.schema import Body, Time, one_of
from herald.domain import api_keys, times
from herald.domain.accounts import Mode, Secret
from herald.domain.api_keys import ApiKey, Plan, Quota


class Provision(Body):
    """The payload of the provision function."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    email: Annotated[str | None, Field(max_length=320)] = None
    plan: Annotated[Plan, one_of(*Plan)] = Plan.PRO


class CreateKey(Body):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    scopes: Annotated[list[Annotated[str, one_of(*api_keys.SCOPES)]], Field(min_length=1)]
    mode: Annotated[Mode, one_of(*Mode)]
    expires_at: Time | None = None


class ListKeys(Paged):
    pass


def provisioned(new: Provisioned) -> dict[str, object]:
    return {"workspaceId": new.workspace.id, "name": new.workspace.name, "key": new.live_key, "testKey": new.test_key}


def me(key: ApiKey, quota: Quota) -> dict[str, object]:
    return {
        "workspaceId": key.owner.workspace_id,
        "workspaceName": key.workspace_name,
        "plan": key.plan,
        "mode": key.owner.mode,
        "keyId": key.id,
        "scopes": key.scopes,
        "rateLimit": {"limit": quota.limit, "remaining": quota.remaining, "reset": quota.reset},
    }


def view(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "mode": key.owner.mode,
        "scopes": key.scopes,
        "hint": key.hint,
        "createdAt": times.wire(key.created_at),
        "expiresAt": times.optional(key.expires_at),
    }


def made(key: ApiKey, clear: Secret) -> dict[str, object]:
    """The one time the clear key is shown."""
    return {**view(key), "key": clear}


def page(keys: Sequence[ApiKey], query: ListKeys, secret: str) -> Reply:
    after = query.after(secret)
    rest = [key for key in keys if after is None or key.id > after]
    shown = rest[: query.limit]
    return ok(query.answer([view(key) for key in shown], shown[-1].id if len(rest) > len(shown) else None, secret))

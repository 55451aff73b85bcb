"""Workspaces and API keys: provision, read and change; create, list, revoke."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from herald.domain import api_keys, ids
from herald.domain.api_keys import ApiKey, Plan
from herald.domain.errors import ForbiddenError, NotFoundError
from herald.domain.idempotency import IdempotentRequest
from herald.domain.owners import Mode, Owner, Secret
from herald.domain.values import frozen
from herald.domain.workspaces import Workspace
from herald.store.workspaces import WorkspaceStore

CreatedKey = tuple[ApiKey, Secret]
# Fields that both modes have in common. Only a live key changes them.
LIVE_ONLY = frozenset({"name", "owner_email"})


@frozen
class Provisioned:
    """A new workspace with its first keys in clear text. They are shown once, and not kept."""

    workspace: Workspace
    live_key: Secret
    test_key: Secret


@frozen
class Workspaces:
    """The use cases of workspaces."""

    store: WorkspaceStore
    now: Callable[[], datetime]

    def provision(self, name: str, owner_email: str | None, plan: Plan) -> Provisioned:
        """Create a workspace with one live key and one test key that have all scopes."""
        now = self.now()
        workspace = Workspace(
            id=ids.new("ws", now), name=name, owner_email=owner_email, plan=plan, created_at=now
        )
        clear = {mode: api_keys.generate(mode) for mode in Mode}
        keys = [
            api_key(
                clear[mode],
                Owner(workspace.id, mode),
                f"first {mode} key",
                api_keys.SCOPES,
                plan=plan,
                now=now,
            )
            for mode in Mode
        ]
        self.store.create(workspace, keys)
        return Provisioned(
            workspace=workspace, live_key=clear[Mode.LIVE], test_key=clear[Mode.TEST]
        )

    def get(self, workspace_id: str) -> Workspace:
        """Raises NotFoundError."""
        workspace = self.store.get(workspace_id)
        if workspace is None:
            raise NotFoundError("There is no such workspace.")
        return workspace

    def change(self, fields: Mapping[str, Any], *, by: ApiKey) -> Workspace:
        """Change these fields of the workspace, and return it.

        A change of other fields at the same moment is not undone.
        A test key changes the workflow of test posts alone. Raises NotFoundError, ForbiddenError.
        """
        if by.owner.mode is Mode.TEST:
            fields = for_test_mode(fields)
        workspace = replace(self.get(by.owner.workspace_id), **fields)
        if fields:
            self.store.save(workspace, fields)
        return workspace

    def add_key(
        self,
        name: str,
        scopes: Sequence[str],
        mode: Mode,
        expires_at: datetime | None,
        *,
        by: ApiKey,
        request: IdempotentRequest[CreatedKey],
    ) -> CreatedKey:
        """Create a key in the caller's workspace. Returns it with its clear text.

        It has no scope and no mode that the caller's key does not have, and does not live longer.
        Raises ForbiddenError, IdempotentReplay, IdempotencyConflictError.
        """
        now = self.now()
        clear = api_keys.generate(mode)
        key = api_key(
            clear,
            Owner(by.owner.workspace_id, mode),
            name,
            scopes,
            plan=by.plan,
            now=now,
            expires_at=expires_at,
        )
        by.make(key)
        response = request.respond((key, clear), now)
        self.store.add_key(key, clear, by=by.owner, response=response)
        return key, clear

    def list_keys(self, *, by: ApiKey) -> list[ApiKey]:
        """Return the keys of the modes that the caller reaches, oldest first."""
        keys = self.store.list_keys(by.owner.workspace_id)
        return [key for key in keys if by.reaches(key.owner.mode)]

    def revoke(self, key_id: str, *, by: ApiKey) -> None:
        """Delete a key.

        Raises NotFoundError, also for a key of a mode that the caller does not reach.
        """
        key = self.store.get_key(by.owner.workspace_id, key_id)
        if key is None or not by.reaches(key.owner.mode):
            raise NotFoundError("There is no such API key.")
        self.store.remove_key(key)


def for_test_mode(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that a test key changes, under the names that the workspace gives them.

    Raises ForbiddenError for fields that both modes have in common.
    """
    shared = [name for name in fields if name in LIVE_ONLY]
    if shared:
        raise ForbiddenError(
            "A test key changes neither the workspace's name nor its owner's address.",
            required_mode=Mode.LIVE,
            fields=shared,
        )
    return {f"test_{name}": value for name, value in fields.items()}


def api_key(
    clear: Secret,
    owner: Owner,
    name: str,
    scopes: Sequence[str],
    *,
    plan: Plan,
    now: datetime,
    expires_at: datetime | None = None,
) -> ApiKey:
    # The table keeps whole seconds.
    whole_second = expires_at.replace(microsecond=0) if expires_at else None
    return ApiKey(
        id=ids.new("key", now),
        owner=owner,
        name=name,
        scopes=tuple(scopes),
        plan=plan,
        digest=api_keys.digest(clear),
        hint=f"vb_{owner.mode}_…{clear[-4:]}",
        created_at=now,
        expires_at=whole_second,
    )

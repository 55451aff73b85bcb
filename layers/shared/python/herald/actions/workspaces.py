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
LIVE_ONLY = frozenset({"name", "owner_email"})  # what both modes have in common


@frozen
class Provisioned:
    """A new workspace with its first keys in clear: shown once, kept nowhere."""

    workspace: Workspace
    live_key: Secret
    test_key: Secret


@frozen
class Workspaces:
    """The use cases of workspaces."""

    store: WorkspaceStore
    now: Callable[[], datetime]

    def provision(self, name: str, owner_email: str | None, plan: Plan) -> Provisioned:
        """A workspace with one live and one test key that may do everything."""
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
        """The workspace with these fields of it changed; nobody's change of another one is undone.

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
        """A new key of the caller's workspace, and its clear text. It may do no more than its maker, in its modes, for its time.

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
        """Those of the modes that the caller reaches, oldest first."""
        return [
            key for key in self.store.list_keys(by.owner.workspace_id) if by.reaches(key.owner.mode)
        ]

    def revoke(self, key_id: str, *, by: ApiKey) -> None:
        """Raises NotFoundError, also for a key of a mode that the caller does not reach."""
        key = self.store.get_key(by.owner.workspace_id, key_id)
        if key is None or not by.reaches(key.owner.mode):
            raise NotFoundError("There is no such API key.")
        self.store.remove_key(key)


def for_test_mode(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a test key changes, as the workspace keeps it. Raises ForbiddenError for what live mode has in common with it."""
    if shared := [name for name in fields if name in LIVE_ONLY]:
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
    return ApiKey(
        id=ids.new("key", now),
        owner=owner,
        name=name,
        scopes=tuple(scopes),
        plan=plan,
        digest=api_keys.digest(clear),
        hint=f"vb_{owner.mode}_…{clear[-4:]}",
        created_at=now,
        expires_at=expires_at and expires_at.replace(microsecond=0),  # as the table keeps it
    )

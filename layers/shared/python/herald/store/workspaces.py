"""Workspaces and their API keys in the table."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from herald.aws.dynamodb import Attr, ConditionBase, Conflict, Delete, Item, Key, Put, Table, Update
from herald.aws.kms import Vault
from herald.domain import api_keys
from herald.domain.api_keys import ApiKey, Plan, Quota
from herald.domain.idempotency import StoredResponse
from herald.domain.owners import Owner, Secret
from herald.domain.workspaces import Step, Workspace
from herald.store import keys, rows
from herald.store.paging import all_items

STRANGER_KEPT = timedelta(minutes=10)


class WorkspaceStore:
    def __init__(self, table: Table, vault: Vault) -> None:
        self.table = table
        self.vault = vault
        self._windows: dict[str, int] = {}

    def create(self, workspace: Workspace, first_keys: Sequence[ApiKey]) -> None:
        """One transaction."""
        puts = [Put(item=workspace_row(workspace), condition=Attr("pk").not_exists())]
        self.table.transact(puts + [put for key in first_keys for put in key_puts(key)])

    def get(self, workspace_id: str) -> Workspace | None:
        row = self.table.get(keys.workspace(workspace_id))
        return workspace_of(row) if row else None

    def save(self, workspace: Workspace, fields: Collection[str]) -> None:
        """Write these of its fields, and no other."""
        row = workspace_row(workspace)
        self.table.update(
            Update(key=keys.workspace(workspace.id), values={name: row[name] for name in fields})
        )

    def add_key(
        self, key: ApiKey, clear: Secret, *, by: Owner, response: StoredResponse | None
    ) -> None:
        """One transaction; `clear` goes into the kept answer only, sealed.

        Raises IdempotentReplay, IdempotencyConflictError, or ConflictError: an equal request is in the air.
        """
        from herald.store.idempotency import response_puts, transact, without_secret  # noqa: PLC0415 - no other call pays for it

        answers = [
            without_secret(each, clear, self.vault)
            for each in response_puts(by, response, key.created_at)
        ]
        transact(self.table, [*key_puts(key), *answers], response, self.vault)

    def list_keys(self, workspace_id: str) -> list[ApiKey]:
        """Oldest first. One call per 1 MB, some 3,000 of them."""
        pk, _ = keys.workspace(workspace_id)
        return [
            key_of(row)
            for row in all_items(self.table, Key("pk").eq(pk) & Key("sk").begins_with("KEY#"))
        ]

    def get_key(self, workspace_id: str, key_id: str) -> ApiKey | None:
        row = self.table.get(keys.listed_key(workspace_id, key_id))
        return key_of(row) if row else None

    def remove_key(self, key: ApiKey) -> None:
        """The next call with it is refused."""
        listed = keys.listed_key(key.owner.workspace_id, key.id)
        self.table.transact([Delete(key=listed), Delete(key=keys.api_key(key.digest))])

    def admit(self, digest: str, now: datetime) -> tuple[ApiKey, Quota] | None:
        """Who calls, and where their rate limit stands with this call counted; None for an unknown or expired key.

        One call: this process remembers in which minute it last saw a key and so knows whether to count on or to start anew.
        Another one when other processes knew better.
        """
        valid = Attr("pk").exists() & (
            Attr("valid_until").not_exists() | Attr("valid_until").gt(rows.seconds(now))
        )
        row = self._count(keys.api_key(digest), valid, api_keys.window(now))
        if row is None:
            return None
        key = key_of(row)
        return key, Quota(
            limit=api_keys.RATE[key.plan], used=row["hits"], reset=row["window"] + api_keys.MINUTE
        )

    def count_stranger(self, address: str, now: datetime) -> Quota:
        """Count a call without a valid key against its source address."""
        window = api_keys.window(now)
        kept = {"expires_at": rows.seconds(now + STRANGER_KEPT)}
        row = self.table.update(
            Update(key=keys.caller(address, window), values=kept, add={"hits": 1})
        )
        return Quota(
            limit=api_keys.STRANGERS_PER_MINUTE, used=row["hits"], reset=window + api_keys.MINUTE
        )

    def _count(self, key: keys.KeyPair, valid: ConditionBase, window: int) -> Item | None:
        """The counted row, None when it is not valid. Its window may be a later one: a minute began, or our clock is behind."""
        anew = Update(
            key=key,
            values={"window": window, "hits": 1},
            condition=valid & Attr("window").lt(window),
        )
        seen = self._windows.get(key[0], 0)
        while True:
            on = Update(key=key, add={"hits": 1}, condition=valid & Attr("window").eq(seen))
            try:
                row = self.table.update(on if seen >= window else anew)
            except Conflict as conflict:
                there = conflict.item["window"] if conflict.item else None
                if there is None or (there == seen if seen >= window else there < window):
                    return None
                seen = there
            else:
                self._windows[key[0]] = row["window"]
                return row


def workspace_row(workspace: Workspace) -> Item:
    pk, sk = keys.workspace(workspace.id)
    return {
        "pk": pk,
        "sk": sk,
        "name": workspace.name,
        "owner_email": workspace.owner_email,
        "plan": workspace.plan,
        "created_at": rows.time_text(workspace.created_at),
        "workflow": [step_row(step) for step in workspace.workflow] or None,
        "test_workflow": [step_row(step) for step in workspace.test_workflow] or None,
    }


def workspace_of(row: Item) -> Workspace:
    return Workspace(
        id=row["pk"].removeprefix("WS#"),
        name=row["name"],
        owner_email=row.get("owner_email"),
        plan=Plan(row["plan"]),
        created_at=rows.must_time(row, "created_at"),
        workflow=tuple(step_of(each) for each in row.get("workflow", ())),
        test_workflow=tuple(step_of(each) for each in row.get("test_workflow", ())),
    )


def step_row(step: Step) -> Item:
    return {
        "order": step.order,
        "role": step.role,
        "approvers": list(step.approver_ids),
        "required": step.required,
    }


def step_of(row: Item) -> Step:
    return Step(
        order=row["order"],
        role=row["role"],
        approver_ids=tuple(row["approvers"]),
        required=row["required"],
    )


def key_puts(key: ApiKey) -> list[Put]:
    """The item that a call updates, and the one that a list reads."""
    row = {
        "id": key.id,
        "owner": str(key.owner),
        "name": key.name,
        "scopes": list(key.scopes),
        "plan": key.plan,
        "digest": key.digest,
        "hint": key.hint,
        "created_at": rows.time_text(key.created_at),
        "valid_until": rows.seconds(key.expires_at) if key.expires_at else None,
    }
    pk, sk = keys.api_key(key.digest)
    listed_pk, listed_sk = keys.listed_key(key.owner.workspace_id, key.id)
    return [
        Put(
            item={"pk": pk, "sk": sk, "window": 0, "hits": 0, **row},
            condition=Attr("pk").not_exists(),
        ),
        Put(item={"pk": listed_pk, "sk": listed_sk, **row}, condition=Attr("pk").not_exists()),
    ]


def key_of(row: Item) -> ApiKey:
    return ApiKey(
        id=row["id"],
        owner=rows.owner(row),
        name=row["name"],
        scopes=tuple(row["scopes"]),
        plan=Plan(row["plan"]),
        digest=row["digest"],
        hint=row["hint"],
        created_at=rows.must_time(row, "created_at"),
        expires_at=rows.from_seconds(row["valid_until"]) if "valid_until" in row else None,
    )

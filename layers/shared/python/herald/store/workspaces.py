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
        """Write the workspace and its first keys in one transaction."""
        puts = [Put(item=workspace_row(workspace), condition=Attr("pk").not_exists())]
        for key in first_keys:
            puts += key_puts(key)
        self.table.transact(puts)

    def get(self, workspace_id: str) -> Workspace | None:
        row = self.table.get(keys.workspace(workspace_id))
        return workspace_of(row) if row else None

    def save(self, workspace: Workspace, fields: Collection[str]) -> None:
        """Write these fields of the workspace, and no other."""
        row = workspace_row(workspace)
        values = {name: row[name] for name in fields}
        self.table.update(Update(key=keys.workspace(workspace.id), values=values))

    def add_key(
        self, key: ApiKey, clear: Secret, *, by: Owner, response: StoredResponse | None
    ) -> None:
        """Write the key in one transaction. Only the kept answer holds `clear`, sealed.

        Raises IdempotentReplay, IdempotencyConflictError, or ConflictError while an equal request
        runs.
        """
        # Imported here, so that no other call pays for it.
        from herald.store.idempotency import response_puts, transact, without_secret  # noqa: PLC0415

        puts = response_puts(by, response, key.created_at)
        answers = [without_secret(put, clear, self.vault) for put in puts]
        transact(self.table, [*key_puts(key), *answers], response, self.vault)

    def list_keys(self, workspace_id: str) -> list[ApiKey]:
        """Return the keys, oldest first. One call per 1 MB, some 3,000 keys."""
        pk, start = keys.listed_key(workspace_id, "")
        where = Key("pk").eq(pk) & Key("sk").begins_with(start)
        return [key_of(row) for row in all_items(self.table, where)]

    def get_key(self, workspace_id: str, key_id: str) -> ApiKey | None:
        row = self.table.get(keys.listed_key(workspace_id, key_id))
        return key_of(row) if row else None

    def remove_key(self, key: ApiKey) -> None:
        """Remove the key. The next call with it is refused."""
        listed = keys.listed_key(key.owner.workspace_id, key.id)
        self.table.transact([Delete(key=listed), Delete(key=keys.api_key(key.digest))])

    def admit(self, digest: str, now: datetime) -> tuple[ApiKey, Quota] | None:
        """Return the key and its rate limit, with this call counted.

        Return None for an unknown or expired key. One call, because this process remembers in which
        minute it last saw a key. So it knows whether to count on or to start a new minute. It makes
        a further call when another process has started a minute meanwhile.
        """
        valid_until = Attr("valid_until")
        unexpired = valid_until.not_exists() | valid_until.gt(rows.seconds(now))
        valid = Attr("pk").exists() & unexpired
        row = self._count(keys.api_key(digest), valid, api_keys.window(now))
        if row is None:
            return None
        key = key_of(row)
        reset = row["window"] + api_keys.MINUTE
        return key, Quota(limit=api_keys.RATE[key.plan], used=row["hits"], reset=reset)

    def count_stranger(self, address: str, now: datetime) -> Quota:
        """Count a call without a valid key against its source address."""
        window = api_keys.window(now)
        kept = {"expires_at": rows.seconds(now + STRANGER_KEPT)}
        key = keys.caller(address, window)
        row = self.table.update(Update(key=key, values=kept, add={"hits": 1}))
        return Quota(
            limit=api_keys.STRANGERS_PER_MINUTE, used=row["hits"], reset=window + api_keys.MINUTE
        )

    def _count(self, key: keys.KeyPair, valid: ConditionBase, window: int) -> Item | None:
        """Count the call, and return the row, or None when the key is not valid.

        The row's window may be later than `window` when a minute began, or our clock is behind.
        """
        anew = Update(
            key=key,
            values={"window": window, "hits": 1},
            condition=valid & Attr("window").lt(window),
        )
        seen = self._windows.get(key[0], 0)
        while True:
            on = Update(key=key, add={"hits": 1}, condition=valid & Attr("window").eq(seen))
            counted_on = seen >= window
            try:
                row = self.table.update(on if counted_on else anew)
            except Conflict as conflict:
                if conflict.item is None:
                    return None
                there = conflict.item["window"]
                invalid = there == seen if counted_on else there < window
                if invalid:
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
        "workflow": workflow_rows(workspace.workflow),
        "test_workflow": workflow_rows(workspace.test_workflow),
    }


def workspace_of(row: Item) -> Workspace:
    return Workspace(
        id=row["pk"].removeprefix("WS#"),
        name=row["name"],
        owner_email=row.get("owner_email"),
        plan=Plan(row["plan"]),
        created_at=rows.must_time(row, "created_at"),
        workflow=tuple(step_of(step) for step in row.get("workflow", ())),
        test_workflow=tuple(step_of(step) for step in row.get("test_workflow", ())),
    )


def workflow_rows(steps: Sequence[Step]) -> list[Item] | None:
    return [step_row(step) for step in steps] if steps else None


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
    """Return the writes of the item that a call updates, and of the item that a list reads."""
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
    called = {"pk": pk, "sk": sk, "window": 0, "hits": 0, **row}
    listed = {"pk": listed_pk, "sk": listed_sk, **row}
    new = Attr("pk").not_exists()
    return [Put(item=called, condition=new), Put(item=listed, condition=new)]


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

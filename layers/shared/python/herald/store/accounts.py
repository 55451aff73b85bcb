"""Accounts in the table, and their sealed credentials in rows of their own."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from herald.aws.dynamodb import (
    Attr,
    ConditionBase,
    Conflict,
    Delete,
    Item,
    Key,
    Put,
    Table,
    TransactionConflict,
    Update,
)
from herald.aws.kms import Vault
from herald.domain.accounts import Account, AccountStatus, Platform
from herald.domain.errors import AccountError
from herald.domain.events import Event
from herald.domain.idempotency import IdempotencyKey, StoredResponse
from herald.domain.owners import Owner, Secret
from herald.store import keys, rows
from herald.store.event_rows import dumped
from herald.store.idempotency import raise_replay, raise_stored, response_puts
from herald.store.paging import all_items

Credentials = Mapping[str, Secret]


class TakenError(Exception):
    """Another account of the owner has that identity at the network.

    It was connected at the same moment.
    """


class AccountStore:
    def __init__(self, table: Table, vault: Vault) -> None:
        self.table = table
        self.vault = vault

    def save(
        self,
        account: Account,
        credentials: Credentials,
        *,
        events: Iterable[Event] = (),
        response: StoredResponse | None = None,
    ) -> None:
        """Write the account, its credentials and its identity in one transaction.

        So an account always has its credentials, and an owner has a network's account only once.

        Raises TakenError, IdempotentReplay, IdempotencyConflictError, or ConflictError while an
        equal request runs.
        """
        row = account_row(account) | {"events": dumped(events)}
        free = Attr("pk").not_exists() | Attr("account").eq(account.id)
        identity = Put(item=identity_row(account), condition=free)
        writes = [
            Put(item=row),
            Put(item=self._sealed(account.owner, account.id, credentials)),
            identity,
        ]
        answers = response_puts(account.owner, response, account.updated_at)
        try:
            self.table.transact([*writes, *answers])
        except TransactionConflict as conflict:
            if conflict.failed.keys() == {writes.index(identity)}:
                raise TakenError from conflict
            raise_replay(conflict, response, self.vault)

    def replay(self, owner: Owner, key: IdempotencyKey | None, now: datetime) -> None:
        """Raise IdempotentReplay if the request was answered before. Without a key, do nothing."""
        raise_stored(self.table, owner, key, now, self.vault)

    def keep(self, account: Account, credentials: Credentials, *, was: Item) -> Item:
        """Store refreshed credentials in place of those in the row `was`.

        Return the row that counts from now on. It is another process's row when that refreshed the
        credentials or connected the account anew in the meantime.

        Raises AccountError when the credentials were destroyed. Raises ValueError for an empty
        credential, because it would lock the account out.
        """
        if not all(credentials.values()):
            raise ValueError("a network answered an empty credential")
        new = self._sealed(account.owner, account.id, credentials)
        try:
            self.table.put(Put(item=new, condition=Attr("sealed").eq(was["sealed"])))
        except Conflict as conflict:
            if conflict.item is None:
                raise AccountError("The account was disconnected.") from conflict
            return conflict.item
        return new

    def credentials(self, account: Account) -> Credentials | None:
        """Return the account's credentials, or None when they were destroyed. Two calls."""
        row = self.table.get(keys.owned(account.owner, "SECRET", account.id))
        return self.open(account, row) if row else None

    def open(self, account: Account, row: Item) -> Credentials:
        """Return the credentials from their row."""
        clear = json.loads(self.vault.open(row["sealed"], owner=account.id))
        return {name: Secret(value) for name, value in clear.items()}

    def get_many(self, owner: Owner, account_ids: Iterable[str]) -> dict[str, Account]:
        """Return the accounts that exist, by id. One call."""
        found_rows = self.table.get_many(
            keys.owned(owner, "ACC", account_id) for account_id in account_ids
        )
        return {account.id: account for account in map(account_of, found_rows.values())}

    def list(self, owner: Owner) -> list[Account]:
        """Return the accounts, oldest first. One call per 1 MB, some 2,500 accounts."""
        pk, start = keys.owned(owner, "ACC", "")
        where = Key("pk").eq(pk) & Key("sk").begins_with(start)
        return [account_of(row) for row in all_items(self.table, where)]

    def change(self, account: Account, *, was: Account, events: Iterable[Event]) -> bool:
        """Record the account's new status.

        Return False when something has happened to the account since: for example, it was connected
        anew.
        """
        unchanged = Attr("status").eq(was.status) & Attr("updated_at").eq(
            rows.time_text(was.updated_at)
        )
        try:
            self.table.update(account_update(account, events, unchanged))
        except Conflict:
            return False
        return True

    def disconnect(self, account: Account, *, events: Iterable[Event]) -> bool:
        """Set the account to DISCONNECTED and destroy its credentials, in one transaction.

        Return False when the account was disconnected already.
        """
        connected = Attr("status").ne(AccountStatus.DISCONNECTED)
        sealed = Delete(key=keys.owned(account.owner, "SECRET", account.id))
        try:
            self.table.transact([account_update(account, events, connected), sealed])
        except TransactionConflict as conflict:
            if not conflict.failed:
                raise  # another write of the account ran for longer than the table waits
            return False
        return True

    def _sealed(self, owner: Owner, account_id: str, credentials: Credentials) -> Item:
        pk, sk = keys.owned(owner, "SECRET", account_id)
        sealed = self.vault.seal(json.dumps(dict(credentials)).encode(), owner=account_id)
        return {"pk": pk, "sk": sk, "sealed": sealed}


def account_update(account: Account, events: Iterable[Event], condition: ConditionBase) -> Update:
    """Return the update of the account's status, with the events that it causes."""
    values = {
        "status": account.status,
        "status_reason": account.status_reason,
        "updated_at": rows.time_text(account.updated_at),
        "events": dumped(events),
    }
    return Update(
        key=keys.owned(account.owner, "ACC", account.id), values=values, condition=condition
    )


def identity_row(account: Account) -> Item:
    """Return the row that says which account of an owner a network's account is."""
    pk, sk = keys.identity(account.owner, account.platform, account.remote_id)
    return {"pk": pk, "sk": sk, "account": account.id}


def account_row(account: Account) -> Item:
    pk, sk = keys.owned(account.owner, "ACC", account.id)
    return {
        "pk": pk,
        "sk": sk,
        "owner": str(account.owner),
        "platform": account.platform,
        "remote_id": account.remote_id,
        "username": account.username,
        "display_name": account.display_name,
        "avatar_url": account.avatar_url,
        "profile_url": account.profile_url,
        "account_type": account.account_type,
        "host": account.host,
        "limits": dict(account.limits) if account.limits else None,
        "status": account.status,
        "status_reason": account.status_reason,
        "created_at": rows.time_text(account.created_at),
        "updated_at": rows.time_text(account.updated_at),
    }


def account_of(row: Item) -> Account:
    return Account(
        id=row["sk"].removeprefix("ACC#"),
        owner=rows.owner(row),
        platform=Platform(row["platform"]),
        remote_id=row["remote_id"],
        username=row["username"],
        display_name=row.get("display_name"),
        avatar_url=row.get("avatar_url"),
        profile_url=row.get("profile_url"),
        account_type=row.get("account_type"),
        host=row.get("host"),
        limits={name: int(value) for name, value in row.get("limits", {}).items()},
        status=AccountStatus(row["status"]),
        status_reason=row.get("status_reason"),
        created_at=rows.must_time(row, "created_at"),
        updated_at=rows.must_time(row, "updated_at"),
    )

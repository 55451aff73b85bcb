"""The sandbox's ledger in the table. It has one row per call of commit, so a double post shows."""

from collections.abc import Sequence
from datetime import timedelta

from herald.aws.dynamodb import ConditionBase, Item, Key, Put, Table, Update
from herald.domain.accounts import Platform
from herald.domain.sandbox import Commit, Sent
from herald.store import keys, rows
from herald.store.paging import all_items

COMMIT_RETENTION = timedelta(days=30)
SEARCHED = 200


class SandboxLedger:
    def __init__(self, table: Table) -> None:
        self.table = table

    def put(self, entry: Commit) -> None:
        media = [list(sent) for sent in entry.media]
        row = {
            "pk": keys.sandbox(entry.account_id),
            "sk": place(entry),
            "key": entry.key,
            "remote_id": entry.remote_id,
            "account": entry.account_id,
            "platform": entry.platform,
            "text": entry.text,
            "media": media if media else None,
            "reply_to": entry.reply_to,
            "live": entry.live,
            "at": rows.time_text(entry.at),
            "expires_at": rows.seconds(entry.at + COMMIT_RETENTION),
        }
        self.table.put(Put(item=row))

    def find(self, account_id: str, key: str) -> Sequence[Commit]:
        """Return every commit of one publication."""
        where = Key("pk").eq(keys.sandbox(account_id)) & Key("sk").begins_with(f"{key}#")
        return [entry_of(row) for row in all_items(self.table, where)]

    def delete(self, account_id: str, remote_id: str) -> None:
        """Mark a post of the account as deleted.

        Read the account's commits page by page to find it. A sandbox keeps few of them.
        """
        position = None
        more = True
        while more:
            entries, more = self.after(account_id, position, limit=SEARCHED)
            for entry in entries:
                position = place(entry)
                if entry.remote_id == remote_id:
                    key = (keys.sandbox(account_id), position)
                    values = {"live": False, "deleted": True}
                    self.table.update(Update(key=key, values=values))
                    return

    def live(
        self, account_id: str, position: str | None, *, limit: int
    ) -> tuple[Sequence[Commit], bool]:
        """Return the live commits behind a position, and whether there are more.

        They are as many as the limit, unless there are fewer.
        """
        live: list[Commit] = []
        more = True
        while more and len(live) <= limit:
            entries, more = self.after(account_id, position, limit=limit + 1)
            live += [entry for entry in entries if entry.live]
            if entries:
                position = place(entries[-1])
        return live[:limit], len(live) > limit

    def after(
        self, account_id: str, position: str | None, *, limit: int
    ) -> tuple[Sequence[Commit], bool]:
        """Return the commits of an account behind a position, and whether there are more.

        The oldest target is first.
        """
        where: ConditionBase = Key("pk").eq(keys.sandbox(account_id))
        if position:
            where &= Key("sk").gt(position)
        page = self.table.query(where, limit=limit)
        return [entry_of(row) for row in page.items], page.more


def place(entry: Commit) -> str:
    """Return the position of a commit among the commits of its account."""
    return f"{entry.key}#{entry.remote_id}"


def entry_of(row: Item) -> Commit:
    return Commit(
        remote_id=row["remote_id"],
        account_id=row["account"],
        key=row["key"],
        platform=Platform(row["platform"]),
        text=row["text"],
        media=tuple(Sent(*sent) for sent in row.get("media", ())),
        reply_to=row.get("reply_to"),
        live=row["live"],
        deleted=row.get("deleted", False),
        at=rows.must_time(row, "at"),
    )

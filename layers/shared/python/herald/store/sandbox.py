"""The sandbox's ledger in the table: one row per call of commit, so that a double post would show."""

from collections.abc import Sequence
from datetime import timedelta

from herald.aws.dynamodb import Item, Key, Put, Table, Update
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
        row = {
            "pk": keys.sandbox(entry.account_id),
            "sk": place(entry),
            "key": entry.key,
            "remote_id": entry.remote_id,
            "account": entry.account_id,
            "platform": entry.platform,
            "text": entry.text,
            "media": [list(each) for each in entry.media] or None,
            "reply_to": entry.reply_to,
            "live": entry.live,
            "at": rows.time_text(entry.at),
            "expires_at": rows.seconds(entry.at + COMMIT_RETENTION),
        }
        self.table.put(Put(item=row))

    def find(self, account_id: str, key: str) -> Sequence[Commit]:
        """Every commit of one publication."""
        where = Key("pk").eq(keys.sandbox(account_id)) & Key("sk").begins_with(f"{key}#")
        return [entry_of(row) for row in all_items(self.table, where)]

    def delete(self, account_id: str, remote_id: str) -> None:
        """Look through the account's commits for it, a page at a time: a sandbox keeps few."""
        position, more = None, True
        while more:
            entries, more = self.after(account_id, position, limit=SEARCHED)
            for entry in entries:
                position = place(entry)
                if entry.remote_id == remote_id:
                    self.table.update(
                        Update(
                            key=(keys.sandbox(account_id), position),
                            values={"live": False, "deleted": True},
                        )
                    )
                    return

    def live(
        self, account_id: str, position: str | None, *, limit: int
    ) -> tuple[Sequence[Commit], bool]:
        """What of that is live: as many as the limit, unless there are no more; and whether there are."""
        found: list[Commit] = []
        more = True
        while more and len(found) <= limit:
            entries, more = self.after(account_id, position, limit=limit + 1)
            found += [each for each in entries if each.live]
            position = place(entries[-1]) if entries else position
        return found[:limit], len(found) > limit

    def after(
        self, account_id: str, position: str | None, *, limit: int
    ) -> tuple[Sequence[Commit], bool]:
        """Every commit for an account behind a position, oldest target first; and whether there are more."""
        where = Key("pk").eq(keys.sandbox(account_id))
        page = self.table.query(where & Key("sk").gt(position) if position else where, limit=limit)
        return [entry_of(row) for row in page.items], page.more


def place(entry: Commit) -> str:
    """Where it lies among its account's."""
    return f"{entry.key}#{entry.remote_id}"


def entry_of(row: Item) -> Commit:
    return Commit(
        remote_id=row["remote_id"],
        account_id=row["account"],
        key=row["key"],
        platform=Platform(row["platform"]),
        text=row["text"],
        media=tuple(Sent(*each) for each in row.get("media", ())),
        reply_to=row.get("reply_to"),
        live=row["live"],
        deleted=row.get("deleted", False),
        at=rows.must_time(row, "at"),
    )

"""Which target a post at a network belongs to, where a network's posts are searched by what they look like."""

from collections.abc import Collection
from datetime import datetime, timedelta

from herald.aws.dynamodb import Attr, Conflict, Put, Table
from herald.domain.accounts import Account
from herald.domain.targets import Target
from herald.store import keys, rows

OWNERSHIP_RETENTION = timedelta(days=90)  # no search goes back so far


class LiveStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def take(self, account: Account, remote_post: str, target: Target, now: datetime) -> bool:
        """Remember whose it is. False when it is another target's. One call, one write unit."""
        pk, sk = keys.live(account.platform, account.remote_id, remote_post)
        item = {
            "pk": pk,
            "sk": sk,
            "target": target.id,
            "expires_at": rows.seconds(now + OWNERSHIP_RETENTION),
        }
        try:
            self.table.put(
                Put(item=item, condition=Attr("pk").not_exists() | Attr("target").eq(target.id))
            )
        except Conflict:
            return False
        return True

    def others(
        self, account: Account, remote_posts: Collection[str], target: Target
    ) -> frozenset[str]:
        """Those that are another target's. One call per 100, none for none."""
        wanted = {
            keys.live(account.platform, account.remote_id, each): each for each in remote_posts
        }
        found = self.table.get_many(wanted)
        return frozenset(wanted[key] for key, row in found.items() if row["target"] != target.id)

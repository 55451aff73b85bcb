"""Which target a post at a network belongs to.

This is kept for networks whose posts are searched by their looks.
"""

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
        """Remember that the post is the target's. Return False when it is another target's.

        One call, one write unit.
        """
        pk, sk = keys.live(account.platform, account.remote_id, remote_post)
        item = {
            "pk": pk,
            "sk": sk,
            "target": target.id,
            "expires_at": rows.seconds(now + OWNERSHIP_RETENTION),
        }
        free = Attr("pk").not_exists() | Attr("target").eq(target.id)
        try:
            self.table.put(Put(item=item, condition=free))
        except Conflict:
            return False
        return True

    def others(
        self, account: Account, remote_posts: Collection[str], target: Target
    ) -> frozenset[str]:
        """Return the posts that are another target's.

        One call per 100 posts, or none for no posts.
        """
        wanted = {
            keys.live(account.platform, account.remote_id, remote_post): remote_post
            for remote_post in remote_posts
        }
        items = self.table.get_many(wanted)
        return frozenset(wanted[key] for key, row in items.items() if row["target"] != target.id)

"""Notices in the table: which were sent, and to whom they go."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from herald.aws.dynamodb import Put, Table, from_wire
from herald.domain.endpoints import Endpoint
from herald.domain.notices import Notice
from herald.store import keys, rows
from herald.store.endpoint_rows import endpoint_of

NOTICE_RETENTION = timedelta(days=30)


class NoticeStore:
    def __init__(self, table: Table) -> None:
        self.table = table

    def open(self, notice: Notice) -> tuple[bool, str | None]:
        """Return whether the notice was sent before, and the address of the workspace's owner.

        The address is None when the workspace has none. One call.
        """
        sent = keys.notice(notice.endpoint.id, notice.step, notice.mark)
        workspace = keys.workspace(notice.endpoint.owner.workspace_id)
        items = self.table.get_many([sent, workspace])
        return sent in items, items.get(workspace, {}).get("owner_email")

    def mark_sent(self, notice: Notice, now: datetime) -> None:
        pk, sk = keys.notice(notice.endpoint.id, notice.step, notice.mark)
        expires_at = rows.seconds(now + NOTICE_RETENTION)
        self.table.put(Put(item={"pk": pk, "sk": sk, "expires_at": expires_at}))


def endpoint_in(image: Mapping[str, Any]) -> Endpoint:
    """Return the endpoint in an item as the table's stream writes it."""
    return endpoint_of(from_wire(image))

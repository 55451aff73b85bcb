"""Notices in the table: which were given, and to whom they go."""

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
        """Whether it was given before, and the address of the workspace's owner, if it has one. One call."""
        given = keys.notice(notice.endpoint.id, notice.step, notice.mark)
        workspace = keys.workspace(notice.endpoint.owner.workspace_id)
        found = self.table.get_many([given, workspace])
        return given in found, found.get(workspace, {}).get("owner_email")

    def mark_sent(self, notice: Notice, now: datetime) -> None:
        pk, sk = keys.notice(notice.endpoint.id, notice.step, notice.mark)
        self.table.put(
            Put(item={"pk": pk, "sk": sk, "expires_at": rows.seconds(now + NOTICE_RETENTION)})
        )


def endpoint_in(image: Mapping[str, Any]) -> Endpoint:
    """The endpoint in an item as the table's stream writes it."""
    return endpoint_of(from_wire(image))

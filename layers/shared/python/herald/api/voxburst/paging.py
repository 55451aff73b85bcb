"""Lists, page by page.

A cursor is opaque and bound to its query. A changed cursor is refused. Source: the contract,
section 1.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from herald.api.edge.response import ROOM, to_json
from herald.api.voxburst.models import Query
from herald.domain.errors import BadRequestError

DEFAULT_LIMIT, MAX_LIMIT = 20, 100
# Bytes of the tag at the beginning of a cursor.
TAG = 12


class Paged(Query):
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    """The most items on a page."""
    cursor: Annotated[str | None, Field(max_length=1_000)] = None
    """The `next_cursor` of the previous page. It is valid only for the same query and key."""

    def after(self, secret: str) -> str | None:
        """Return the position that the cursor names.

        Raises BadRequestError when the cursor was changed, or belongs to another query or key.
        """
        if self.cursor is None:
            return None
        try:
            padding = "=" * (-len(self.cursor) % 4)
            raw = base64.urlsafe_b64decode(self.cursor + padding)
        except (ValueError, binascii.Error):
            raise BadRequestError("The cursor is not valid.") from None
        tag, position = raw[:TAG], raw[TAG:]
        if not hmac.compare_digest(tag, self._tag(position, secret)):
            raise BadRequestError("The cursor is not valid.")
        return position.decode()

    def answer(
        self,
        data: Sequence[Mapping[str, object]],
        next_position: str | None,
        secret: str,
        *,
        positions: Sequence[str] = (),
        **more: Sequence[Mapping[str, object]],
    ) -> str:
        """Return the page on the wire, in both spellings that VoxBurst's documents use.

        A page that would not fit an answer ends earlier. `positions` are the positions of the data;
        without them, the ids are the positions. `more` holds the same items under another name, in
        the form that another client reads.
        """
        shown = fitting(data)
        if len(shown) < len(data):
            last = len(shown) - 1
            next_position = positions[last] if positions else str(data[last]["id"])
        cursor = None
        if next_position is not None:
            position = next_position.encode()
            signed = self._tag(position, secret) + position
            cursor = base64.urlsafe_b64encode(signed).decode().rstrip("=")
        has_more = cursor is not None
        pagination = {
            "has_more": has_more,
            "next_cursor": cursor,
            "hasMore": has_more,
            "nextCursor": cursor,
            "limit": self.limit,
        }
        again = ""
        for name, views in more.items():
            again += f',"{name}":{to_json(views[: len(shown)])}'
        return f'{{"data":[{",".join(shown)}],"pagination":{to_json(pagination)}{again}}}'

    def _tag(self, position: bytes, secret: str) -> bytes:
        """Return the tag of a position.

        The key is known only to the table and the caller. The tag covers the filters, so a cursor
        is valid for its own query only.
        """
        filters = self.model_dump(mode="json", exclude={"limit", "cursor"})
        query = json.dumps([type(self).__name__, filters], sort_keys=True).encode()
        return hmac.digest(secret.encode(), query + b"\0" + position, hashlib.sha256)[:TAG]


def fitting(data: Sequence[Mapping[str, object]]) -> list[str]:
    """Return the first of these as JSON: as many as fit an answer, but at least one."""
    shown: list[str] = []
    left = ROOM
    for view in data:
        text = to_json(view)
        left -= len(text.encode())
        if left < 0 and shown:
            break
        shown.append(text)
    return shown

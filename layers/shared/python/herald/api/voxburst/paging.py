"""Lists, page by page. A cursor is opaque, tamper-evident and bound to its query. Source: the contract, section 1."""

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
TAG = 12  # bytes


class Paged(Query):
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    """How many a page holds at most."""
    cursor: Annotated[str | None, Field(max_length=1_000)] = None
    """The `next_cursor` of the page before; it belongs to the same query and key."""

    def after(self, secret: str) -> str | None:
        """The position the cursor names. Raises BadRequestError when it was changed, or belongs to another query or key."""
        if self.cursor is None:
            return None
        try:
            raw = base64.urlsafe_b64decode(self.cursor + "=" * (-len(self.cursor) % 4))
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
        """The page on the wire; both spellings, because VoxBurst's documents use both.

        A page that would not fit an answer ends before that. `positions` are those of the data; left out, their ids. `more` are
        the same things under another name, dressed as another client reads them.
        """
        shown = fitting(data)
        if len(shown) < len(data):
            last = len(shown) - 1
            next_position = positions[last] if positions else str(data[last]["id"])
        cursor = None
        if next_position is not None:
            position = next_position.encode()
            cursor = (
                base64.urlsafe_b64encode(self._tag(position, secret) + position)
                .decode()
                .rstrip("=")
            )
        further = cursor is not None
        told = {
            "has_more": further,
            "next_cursor": cursor,
            "hasMore": further,
            "nextCursor": cursor,
            "limit": self.limit,
        }
        again = "".join(f',"{name}":{to_json(each[: len(shown)])}' for name, each in more.items())
        return f'{{"data":[{",".join(shown)}],"pagination":{to_json(told)}{again}}}'

    def _tag(self, position: bytes, secret: str) -> bytes:
        """Keyed by what only the table and the caller know; over the filters, so that a cursor serves its own query alone."""
        filters = self.model_dump(mode="json", exclude={"limit", "cursor"})
        said = (
            json.dumps([type(self).__name__, filters], sort_keys=True).encode() + b"\0" + position
        )
        return hmac.digest(secret.encode(), said, hashlib.sha256)[:TAG]


def fitting(data: Sequence[Mapping[str, object]]) -> list[str]:
    """The first of these as JSON: as many as fit an answer, at least one."""
    shown: list[str] = []
    left = ROOM
    for each in data:
        text = to_json(each)
        left -= len(text.encode())
        if left < 0 and shown:
            break
        shown.append(text)
    return shown

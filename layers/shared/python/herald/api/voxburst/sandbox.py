"""The sandbox on the wire: the posts that are live there."""

from collections.abc import Sequence

from herald.api.edge.response import Response, ok
from herald.api.edge.schema import AccountId
from herald.api.voxburst.paging import Paged
from herald.domain import targets, times
from herald.domain.sandbox import Commit


class ListSandbox(Paged):
    account_id: AccountId
    """The account whose posts are listed."""


def view(entry: Commit) -> dict[str, object]:
    return {
        "id": entry.remote_id,
        "accountId": entry.account_id,
        "platform": entry.platform,
        "postPlatformId": targets.followed(entry.key.partition(":")[0]),
        "content": entry.text,
        "media": [{"id": file.media_id, "altText": file.alt} for file in entry.media],
        "replyTo": entry.reply_to,
        "publishedAt": times.wire(entry.at),
    }


def sandbox_page(
    listed: tuple[Sequence[Commit], bool], query: ListSandbox, secret: str
) -> Response:
    entries, more = listed
    positions = [position_of(entry) for entry in entries]
    last = positions[-1] if more else None
    data = [view(entry) for entry in entries]
    return ok(query.answer(data, last, secret, positions=positions))


def position_of(entry: Commit) -> str:
    return f"{entry.key}#{entry.remote_id}"

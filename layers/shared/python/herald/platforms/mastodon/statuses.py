"""An account's statuses, as its instance shows them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from herald.domain import times
from herald.domain.errors import TransientError
from herald.domain.outcomes import Published
from herald.net.client import NoAnswerError
from herald.platforms.calls import data, text_in
from herald.platforms.mastodon.instance import Instance
from herald.platforms.protocol import Session

PAGE_SIZE = 40  # the most a list of statuses gives
MAX_SEEN = 200  # statuses in one search


def statuses_since(
    instance: Instance, session: Session, since: datetime
) -> Iterator[Mapping[str, Any]]:
    """The account's own statuses from that time on, newest first. Raises TransientError when they are too many to see.

    An instance makes its pages as short as it likes: the search is over where a page is empty or goes back far enough.
    """
    account_id, _, _ = session.account.remote_id.partition("@")
    query = {"exclude_reblogs": "true", "limit": str(PAGE_SIZE)}
    seen = 0
    while seen < MAX_SEEN:
        page = page_of(instance, f"/api/v1/accounts/{account_id}/statuses?{urlencode(query)}")
        yield from (status for status in page if created_at(status) >= since)
        if not page or created_at(page[-1]) < since:
            return
        seen += len(page)
        query["max_id"] = str(page[-1].get("id"))
    raise TransientError("Mastodon shows more posts since then than can be compared.")


def page_of(instance: Instance, path: str) -> list[Mapping[str, Any]]:
    response = instance.get(path)
    try:
        found = response.json()
    except NoAnswerError as error:
        raise TransientError(f"Mastodon: {error}.") from error
    if not isinstance(found, list) or not all(isinstance(status, dict) for status in found):
        raise TransientError("Mastodon's list of posts is no list.")
    return found


def source_of(instance: Instance, status: Mapping[str, Any]) -> str:
    """The text as it was sent; the status itself shows HTML."""
    found = data(instance.get(f"/api/v1/statuses/{status.get('id')}/source"))
    return text_in(found, "text") or ""


def attached_to(status: Mapping[str, Any]) -> set[object]:
    """The ids of a status' files."""
    found = status.get("media_attachments")
    return (
        {file.get("id") for file in found if isinstance(file, dict)}
        if isinstance(found, list)
        else set()
    )


def published_status(status: Mapping[str, Any]) -> Published | None:
    """A status that has an id; a link is welcome, but does not decide."""
    found = text_in(status, "id")
    return (
        Published(platform_post_id=found, url=text_in(status, "url") or text_in(status, "uri"))
        if found
        else None
    )


def created_at(status: Mapping[str, Any]) -> datetime:
    try:
        return times.parse(str(status.get("created_at")))
    except ValueError as error:
        raise TransientError("Mastodon shows a post without a time.") from error


def same(words: str) -> str:
    """A text as an instance keeps it: stripped, with plain line ends."""
    return words.replace("\r\n", "\n").strip()

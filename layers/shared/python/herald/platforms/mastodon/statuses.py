"""The statuses of an account, as its instance shows them."""

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
    """Yield the account's own statuses from that time on, newest first.

    An instance may make its pages as short as it likes. So the search ends at a page that is empty
    or that goes back far enough. Raises TransientError if there are more than MAX_SEEN statuses.
    """
    account_id, _, _ = session.account.remote_id.partition("@")
    query = {"exclude_reblogs": "true", "limit": str(PAGE_SIZE)}
    seen = 0
    while seen < MAX_SEEN:
        page = page_of(instance, f"/api/v1/accounts/{account_id}/statuses?{urlencode(query)}")
        for status in page:
            if created_at(status) >= since:
                yield status
        if not page or created_at(page[-1]) < since:
            return
        seen += len(page)
        query["max_id"] = str(page[-1].get("id"))
    raise TransientError("Mastodon shows more posts since then than can be compared.")


def page_of(instance: Instance, path: str) -> list[Mapping[str, Any]]:
    response = instance.get(path)
    try:
        statuses = response.json()
    except NoAnswerError as error:
        raise TransientError(f"Mastodon: {error}.") from error
    if not isinstance(statuses, list) or not all(isinstance(status, dict) for status in statuses):
        raise TransientError("Mastodon's list of posts is no list.")
    return statuses


def source_of(instance: Instance, status: Mapping[str, Any]) -> str:
    """Return the text as it was sent. The status itself shows HTML."""
    source = data(instance.get(f"/api/v1/statuses/{status.get('id')}/source"))
    text = text_in(source, "text")
    return text if text else ""


def attached_to(status: Mapping[str, Any]) -> set[object]:
    """Return the ids of the files of a status."""
    files = status.get("media_attachments")
    if not isinstance(files, list):
        return set()
    return {file.get("id") for file in files if isinstance(file, dict)}


def published_status(status: Mapping[str, Any]) -> Published | None:
    """Return the published post, or None for a status without an id. It may have no link."""
    status_id = text_in(status, "id")
    if not status_id:
        return None
    url = text_in(status, "url")
    return Published(platform_post_id=status_id, url=url if url else text_in(status, "uri"))


def created_at(status: Mapping[str, Any]) -> datetime:
    try:
        return times.parse(str(status.get("created_at")))
    except ValueError as error:
        raise TransientError("Mastodon shows a post without a time.") from error


def same(words: str) -> str:
    """Return a text as an instance keeps it, stripped and with plain line ends."""
    return words.replace("\r\n", "\n").strip()

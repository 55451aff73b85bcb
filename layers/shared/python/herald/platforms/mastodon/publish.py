"""Publishing on Mastodon and servers with its API.

The statuses that an account shows decide whether a post is there, not the keys that an instance
remembers. An instance keeps our Idempotency-Key for an hour, but it stores the key after it made
the status, and without a lock. Two requests under one key at the same time make two statuses. A
worker of the instance that dies between the two steps leaves a status without its key.

So after a lost answer we look at the account's own statuses. We send again, under the same key,
only if none of them is ours and the earlier request must be over. Files decide in another way,
because each file belongs to one status at most.

Limits: a status without files is ours if it has the text, the place in a thread and the time, and
is not known to be another target's. An equal status that a person wrote in these minutes looks the
same. If the author deleted a status before we looked, only its key shows that: the key then finds
nothing (HTTP 404), for an hour, and only if the instance kept the key. The account's number of
statuses would not show it. It is the same after a status was made and deleted, and other deletions
change it too.

Source: the API documentation of Mastodon 4, and its code (PostStatusService, rack-timeout).
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from herald.domain import times
from herald.domain.errors import GoneError, PermanentError, PublishError
from herald.domain.outcomes import Preparing, Published
from herald.net.client import Http
from herald.platforms.calls import CALL_SECONDS, UPLOADING, Now, data, text_in
from herald.platforms.mastodon.files import FileState, state_of, with_files
from herald.platforms.mastodon.instance import ENGLISH, Instance
from herald.platforms.mastodon.statuses import (
    attached_to,
    created_at,
    published_status,
    same,
    source_of,
    statuses_since,
)
from herald.platforms.protocol import Absent, LostAnswerError, Publication, Session, Undecided

OVER = timedelta(seconds=210)
"""After that time a request is over.

Our worker ends within 120 s of preparing it, and an instance ends a request within 90 s.
"""
SKEW = timedelta(minutes=5)  # between our clock and an instance's
SEVERAL = "Mastodon shows several posts with this text."
TAKEN = "already attached"
STATUS_OPTIONS = ("visibility", "spoiler_text", "sensitive", "language")
# The key found no status. A missing post that we answer has another message.
NO_RECORD = "Record not found"


class Mastodon:
    """Posts with an account's access token."""

    searches: ClassVar[bool] = True

    def __init__(self, http: Http, now: Now) -> None:
        self._http = http
        self._now = now

    def prepare(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Mapping[str, str] | Preparing:
        """Choose the idempotency key, upload the files, and count the send that follows.

        The key is chosen once, and its time is noted, because no send is earlier.
        """
        ready = handle
        if handle.get("key") != publication.key:
            ready = {
                "key": publication.key,
                "idempotencyKey": hashlib.sha256(f"herald:{publication.key}".encode()).hexdigest(),
                "preparedAt": times.wire(self._now()),
            }
        if publication.media:
            instance = self._instance(session, seconds=UPLOADING)
            uploaded = with_files(instance, publication, session, ready)
            if isinstance(uploaded, Preparing):
                return uploaded
            ready = uploaded
        return {**ready, "readyAt": times.wire(self._now()), "sends": str(sends(ready) + 1)}

    def commit(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published:
        """Post the status.

        A second send may be answered with the status of the first. In any case there must be only
        one status afterwards.
        """
        instance = self._instance(session)
        key = handle["idempotencyKey"]
        response = instance.commit(
            f"/api/v1/statuses?{ENGLISH}",
            headers={"Content-Type": "application/json", "Idempotency-Key": key},
            body=json.dumps(form(publication, handle)).encode(),
        )
        error = text_in(data(response), "error")
        if response.status == 422 and error and TAKEN in error:
            # An earlier send of ours took the files, because they belong to nothing else.
            raise LostAnswerError(instance.calls.quote(response, error))
        if response.status == 404 and sends(handle) > 1 and error == NO_RECORD:
            raise GoneError("Mastodon had made this post, and somebody deleted it there.")
        if response.status != 200:
            raise instance.refusal(response)
        published = published_status(data(response))
        if not published:
            raise LostAnswerError("Mastodon answered HTTP 200 without an id.")
        if sends(handle) > 1 and "media" not in handle:
            self._refuse_second(instance, publication, session, handle, published)
        return published

    def confirm(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published:
        raise PermanentError("Mastodon publishes at once: there is nothing to confirm.")

    def find(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Absent | Undecided:
        """Look at the account's own statuses, or at the files. Nothing is sent."""
        instance = self._instance(session)
        try:
            if "media" in handle:
                return self._owner_of_files(instance, session, handle)
            return self._search(instance, publication, session, handle)
        except PublishError as error:
            return Undecided(reason=error.message)

    def delete(self, platform_post_id: str, session: Session) -> None:
        instance = self._instance(session)
        response = instance.ask("DELETE", f"/api/v1/statuses/{platform_post_id}?{ENGLISH}")
        if response.status not in {200, 404}:  # 404: it is gone
            raise instance.refusal(response)

    def _owner_of_files(
        self, instance: Instance, session: Session, handle: Mapping[str, str]
    ) -> Published | Absent | Undecided:
        """Find the status that has our first file.

        A file belongs to one status at most. While the file is free, no request that is over has
        made a status with it.
        """
        first = json.loads(handle["media"])[0]
        if state_of(instance, first) is not FileState.GONE:
            return self._missing(handle)
        published = None
        for status in statuses_since(instance, session, begin(handle)):
            if first in attached_to(status):
                published = published_status(status)
                break
        if published:
            return published
        return Undecided(reason="Mastodon has the files no more, and shows no post with them.")

    def _search(
        self,
        instance: Instance,
        publication: Publication,
        session: Session,
        handle: Mapping[str, str],
    ) -> Published | Absent | Undecided:
        hits = alike(instance, publication, session, handle)
        if len(hits) > 1:
            return Undecided(reason=SEVERAL)
        if not hits:
            return self._missing(handle)
        published = published_status(hits[0])
        if published:
            return published
        return Undecided(reason="Mastodon shows the post without an id.")

    def _missing(self, handle: Mapping[str, str]) -> Absent | Undecided:
        """Return Absent if the last send is over. Before that, a status of ours may still come."""
        if self._now() - ready_at(handle) >= OVER:
            return Absent()
        return Undecided(reason="Mastodon does not show the post, but may still be working on it.")

    def _refuse_second(
        self,
        instance: Instance,
        publication: Publication,
        session: Session,
        handle: Mapping[str, str],
        published: Published,
    ) -> None:
        """Look for another status after a second send.

        Raises LostAnswerError if an earlier send has made a status too, or may have.
        """
        try:
            hits = alike(instance, publication, session, handle, but=published.platform_post_id)
        except PublishError as error:
            raise LostAnswerError(error.message) from error
        if hits:
            raise LostAnswerError(SEVERAL)

    def _instance(self, session: Session, *, seconds: float = CALL_SECONDS) -> Instance:
        token = session.credentials["accessToken"]
        return Instance(session.account.host, token, self._http, self._now, seconds=seconds)


def alike(
    instance: Instance,
    publication: Publication,
    session: Session,
    handle: Mapping[str, str],
    *,
    but: str | None = None,
) -> list[Mapping[str, Any]]:
    """Return the statuses that could be ours: with this text, from that time, no other target's."""
    end = ready_at(handle) + OVER + SKEW
    parent = publication.reply.parent if publication.reply else None
    candidates = [
        status
        for status in statuses_since(instance, session, begin(handle))
        if created_at(status) <= end
        and text_in(status, "in_reply_to_id") == parent
        and not attached_to(status)
        and status.get("id") != but
    ]
    text = same(publication.text)
    hits = [status for status in candidates if same(source_of(instance, status)) == text]
    ids = [text_in(status, "id") for status in hits]
    others = session.others([status_id for status_id in ids if status_id])
    return [status for status in hits if status.get("id") not in others]


def sends(handle: Mapping[str, str]) -> int:
    """Return how often the publication was made ready to be sent."""
    return int(handle.get("sends", "0"))


def ready_at(handle: Mapping[str, str]) -> datetime:
    """Return the time when the last send was made ready."""
    return times.parse(handle.get("readyAt", handle["preparedAt"]))


def begin(handle: Mapping[str, str]) -> datetime:
    """Return the earliest time that a status of ours can have."""
    return times.parse(handle["preparedAt"]) - SKEW


def form(publication: Publication, handle: Mapping[str, str]) -> dict[str, object]:
    """Return the body of the request. A reply names its parent.

    Our options have the same names as Mastodon's.
    """
    status: dict[str, object] = {"status": publication.text, "visibility": "public"}
    status |= {
        name: publication.options[name] for name in STATUS_OPTIONS if name in publication.options
    }
    if publication.reply:
        status["in_reply_to_id"] = publication.reply.parent
    if "media" in handle:
        status["media_ids"] = json.loads(handle["media"])
    return status

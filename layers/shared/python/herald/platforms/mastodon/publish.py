"""Mastodon and its kin, where what an account shows decides, and not what an instance remembers.

An instance keeps our Idempotency-Key for an hour, but only after it made the status, and without a lock: two requests under one
key that meet make two statuses, and a worker that dies between the two leaves a status without its key. So after a lost answer
the account's own statuses are looked at, and it is sent again, under the same key, only when none of them is ours and the
earlier request must be over. Files say the same in another way: each belongs to one status at most.

What cannot be told: a status without files is ours when it has the words, the place in a thread and the time, and is not known
to be another target's; an equal one that a person wrote in these minutes looks the same. A status that its author deleted
before we looked is noticed only by its key, which then finds nothing (HTTP 404), and so for an hour, and only where the key was
kept. The account's number of statuses would not tell: made and deleted, it is what it was, and other deletions change it too.

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
"""After that a request is over: our worker ends within 120 s of preparing it, an instance ends a request within 90."""
SKEW = timedelta(minutes=5)  # between our clock and an instance's
SEVERAL = "Mastodon shows several posts with this text."
TAKEN = "already attached"
STATUS_OPTIONS = ("visibility", "spoiler_text", "sensitive", "language")
NO_RECORD = "Record not found"  # by the key: the one who is answered has words of his own


class Mastodon:
    """Posts with an account's access token."""

    searches: ClassVar[bool] = True

    def __init__(self, http: Http, now: Now) -> None:
        self._http = http
        self._now = now

    def prepare(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Mapping[str, str] | Preparing:
        """Choose the idempotency key, once, and note when: no send is earlier. Then bring the files, and note the send itself."""
        chosen = handle
        if handle.get("key") != draft.key:
            key = hashlib.sha256(f"herald:{draft.key}".encode()).hexdigest()
            chosen = {
                "key": draft.key,
                "idempotencyKey": key,
                "preparedAt": times.wire(self._now()),
            }
        ready = chosen
        if draft.media:
            found = with_files(self._instance(session, seconds=UPLOADING), draft, session, chosen)
            if isinstance(found, Preparing):
                return found
            ready = found
        return {**ready, "readyAt": times.wire(self._now()), "sends": str(sends(ready) + 1)}

    def commit(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published:
        """Post. Sent again, it may be answered with the earlier post; then, or if not, there must be no other one."""
        instance = self._instance(session)
        response = instance.commit(
            f"/api/v1/statuses?{ENGLISH}",
            headers={
                "Content-Type": "application/json",
                "Idempotency-Key": handle["idempotencyKey"],
            },
            body=json.dumps(form(draft, handle)).encode(),
        )
        if response.status == 422 and TAKEN in (said := text_in(data(response), "error") or ""):
            raise LostAnswerError(
                instance.calls.quote(response, said)
            )  # by an earlier send of ours: they belong to nothing else
        if (
            response.status == 404
            and sends(handle) > 1
            and text_in(data(response), "error") == NO_RECORD
        ):
            raise GoneError("Mastodon had made this post, and somebody deleted it there.")
        if response.status != 200:
            raise instance.refusal(response)
        if not (found := published_status(data(response))):
            raise LostAnswerError("Mastodon answered HTTP 200 without an id.")
        if sends(handle) > 1 and "media" not in handle:
            self._refuse_second(instance, draft, session, handle, found)
        return found

    def confirm(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published:
        raise PermanentError("Mastodon publishes at once: there is nothing to confirm.")

    def find(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Absent | Undecided:
        """Look at the account's own statuses, or at the files. Nothing is sent."""
        instance = self._instance(session)
        try:
            if "media" in handle:
                return self._owner_of_files(instance, session, handle)
            return self._search(instance, draft, session, handle)
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
        """A file belongs to one status at most: while it is still to be had, nothing that has ended made one of ours."""
        first = json.loads(handle["media"])[0]
        if state_of(instance, first) is not FileState.GONE:
            return self._missing(handle)
        shown = statuses_since(instance, session, begin(handle))
        ours = next((status for status in shown if first in attached_to(status)), None)
        return (published_status(ours) if ours else None) or Undecided(
            reason="Mastodon has the files no more, and shows no post with them."
        )

    def _search(
        self, instance: Instance, draft: Publication, session: Session, handle: Mapping[str, str]
    ) -> Published | Absent | Undecided:
        hits = alike(instance, draft, session, handle)
        if len(hits) > 1:
            return Undecided(reason=SEVERAL)
        if not hits:
            return self._missing(handle)
        return published_status(hits[0]) or Undecided(
            reason="Mastodon shows the post without an id."
        )

    def _missing(self, handle: Mapping[str, str]) -> Absent | Undecided:
        """None of ours is there: for certain only when the last send is over."""
        if self._now() - ready_at(handle) >= OVER:
            return Absent()
        return Undecided(reason="Mastodon does not show the post, but may still be working on it.")

    def _refuse_second(
        self,
        instance: Instance,
        draft: Publication,
        session: Session,
        handle: Mapping[str, str],
        found: Published,
    ) -> None:
        """Look once more after a second send. Raises LostAnswerError when an earlier one has made a post too, or may have."""
        try:
            hits = alike(instance, draft, session, handle, but=found.platform_post_id)
        except PublishError as error:
            raise LostAnswerError(error.message) from error
        if hits:
            raise LostAnswerError(SEVERAL)

    def _instance(self, session: Session, *, seconds: float = CALL_SECONDS) -> Instance:
        token = session.credentials["accessToken"]
        return Instance(session.account.host, token, self._http, self._now, seconds=seconds)


def alike(
    instance: Instance,
    draft: Publication,
    session: Session,
    handle: Mapping[str, str],
    *,
    but: str | None = None,
) -> list[Mapping[str, Any]]:
    """The statuses that could be ours: of these words, from that time, and no other target's."""
    end = ready_at(handle) + OVER + SKEW
    answered = draft.reply.parent if draft.reply else None
    candidates = [
        status
        for status in statuses_since(instance, session, begin(handle))
        if created_at(status) <= end
        and text_in(status, "in_reply_to_id") == answered
        and not attached_to(status)
        and status.get("id") != but
    ]
    wanted = same(draft.text)
    hits = [status for status in candidates if same(source_of(instance, status)) == wanted]
    others = session.others([found for status in hits if (found := text_in(status, "id"))])
    return [status for status in hits if status.get("id") not in others]


def sends(handle: Mapping[str, str]) -> int:
    """How often it was made ready to be sent."""
    return int(handle.get("sends", "0"))


def ready_at(handle: Mapping[str, str]) -> datetime:
    """When the last send was made ready."""
    return times.parse(handle.get("readyAt") or handle["preparedAt"])


def begin(handle: Mapping[str, str]) -> datetime:
    """No status of ours is older."""
    return times.parse(handle["preparedAt"]) - SKEW


def form(draft: Publication, handle: Mapping[str, str]) -> dict[str, object]:
    """What is posted; an answer names the post before it. Options are called here as they are there."""
    answering = {"in_reply_to_id": draft.reply.parent} if draft.reply else {}
    files = {"media_ids": json.loads(handle["media"])} if "media" in handle else {}
    chosen = {name: draft.options[name] for name in STATUS_OPTIONS if name in draft.options}
    return {"status": draft.text, "visibility": "public", **chosen, **answering, **files}

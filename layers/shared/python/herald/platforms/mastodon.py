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
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

from herald.domain import times
from herald.domain.errors import (
    AccountError,
    ContentError,
    GoneError,
    MediaError,
    PermanentError,
    Phrase,
    PlatformRateError,
    Problem,
    PublishError,
    TransientError,
    ValidationError,
)
from herald.domain.media import ContentType
from herald.domain.outcomes import Preparing, Published
from herald.domain.owners import Secret
from herald.net.client import Body, Http, NoAnswerError, Response
from herald.platforms.calls import SECONDS, UPLOADING, Calls, Now, connecting, data, origin, required, text
from herald.platforms.protocol import Absent, Attached, Credentials, Draft, LostAnswerError, Outgoing, Profile, Session, Undecided

TOKEN = re.compile(r"[!-~]+\Z")
OVER = timedelta(seconds=210)
"""After that a request is over: our worker ends within 120 s of preparing it, an instance ends a request within 90."""
SKEW = timedelta(minutes=5)  # between our clock and an instance's
PAGE = 40  # the most a list of statuses gives
MAX_SEEN = 200  # statuses in one search
MAX_LIMIT = 2**53  # beyond it, JSON numbers are not exact
LIMITS = {
    "max_text": ("configuration", "statuses", "max_characters"),
    "max_media": ("configuration", "statuses", "max_media_attachments"),
    "max_image_bytes": ("configuration", "media_attachments", "image_size_limit"),
    "max_image_pixels": ("configuration", "media_attachments", "image_matrix_limit"),
    "max_video_bytes": ("configuration", "media_attachments", "video_size_limit"),
    "max_video_pixels": ("configuration", "media_attachments", "video_matrix_limit"),
}
POLL_AFTER = 2.0
SEVERAL = "Mastodon shows several posts with this text."
TAKEN = "already attached"
NO_RECORD = "Record not found"  # by the key: the one who is answered has words of his own
EXTENSIONS = {
    ContentType.JPEG: "jpg",
    ContentType.PNG: "png",
    ContentType.GIF: "gif",
    ContentType.WEBP: "webp",
    ContentType.MP4: "mp4",
    ContentType.QUICKTIME: "mov",
    ContentType.WEBM: "webm",
    ContentType.AVI: "avi",
    ContentType.PDF: "pdf",
}
ENGLISH = "lang=en"  # else the errors come in the account's language; it does not touch the post's


class FileState(StrEnum):
    """Of an uploaded file that no status has."""

    READY = "ready"
    WORKING = "working"
    GONE = "gone"


STATES = {200: FileState.READY, 206: FileState.WORKING, 404: FileState.GONE}


class Mastodon:
    """Posts with an access token of the scopes profile (or read:accounts), read:statuses, write:statuses and write:media."""

    searches: ClassVar[bool] = True

    def __init__(self, http: Http, now: Now) -> None:
        self._http = http
        self._now = now

    def connect(self, fields: Mapping[str, str]) -> tuple[Profile, Credentials]:
        """Fields: instance_url, access_token. Ids are an instance's own, so a remote id is `<id>@<the instance's domain>`."""
        instance, token = required(fields, "instance_url", "access_token")
        if not TOKEN.match(token):
            message = Phrase("{access_token} has characters that no token has")
            raise ValidationError([Problem(path=("access_token",), message=message)])
        host = origin(instance, "instance_url")
        calls = self._calls(token)
        with connecting():
            me = data(self._get(calls, f"{host}/api/v1/accounts/verify_credentials", token))
            account_id, name = text(me, "id"), text(me, "acct")
            if not account_id or not name:
                raise PermanentError("This address does not answer like a Mastodon instance.")
            domain, limits = self._instance(calls, host, token)
        profile = Profile(
            remote_id=f"{account_id}@{domain}",
            username=f"{name}@{domain}",
            host=host,
            display_name=text(me, "display_name"),
            avatar_url=text(me, "avatar"),
            url=f"{host}/@{quote(name, safe='')}",
            limits=limits,
        )
        return profile, {"accessToken": Secret(token)}

    def prepare(self, draft: Draft, session: Session, *, handle: Mapping[str, str]) -> Mapping[str, str] | Preparing:
        """Choose the idempotency key, once, and note when: no send is earlier. Then bring the files, and note the send itself."""
        chosen = handle
        if handle.get("key") != draft.key:
            key = hashlib.sha256(f"herald:{draft.key}".encode()).hexdigest()
            chosen = {"key": draft.key, "idempotencyKey": key, "preparedAt": times.wire(self._now())}
        ready = self._with_files(draft, session, chosen) if draft.media else chosen
        if isinstance(ready, Preparing):
            return ready
        return {**ready, "readyAt": times.wire(self._now()), "sends": str(sends(ready) + 1)}

    def commit(self, draft: Draft, session: Session, *, handle: Mapping[str, str]) -> Published:
        """Post. Sent again, it may be answered with the earlier post; then, or if not, there must be no other one."""
        calls = self._calls(session.credentials["accessToken"])
        response = calls.commit(
            "POST",
            f"{session.account.host}/api/v1/statuses?{ENGLISH}",
            headers={
                **bearer(session.credentials["accessToken"]),
                "Content-Type": "application/json",
                "Idempotency-Key": handle["idempotencyKey"],
            },
            body=json.dumps(form(draft, handle)).encode(),
        )
        if response.status == 422 and TAKEN in (said := text(data(response), "error") or ""):
            raise LostAnswerError(calls.quote(response, said))  # by an earlier send of ours: they belong to nothing else
        if response.status == 404 and sends(handle) > 1 and text(data(response), "error") == NO_RECORD:
            raise GoneError("Mastodon had made this post, and somebody deleted it there.")
        if response.status != 200:
            raise self._refusal(calls, response)
        if not (found := published(data(response))):
            raise LostAnswerError("Mastodon answered HTTP 200 without an id.")
        if sends(handle) > 1 and "media" not in handle:
            self._refuse_second(calls, draft, session, handle, found)
        return found

    def confirm(self, draft: Draft, session: Session, *, handle: Mapping[str, str]) -> Published:
        raise PermanentError("Mastodon publishes at once: there is nothing to confirm.")

    def find(self, draft: Draft, session: Session, *, handle: Mapping[str, str]) -> Published | Absent | Undecided:
        """Look at the account's own statuses, or at the files. Nothing is sent."""
        calls = self._calls(session.credentials["accessToken"])
        try:
            return (
                self._owner_of_files(calls, session, handle) if "media" in handle else self._search(calls, draft, session, handle)
            )
        except PublishError as error:
            return Undecided(reason=error.message)

    def delete(self, platform_post_id: str, session: Session) -> None:
        token = session.credentials["accessToken"]
        calls = self._calls(token)
        url = f"{session.account.host}/api/v1/statuses/{platform_post_id}?{ENGLISH}"
        response = calls.ask("DELETE", url, headers=bearer(token))
        if response.status not in {200, 404}:  # 404: it is gone
            raise self._refusal(calls, response)

    def _with_files(self, draft: Draft, session: Session, handle: Mapping[str, str]) -> Mapping[str, str] | Preparing:
        """Upload what the instance does not have, and see to it that it has worked on all of it."""
        calls = self._calls(session.credentials["accessToken"], seconds=UPLOADING)
        ids: list[str | None] = json.loads(handle.get("media", "null")) or [None] * len(draft.media)
        states = []
        for number, each in enumerate(draft.media):
            found, state = ids[number], FileState.GONE
            if found:
                state = self._state(calls, session, found)
            if state is FileState.GONE and calls.left < UPLOADING / 2:
                return waiting(handle, ids, 0, TransientError("Mastodon took the files too slowly."))
            if state is FileState.GONE:
                ids[number], state = self._upload(calls, session, each)
            states.append(state)
        if FileState.WORKING in states:
            return waiting(handle, ids, POLL_AFTER, MediaError("Mastodon was still working on the files after an hour."))
        return {**handle, "media": json.dumps(ids)}

    def _upload(self, calls: Calls, session: Session, attached: Attached) -> tuple[str, "FileState"]:
        sent, token = session.file(attached.media), session.credentials["accessToken"]
        boundary = f"herald-{secrets.token_hex(16)}"
        body = multipart(boundary, sent, attached.alt)
        headers = {**bearer(token), "Content-Type": f"multipart/form-data; boundary={boundary}"}
        response = calls.ask("POST", f"{session.account.host}/api/v2/media?{ENGLISH}", headers=headers, body=body)
        if response.status == 413:
            raise MediaError(calls.quote(response, text(data(response), "error")))
        found = text(data(response), "id")
        if response.status not in {200, 202} or not found:
            raise self._refusal(calls, response)
        return found, FileState.READY if response.status == 200 else FileState.WORKING

    def _state(self, calls: Calls, session: Session, media_id: str) -> "FileState":
        """Raises MediaError for a file that the instance could not make sense of."""
        url = f"{session.account.host}/api/v1/media/{media_id}?{ENGLISH}"
        response = calls.ask("GET", url, headers=bearer(session.credentials["accessToken"]))
        if response.status == 422:
            raise MediaError(calls.quote(response, text(data(response), "error")))
        if response.status not in STATES:
            raise self._refusal(calls, response)
        return STATES[response.status]

    def _owner_of_files(self, calls: Calls, session: Session, handle: Mapping[str, str]) -> Published | Absent | Undecided:
        """A file belongs to one status at most: while it is still to be had, nothing that has ended made one of ours."""
        first = json.loads(handle["media"])[0]
        if self._state(calls, session, first) is not FileState.GONE:
            return self._missing(handle)
        ours = next((each for each in self._since(calls, session, begin(handle)) if first in attached_to(each)), None)
        return (published(ours) if ours else None) or Undecided(
            reason="Mastodon has the files no more, and shows no post with them."
        )

    def _search(self, calls: Calls, draft: Draft, session: Session, handle: Mapping[str, str]) -> Published | Absent | Undecided:
        hits = self._alike(calls, draft, session, handle)
        if len(hits) > 1:
            return Undecided(reason=SEVERAL)
        return (
            (published(hits[0]) or Undecided(reason="Mastodon shows the post without an id.")) if hits else self._missing(handle)
        )

    def _missing(self, handle: Mapping[str, str]) -> Absent | Undecided:
        """None of ours is there: for certain only when the last send is over."""
        if self._now() - ready_at(handle) >= OVER:
            return Absent()
        return Undecided(reason="Mastodon does not show the post, but may still be working on it.")

    def _alike(
        self, calls: Calls, draft: Draft, session: Session, handle: Mapping[str, str], *, but: str | None = None
    ) -> list[Mapping[str, Any]]:
        """The statuses that could be ours: of these words, from that time, and no other target's."""
        end = ready_at(handle) + OVER + SKEW
        answered = draft.reply.parent if draft.reply else None
        candidates = [
            each
            for each in self._since(calls, session, begin(handle))
            if created_at(each) <= end
            and text(each, "in_reply_to_id") == answered
            and not attached_to(each)
            and each.get("id") != but
        ]
        wanted = same(draft.text)
        hits = [each for each in candidates if same(self._source(calls, session, each)) == wanted]
        others = session.others([found for each in hits if (found := text(each, "id"))])
        return [each for each in hits if each.get("id") not in others]

    def _refuse_second(self, calls: Calls, draft: Draft, session: Session, handle: Mapping[str, str], found: Published) -> None:
        """Look once more after a second send. Raises LostAnswerError when an earlier one has made a post too, or may have."""
        try:
            hits = self._alike(calls, draft, session, handle, but=found.platform_post_id)
        except PublishError as error:
            raise LostAnswerError(error.message) from error
        if hits:
            raise LostAnswerError(SEVERAL)

    def _since(self, calls: Calls, session: Session, since: datetime) -> Iterator[Mapping[str, Any]]:
        """The account's own statuses from that time on, newest first. Raises TransientError when they are too many to see.

        An instance makes its pages as short as it likes: the search is over where a page is empty or goes back far enough.
        """
        account_id, _, _ = session.account.remote_id.partition("@")
        query = {"exclude_reblogs": "true", "limit": str(PAGE)}
        seen = 0
        while seen < MAX_SEEN:
            page = self._page(calls, session, f"/api/v1/accounts/{account_id}/statuses?{urlencode(query)}")
            yield from (status for status in page if created_at(status) >= since)
            if not page or created_at(page[-1]) < since:
                return
            seen += len(page)
            query["max_id"] = str(page[-1].get("id"))
        raise TransientError("Mastodon shows more posts since then than can be compared.")

    def _page(self, calls: Calls, session: Session, path: str) -> list[Mapping[str, Any]]:
        response = self._get(calls, f"{session.account.host}{path}", session.credentials["accessToken"])
        try:
            found = response.json()
        except NoAnswerError as error:
            raise TransientError(f"Mastodon: {error}.") from error
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise TransientError("Mastodon's list of posts is no list.")
        return found

    def _source(self, calls: Calls, session: Session, status: Mapping[str, Any]) -> str:
        """The text as it was sent; the status itself shows HTML."""
        url = f"{session.account.host}/api/v1/statuses/{status.get('id')}/source"
        found = data(self._get(calls, url, session.credentials["accessToken"]))
        return text(found, "text") or ""

    def _instance(self, calls: Calls, host: str, token: str) -> tuple[str, Mapping[str, int]]:
        """What an instance calls itself, which need not be where it answers, and its limits; before 4.0 at the old address."""
        new = calls.ask("GET", f"{host}/api/v2/instance", headers=bearer(token))
        if new.status == 200 and (domain := text(data(new), "domain")):
            return domain, limits_of(data(new))
        old = data(calls.ask("GET", f"{host}/api/v1/instance", headers=bearer(token)))
        return text(old, "uri") or urlsplit(host).netloc, limits_of(old)

    def _get(self, calls: Calls, url: str, token: str) -> Response:
        response = calls.ask("GET", url, headers=bearer(token))
        if response.status != 200:
            raise self._refusal(calls, response)
        return response

    def _refusal(self, calls: Calls, response: Response) -> PublishError:
        """The instance's no, as one of ours."""
        found = data(response)
        said = text(found, "error") or ""
        words = calls.quote(response, said)
        match response.status:
            case 429:
                return PlatformRateError(words, retry_after=retry_after(response, self._now()))
            case 401 | 403 if said:
                return AccountError(words)
            case 401 | 403 | 408 | 425:  # a 401 or 403 without words is some proxy's, and says nothing of the account
                return TransientError(words)
            case 422:
                return unprocessable(said, words)
            case _:
                return PermanentError(words)

    def _calls(self, token: str, *, seconds: float = SECONDS) -> Calls:
        return Calls("Mastodon", self._http, self._now, secrets=[token], seconds=seconds)


def sends(handle: Mapping[str, str]) -> int:
    """How often it was made ready to be sent."""
    return int(handle.get("sends", "0"))


def ready_at(handle: Mapping[str, str]) -> datetime:
    """When the last send was made ready."""
    return times.parse(handle.get("readyAt") or handle["preparedAt"])


def begin(handle: Mapping[str, str]) -> datetime:
    """No status of ours is older."""
    return times.parse(handle["preparedAt"]) - SKEW


def form(draft: Draft, handle: Mapping[str, str]) -> dict[str, object]:
    """What is posted; an answer names the post before it."""
    answering = {"in_reply_to_id": draft.reply.parent} if draft.reply else {}
    files = {"media_ids": json.loads(handle["media"])} if "media" in handle else {}
    return {"status": draft.text, "visibility": "public", **answering, **files}


def multipart(boundary: str, sent: Outgoing, alt: str | None) -> Body:
    """A form with the file and what it shows, read as it is sent. Source: RFC 7578."""
    part = f"--{boundary}\r\nContent-Disposition: form-data; name="
    described = f'{part}"description"\r\n\r\n{alt}\r\n' if alt else ""
    named = f'"file"; filename="file.{EXTENSIONS[sent.file.content_type]}"\r\nContent-Type: {sent.file.content_type}'
    head, tail = f"{described}{part}{named}\r\n\r\n".encode(), f"\r\n--{boundary}--\r\n".encode()
    return Body(size=len(head) + sent.body.size + len(tail), chunks=lambda: chain([head], sent.body.chunks(), [tail]))


def waiting(handle: Mapping[str, str], ids: Sequence[str | None], poll_after: float, error: PublishError) -> Preparing:
    return Preparing(handle={**handle, "media": json.dumps(ids)}, poll_after=poll_after, error=error)


def attached_to(status: Mapping[str, Any]) -> set[object]:
    """The ids of a status' files."""
    found = status.get("media_attachments")
    return {each.get("id") for each in found if isinstance(each, dict)} if isinstance(found, list) else set()


def limits_of(instance: Mapping[str, Any]) -> dict[str, int]:
    """What an instance sets itself, by the keys of our rules; what is missing or no plain number stays the default's."""
    found = {key: value(instance, *where) for key, where in LIMITS.items()}
    found["max_text"] = found["max_text"] or value(instance, "max_toot_chars")  # Mastodon's kin
    return {key: limit for key, limit in found.items() if limit}


def value(found: object, *names: str) -> int | None:
    """The plain number at that place."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if type(found) is int and 0 < found <= MAX_LIMIT else None


def unprocessable(said: str, words: str) -> PublishError:
    """What a 422 means. Its text is the only sign: Mastodon's errors have no codes."""
    said = said.lower()
    if "not finished processing" in said:
        return TransientError(words)
    if "character limit" in said:
        return ContentError(words, code="CONTENT_TOO_LONG")
    if any(sign in said for sign in ("attach", "file", "media")):
        return MediaError(words)
    return ContentError(words)


def published(status: Mapping[str, Any]) -> Published | None:
    """A status that has an id; a link is welcome, but does not decide."""
    found = text(status, "id")
    return Published(platform_post_id=found, url=text(status, "url") or text(status, "uri")) if found else None


def created_at(status: Mapping[str, Any]) -> datetime:
    try:
        return times.parse(str(status.get("created_at")))
    except ValueError as error:
        raise TransientError("Mastodon shows a post without a time.") from error


def same(words: str) -> str:
    """A text as an instance keeps it: stripped, with plain line ends."""
    return words.replace("\r\n", "\n").strip()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def retry_after(response: Response, now: datetime) -> float | None:
    """Seconds until X-RateLimit-Reset, which is a time in ISO 8601, or what Retry-After says."""
    try:
        reset = times.parse(response.headers.get("x-ratelimit-reset", ""))
    except ValueError:
        wait = response.headers.get("retry-after", "")
        return float(wait) if wait.isdecimal() else None
    return max((reset - now).total_seconds(), 1)

"""Mastodon and its kin: every instance keeps our idempotency key for an hour. Source: the API documentation of Mastodon 4."""

import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from herald.domain import times
from herald.domain.accounts import Secret
from herald.domain.errors import (
    AccountError,
    ContentError,
    MediaError,
    PermanentError,
    PlatformRateError,
    Problem,
    PublishError,
    TransientError,
    ValidationError,
)
from herald.domain.media import ContentType
from herald.domain.outcomes import Preparing, Published
from herald.net.client import Body, Http, NoAnswerError, Response
from herald.platforms.calls import SECONDS, UPLOADING, Calls, Now, connecting, data, origin, required, text
from herald.platforms.protocol import Absent, Attached, Credentials, Draft, LostAnswerError, Outgoing, Profile, Session, Undecided

TOKEN = re.compile(r"[!-~]+\Z")
KEY_LIFE = timedelta(minutes=55)  # 3600 s less the time that a request may take
SKEW = timedelta(minutes=5)  # between our clock and an instance's
PAGE = 40  # the most a list of statuses gives
MAX_PAGES = 5
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
TAKEN = "already attached"
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

    def __init__(self, http: Http, now: Now) -> None:
        self._http = http
        self._now = now

    def connect(self, fields: Mapping[str, str]) -> tuple[Profile, Credentials]:
        """Fields: instanceUrl, accessToken. Ids are an instance's own, so a remote id is `<id>@<the instance's domain>`."""
        instance, token = required(fields, "instanceUrl", "accessToken")
        if not TOKEN.match(token):
            raise ValidationError([Problem(field="accessToken", message="accessToken has characters that no token has")])
        host = origin(instance, "instanceUrl")
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
        """Choose the idempotency key, once, and note when: no send is earlier. Then bring the files."""
        chosen = handle
        if handle.get("key") != draft.key:
            key = hashlib.sha256(f"herald:{draft.key}".encode()).hexdigest()
            chosen = {"key": draft.key, "idempotencyKey": key, "preparedAt": times.wire(self._now())}
        return self._with_files(draft, session, chosen) if draft.media else chosen

    def commit(self, draft: Draft, session: Session, *, handle: Mapping[str, str]) -> Published:
        """Post, or within the hour learn what an earlier post under the same key became."""
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
        if response.status != 200:
            raise self._refusal(calls, response)
        if found := published(data(response)):
            return found
        raise LostAnswerError("Mastodon answered HTTP 200 without an id.")

    def confirm(self, draft: Draft, session: Session, *, handle: Mapping[str, str]) -> Published:
        raise PermanentError("Mastodon publishes at once: there is nothing to confirm.")

    def find(self, draft: Draft, session: Session, *, handle: Mapping[str, str]) -> Published | Absent | Undecided:
        """While the key lives, the same request again tells; after that, the account's own statuses. Files tell at any time."""
        young = self._now() - times.parse(handle["preparedAt"]) < KEY_LIFE
        try:
            if "media" in handle:
                return self._owner_of_files(session, handle)
            return self.commit(draft, session, handle=handle) if young else self._search(draft, session, handle)
        except (ContentError, MediaError):
            return Absent()  # the key is looked up before the text is judged: a text refused now was refused before
        except (PublishError, LostAnswerError) as error:
            return Undecided(reason=str(error))

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

    def _owner_of_files(self, session: Session, handle: Mapping[str, str]) -> Published | Absent | Undecided:
        """A file belongs to one status at most: while it is still to be had, none of ours is there."""
        calls = self._calls(session.credentials["accessToken"])
        first = json.loads(handle["media"])[0]
        if self._state(calls, session, first) is not FileState.GONE:
            return Absent()
        since = times.parse(handle["preparedAt"]) - SKEW
        ours = next((each for each in self._since(calls, session, since) if first in attached_to(each)), None)
        return (published(ours) if ours else None) or Undecided(
            reason="Mastodon has the files no more, and shows no post with them."
        )

    def _search(self, draft: Draft, session: Session, handle: Mapping[str, str]) -> Published | Absent | Undecided:
        calls = self._calls(session.credentials["accessToken"])
        since = times.parse(handle["preparedAt"]) - SKEW
        wanted = same(draft.text)
        answered = draft.reply.parent if draft.reply else None
        candidates = [each for each in self._since(calls, session, since) if text(each, "in_reply_to_id") == answered]
        hits = [each for each in candidates if same(self._source(calls, session, each)) == wanted]
        if len(hits) > 1:
            return Undecided(reason="Mastodon shows several posts with this text.")
        return (published(hits[0]) or Undecided(reason="Mastodon shows the post without an id.")) if hits else Absent()

    def _since(self, calls: Calls, session: Session, since: datetime) -> Iterator[Mapping[str, Any]]:
        """The account's own statuses from that time on, newest first. Raises TransientError when they are too many to see."""
        account_id, _, _ = session.account.remote_id.partition("@")
        query = {"exclude_reblogs": "true", "limit": str(PAGE)}
        for _ in range(MAX_PAGES):
            page = self._page(calls, session, f"/api/v1/accounts/{account_id}/statuses?{urlencode(query)}")
            recent = [status for status in page if created_at(status) >= since]
            yield from recent
            if len(recent) < PAGE:
                return
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

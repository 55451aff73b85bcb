"""Bluesky: a post is a record whose key we choose, so that sending it twice makes one. Source: the AT Protocol's lexicons.

What cannot be told: that the record was there, and its author deleted it before we looked. A server forgets a deleted record with
all its blocks: it is in no answer, nor in the repository's changes since a revision. The revision moves on with every write, a
like or a follow too, so that it says nothing of ours. Such a post is written again.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from herald.domain import times
from herald.domain.accounts import Account
from herald.domain.errors import (
    AccountError,
    ContentError,
    MediaError,
    PermanentError,
    PlatformRateError,
    PublishError,
    TransientError,
)
from herald.domain.outcomes import Preparing, Published
from herald.domain.owners import Secret
from herald.net.client import Http, Response
from herald.platforms.calls import SECONDS, UPLOADING, Calls, Now, connecting, data, origin, required, text
from herald.platforms.facets import facets, mentioned
from herald.platforms.protocol import Absent, Attached, Credentials, Draft, LostAnswerError, Profile, Reply, Session, Undecided

ENTRYWAY = "https://bsky.social"
APP = "https://bsky.app/profile"
COLLECTION = "app.bsky.feed.post"
TID_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
JSON = {"Content-Type": "application/json"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FRESH = timedelta(minutes=5)  # a server keeps a file that no record names for minutes, says the API's documentation
MAX_IMAGES = 4

TOKENS = re.compile(r"[!-~]+\Z")
STALE = frozenset({"ExpiredToken", "InvalidToken"})  # with HTTP 400; a 401 is stale by itself
GONE = frozenset(kind + state for kind in ("Account", "Repo") for state in ("Takedown", "Takendown", "Deactivated", "Suspended"))
NO_ACCOUNT = frozenset({"AccountNotFound", "RepoNotFound", *STALE})


class Bluesky:
    """Signs in with an app password. A session is used until it is refused, then refreshed, then opened anew."""

    searches: ClassVar[bool] = False

    def __init__(self, http: Http, now: Now, *, entryway: str = ENTRYWAY) -> None:
        self._http = http
        self._now = now
        self._entryway = entryway

    def connect(self, fields: Mapping[str, str]) -> tuple[Profile, Credentials]:
        """Fields: identifier (handle, DID or e-mail), app_password, and host or instance_url for a server of one's own."""
        identifier, password = required(fields, "identifier", "app_password")
        named = "host" if fields.get("host") else "instance_url"
        service = origin(fields.get(named) or self._entryway, named)
        calls = self._calls({"appPassword": Secret(password)})
        with connecting():
            opened = self._open(calls, service, plain(identifier), password)
            if opened.get("active") is False:
                raise PermanentError(f"The Bluesky account is not active: {text(opened, 'status') or 'no reason given'}.")
            tokens = tokens_of(opened)
        did, handle = text(opened, "did") or "", text(opened, "handle") or ""
        profile = Profile(remote_id=did, username=handle or did, host=home(opened) or service, url=f"{APP}/{did}")
        return profile, {**tokens, "appPassword": Secret(password)}

    def prepare(self, draft: Draft, session: Session, *, handle: Mapping[str, str]) -> Mapping[str, str] | Preparing:
        """Choose the record's key and time, once; then bring its files."""
        chosen = handle if handle.get("key") == draft.key else self._chosen(draft, session)
        return self._with_files(draft, session, chosen) if draft.media else chosen

    def _chosen(self, draft: Draft, session: Session) -> Mapping[str, str]:
        """Who is mentioned and what is answered is looked up once, too: the record must not change."""
        now = self._now()
        dids = self._resolve(mentioned(draft.text), session)
        chosen = {"key": draft.key, "rkey": tid(now, draft.key), "createdAt": times.wire(now), "mentions": json.dumps(dids)}
        return chosen | ({"reply": json.dumps(self._answered(draft.reply, session))} if draft.reply else {})

    def commit(self, draft: Draft, session: Session, *, handle: Mapping[str, str]) -> Published:
        """Put the record under its key, where nothing may be yet: the same record again is a 200 without effect."""
        calls = self._calls(session.credentials)
        response = self._put(calls, draft, session, handle)
        if response.status == 200:
            if not text(data(response), "uri"):
                raise LostAnswerError("Bluesky answered HTTP 200 without an id.")
            return published(session.account, handle)
        if data(response).get("error") == "InvalidSwap":
            return self._already_there(calls, draft, session, handle)
        raise self._refusal(calls, response)

    def confirm(self, draft: Draft, session: Session, *, handle: Mapping[str, str]) -> Published:
        raise PermanentError("Bluesky publishes at once: there is nothing to confirm.")

    def find(self, draft: Draft, session: Session, *, handle: Mapping[str, str]) -> Published | Absent | Undecided:
        """Read the record: the repository is the truth."""
        return self._look(self._calls(session.credentials), draft, session, handle)

    def delete(self, platform_post_id: str, session: Session) -> None:
        """The server answers alike whether the record was there or not."""
        repo, collection, rkey = parts_of(platform_post_id)
        calls = self._calls(session.credentials)
        url = self._url(session.account, "com.atproto.repo.deleteRecord")
        body = json.dumps({"repo": repo, "collection": collection, "rkey": rkey}).encode()
        response = self._signed_in(calls, session, lambda headers: calls.ask("POST", url, headers=headers, body=body))
        if response.status != 200:
            raise self._refusal(calls, response)

    def _with_files(self, draft: Draft, session: Session, handle: Mapping[str, str]) -> Mapping[str, str] | Preparing:
        """Upload what is not there yet: all of it anew when it is not fresh. The same bytes have the same name there."""
        blobs = json.loads(handle.get("blobs", "[]"))
        if len(blobs) == len(draft.media):
            if self._now() - times.parse(handle["uploadedAt"]) < FRESH:
                return handle
            blobs = []
        refuse_mixture(draft)
        calls = self._calls(session.credentials, seconds=UPLOADING)
        for each in draft.media[len(blobs) :]:
            if calls.left < UPLOADING / 2:
                slow = TransientError("Bluesky took the files too slowly.")
                return Preparing(handle={**handle, "blobs": json.dumps(blobs)}, poll_after=0, error=slow)
            blob, session = self._upload(calls, session, each)
            blobs.append(blob)
        return {**handle, "blobs": json.dumps(blobs), "uploadedAt": times.wire(self._now())}

    def _upload(self, calls: Calls, session: Session, attached: Attached) -> tuple[dict[str, object], Session]:
        """The file as a record names it, and the session that uploaded it."""
        sent = session.file(attached.media)
        url = self._url(session.account, "com.atproto.repo.uploadBlob")

        def upload(session: Session) -> Response:
            headers = bearer(session.credentials.get("accessJwt", "")) | {"Content-Type": sent.file.content_type}
            return calls.ask("POST", url, headers=headers, body=sent.body)

        response = upload(session)
        if stale(response):
            session = replace(session, credentials=self._renew(calls, session))
            response = upload(session)
        blob = data(response).get("blob")
        if response.status == 413:
            raise MediaError(calls.quote(response, text(data(response), "message")))
        if response.status != 200 or not isinstance(blob, dict):
            raise self._refusal(calls, response)
        shown = {"aspectRatio": sent.file.dimensions._asdict()} if sent.file.dimensions else {}
        return {"blob": blob, **shown}, session

    def _already_there(self, calls: Calls, draft: Draft, session: Session, handle: Mapping[str, str]) -> Published:
        """Something stands under our key: normally our own record, written by an earlier release that rendered it otherwise."""
        match self._look(calls, draft, session, handle):
            case Published() as found:
                return found
            case Undecided(reason=reason):
                raise LostAnswerError(reason)
            case Absent():
                raise TransientError("Bluesky refused the record as a change of one that is not there.")

    def _look(self, calls: Calls, draft: Draft, session: Session, handle: Mapping[str, str]) -> Published | Absent | Undecided:
        where = {"repo": session.account.remote_id, "collection": COLLECTION, "rkey": handle["rkey"]}
        try:
            response = calls.ask("GET", f"{self._url(session.account, 'com.atproto.repo.getRecord')}?{urlencode(where)}")
        except PublishError as error:
            return Undecided(reason=error.message)
        found = data(response)
        if response.status == 200:
            value = found.get("value")
            ours = isinstance(value, dict) and (value.get("text"), value.get("createdAt")) == (draft.text, handle["createdAt"])
            return published(session.account, handle) if ours else Undecided(reason="Bluesky has another record under our key.")
        if found.get("error") == "RecordNotFound":
            return Absent()
        return Undecided(reason=calls.quote(response, found.get("message")))

    def _resolve(self, handles: list[str], session: Session) -> dict[str, str]:
        """Whose handles these are; one that nobody has stays plain text."""
        calls = self._calls(session.credentials)
        dids = {}
        for each in handles:
            url = self._url(session.account, "com.atproto.identity.resolveHandle")
            response = calls.ask("GET", f"{url}?{urlencode({'handle': each})}")
            if response.status == 429:
                raise self._refusal(calls, response)
            if did := text(data(response), "did"):
                dids[each] = did
        return dids

    def _answered(self, reply: Reply, session: Session) -> dict[str, object]:
        """The two records as a reply names them: by address and by content."""
        calls = self._calls(session.credentials)
        named = {uri: self._strong_ref(calls, uri, session) for uri in {reply.root, reply.parent}}
        return {"root": named[reply.root], "parent": named[reply.parent]}

    def _strong_ref(self, calls: Calls, uri: str, session: Session) -> dict[str, str]:
        repo, collection, rkey = parts_of(uri)
        where = urlencode({"repo": repo, "collection": collection, "rkey": rkey})
        response = calls.ask("GET", f"{self._url(session.account, 'com.atproto.repo.getRecord')}?{where}")
        if cid := text(data(response), "cid"):
            return {"uri": uri, "cid": cid}
        if data(response).get("error") == "RecordNotFound":
            raise ContentError("The Bluesky post that is answered is gone.")
        raise self._refusal(calls, response)

    def _put(self, calls: Calls, draft: Draft, session: Session, handle: Mapping[str, str]) -> Response:
        """Write the record."""
        url = self._url(session.account, "com.atproto.repo.putRecord")
        body = json.dumps(
            {
                "repo": session.account.remote_id,
                "collection": COLLECTION,
                "rkey": handle["rkey"],
                "swapRecord": None,
                "record": record(draft, handle),
            }
        ).encode()
        return self._signed_in(calls, session, lambda headers: calls.commit("POST", url, headers=headers, body=body))

    def _signed_in(self, calls: Calls, session: Session, call: Callable[[Mapping[str, str]], Response]) -> Response:
        """Call with the session at hand, and once more with a new one when that is refused."""
        response = call(JSON | bearer(session.credentials.get("accessJwt", "")))
        return call(JSON | bearer(self._renew(calls, session)["accessJwt"])) if stale(response) else response

    def _renew(self, calls: Calls, session: Session) -> Credentials:
        """New tokens, kept before they are used. Raises AccountError when only a person can help."""
        old, account = session.credentials, session.account
        url = self._url(account, "com.atproto.server.refreshSession")
        response = calls.ask("POST", url, headers=bearer(old.get("refreshJwt", "")))
        if response.status == 429:
            raise self._refusal(calls, response)
        if response.status == 200:
            opened = data(response)
        else:
            opened = self._open(calls, account.host or self._entryway, account.remote_id, old.get("appPassword", ""))
        new = {**old, **tokens_of(opened)}
        calls.hide(new.values())
        counting = session.keep(new)
        calls.hide(counting.values())
        return counting

    def _open(self, calls: Calls, service: str, identifier: str, password: str) -> Mapping[str, Any]:
        """A new session. Networks count these (300 a day), so this is the last resort."""
        response = calls.ask(
            "POST",
            f"{service}/xrpc/com.atproto.server.createSession",
            headers=JSON,
            body=json.dumps({"identifier": identifier, "password": password}).encode(),
        )
        if response.status != 200:
            raise self._refusal(calls, response)
        return data(response)

    def _refusal(self, calls: Calls, response: Response) -> PublishError:
        """The network's no, as one of ours. Source of the names: the lexicons, and a PDS 0.4.217 asked for each."""
        found = data(response)
        error, said = text(found, "error"), text(found, "message") or text(found, "error") or ""
        words = calls.quote(response, said)
        if response.status == 429:
            return PlatformRateError(words, retry_after=retry_after(response, self._now()))
        if error in GONE:
            return PermanentError(words)
        if error in NO_ACCOUNT or (response.status in (401, 403) and error):
            return AccountError(words)
        if response.status in (401, 403, 408, 425):  # a nameless 401 or 403 is some proxy's, and says nothing of the account
            return TransientError(words)
        return invalid(error, said, words)

    def _calls(self, credentials: Credentials, *, seconds: float = SECONDS) -> Calls:
        return Calls("Bluesky", self._http, self._now, secrets=credentials.values(), seconds=seconds)

    def _url(self, account: Account, method: str) -> str:
        return f"{account.host or self._entryway}/xrpc/{method}"


def invalid(error: str | None, said: str, words: str) -> PublishError:
    """What is wrong with a record. Its text is the only sign: the name is InvalidRequest for nearly everything."""
    if error == "BlobNotFound":  # it keeps no file for long that no record names: the next try uploads anew
        return TransientError(words)
    if "blob too big" in said:
        return MediaError(words)
    if "grapheme too big" in said or "string too big" in said:
        return ContentError(words, code="CONTENT_TOO_LONG")
    return ContentError(words) if f"{COLLECTION} record" in said else PermanentError(words)


def record(draft: Draft, handle: Mapping[str, str]) -> dict[str, object]:
    """The post as it lies in the repository: a pure function, so that a repeated write is the same to the byte.

    It names no languages: a guess would be part of what must never change.
    """
    marked = facets(draft.text, json.loads(handle["mentions"]))
    base: dict[str, object] = {"$type": COLLECTION, "text": draft.text, "createdAt": handle["createdAt"]}
    base |= {"reply": json.loads(handle["reply"])} if "reply" in handle else {}
    base |= {"embed": embed(draft, json.loads(handle["blobs"]))} if draft.media else {}
    return {**base, "facets": marked} if marked else base


def embed(draft: Draft, blobs: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Up to four images, or one video, each with its words and its shape."""
    shown = [{**blob, "alt": each.alt or ""} for each, blob in zip(draft.media, blobs, strict=True)]
    if is_video(draft.media[0]):
        [video] = shown
        return {"$type": "app.bsky.embed.video", "video": video.pop("blob"), **video}
    return {"$type": "app.bsky.embed.images", "images": [{"image": each.pop("blob"), **each} for each in shown]}


def refuse_mixture(draft: Draft) -> None:
    """Raises MediaError for what no record can hold."""
    if len(draft.media) > (1 if any(map(is_video, draft.media)) else MAX_IMAGES):
        raise MediaError(f"Bluesky takes up to {MAX_IMAGES} images or one video in a post.")


def is_video(attached: Attached) -> bool:
    return attached.media.content_type.startswith("video/")


def published(account: Account, handle: Mapping[str, str]) -> Published:
    profile = account.username if account.username != "handle.invalid" else account.remote_id
    return Published(
        platform_post_id=f"at://{account.remote_id}/{COLLECTION}/{handle['rkey']}",
        url=f"{APP}/{profile}/post/{handle['rkey']}",
    )


def parts_of(uri: str) -> list[str]:
    """Repository, collection and key of a record's address."""
    return uri.removeprefix("at://").split("/")


def tid(at: datetime, seed: str) -> str:
    """A record key: 53 bits of microseconds and 10 of a clock's name. What tells apart one millisecond's is the seed's."""
    spread = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) % (1000 << 10)
    number = ((at - EPOCH) // timedelta(milliseconds=1) * 1000 << 10) + spread
    return "".join(TID_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def plain(identifier: str) -> str:
    """A handle as people paste it: with an @, and with the invisible characters that the app puts around it."""
    return "".join(letter for letter in identifier if unicodedata.category(letter) != "Cf").strip().removeprefix("@")


def tokens_of(opened: Mapping[str, Any]) -> Credentials:
    """A session's two tokens. Raises TransientError rather than return an empty one."""
    access, refresh = text(opened, "accessJwt"), text(opened, "refreshJwt")
    if not access or not refresh or not TOKENS.match(access + refresh) or not text(opened, "did"):
        raise TransientError("Bluesky answered without a session.")
    return {"accessJwt": Secret(access), "refreshJwt": Secret(refresh)}


def home(opened: Mapping[str, Any]) -> str | None:
    """The server an account lives on, from its DID document; the guard judges it when it is called."""
    document = opened.get("didDoc")
    services = document.get("service") if isinstance(document, dict) else None
    for service in services if isinstance(services, list) else []:
        if isinstance(service, dict) and str(service.get("id")).endswith("#atproto_pds"):
            return origin(str(service.get("serviceEndpoint")), "host")
    return None


def stale(response: Response) -> bool:
    return response.status == 401 or (response.status == 400 and data(response).get("error") in STALE)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def retry_after(response: Response, now: datetime) -> float | None:
    """Seconds until RateLimit-Reset, which is a time in Unix seconds, or what Retry-After says."""
    reset, wait = response.headers.get("ratelimit-reset", ""), response.headers.get("retry-after", "")
    if reset.isdecimal():
        return max(float(reset) - now.timestamp(), 1)
    return float(wait) if wait.isdecimal() else None

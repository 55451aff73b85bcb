"""Bluesky: a post is a record whose key we choose, so that sending it twice makes one. Source: the AT Protocol's lexicons.

What cannot be told: that the record was there, and its author deleted it before we looked. A server forgets a deleted record with
all its blocks: it is in no answer, nor in the repository's changes since a revision. The revision moves on with every write, a
like or a follow too, so that it says nothing of ours. Such a post is written again.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urlencode

from herald.domain import times
from herald.domain.accounts import Account
from herald.domain.errors import (
    ContentError,
    MediaError,
    PermanentError,
    PublishError,
    TransientError,
)
from herald.domain.outcomes import Preparing, Published
from herald.net.client import Http, Response
from herald.platforms.bluesky.errors import bluesky_refusal, stale
from herald.platforms.bluesky.facets import mentioned
from herald.platforms.bluesky.record import (
    COLLECTION,
    parts_of,
    published_record,
    record,
    refuse_mixture,
    tid,
)
from herald.platforms.bluesky.session import ENTRYWAY, JSON, bearer, opened_session, tokens_of
from herald.platforms.calls import CALL_SECONDS, UPLOADING, Calls, Now, data, text_in
from herald.platforms.protocol import (
    Absent,
    Attached,
    Credentials,
    LostAnswerError,
    Publication,
    ReplyTo,
    Session,
    Undecided,
)

BLOB_LIFETIME = timedelta(
    minutes=5
)  # a server keeps a file that no record names for minutes, says the API's documentation


class Bluesky:
    """A session is used until it is refused, then refreshed, then opened anew with the app password."""

    searches: ClassVar[bool] = False

    def __init__(self, http: Http, now: Now, *, entryway: str = ENTRYWAY) -> None:
        self._http = http
        self._now = now
        self._entryway = entryway

    def prepare(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Mapping[str, str] | Preparing:
        """Choose the record's key and time, once; then bring its files."""
        chosen = handle if handle.get("key") == draft.key else self._chosen(draft, session)
        return self._with_files(draft, session, chosen) if draft.media else chosen

    def _chosen(self, draft: Publication, session: Session) -> Mapping[str, str]:
        """Who is mentioned and what is answered is looked up once, too: the record must not change."""
        now = self._now()
        dids = self._resolve(mentioned(draft.text), session)
        chosen = {
            "key": draft.key,
            "rkey": tid(now, draft.key),
            "createdAt": times.wire(now),
            "mentions": json.dumps(dids),
        }
        return chosen | (
            {"reply": json.dumps(self._answered(draft.reply, session))} if draft.reply else {}
        )

    def commit(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published:
        """Put the record under its key, where nothing may be yet: the same record again is a 200 without effect."""
        calls = self._calls(session.credentials)
        response = self._put(calls, draft, session, handle)
        if response.status == 200:
            if not text_in(data(response), "uri"):
                raise LostAnswerError("Bluesky answered HTTP 200 without an id.")
            return published_record(session.account, handle)
        if data(response).get("error") == "InvalidSwap":
            return self._already_there(calls, draft, session, handle)
        raise bluesky_refusal(calls, response, self._now)

    def confirm(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published:
        raise PermanentError("Bluesky publishes at once: there is nothing to confirm.")

    def find(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Absent | Undecided:
        """Read the record: the repository is the truth."""
        return self._look(self._calls(session.credentials), draft, session, handle)

    def delete(self, platform_post_id: str, session: Session) -> None:
        """The server answers alike whether the record was there or not."""
        repo, collection, rkey = parts_of(platform_post_id)
        calls = self._calls(session.credentials)
        url = self._url(session.account, "com.atproto.repo.deleteRecord")
        body = json.dumps({"repo": repo, "collection": collection, "rkey": rkey}).encode()
        response = self._signed_in(
            calls, session, lambda headers: calls.ask("POST", url, headers=headers, body=body)
        )
        if response.status != 200:
            raise bluesky_refusal(calls, response, self._now)

    def _with_files(
        self, draft: Publication, session: Session, handle: Mapping[str, str]
    ) -> Mapping[str, str] | Preparing:
        """Upload what is not there yet: all of it anew when it is not fresh. The same bytes have the same name there."""
        blobs = json.loads(handle.get("blobs", "[]"))
        if len(blobs) == len(draft.media):
            if self._now() - times.parse(handle["uploadedAt"]) < BLOB_LIFETIME:
                return handle
            blobs = []
        refuse_mixture(draft)
        calls = self._calls(session.credentials, seconds=UPLOADING)
        for each in draft.media[len(blobs) :]:
            if calls.time_left < UPLOADING / 2:
                slow = TransientError("Bluesky took the files too slowly.")
                return Preparing(
                    handle={**handle, "blobs": json.dumps(blobs)}, poll_after=0, error=slow
                )
            blob, session = self._upload(calls, session, each)
            blobs.append(blob)
        return {**handle, "blobs": json.dumps(blobs), "uploadedAt": times.wire(self._now())}

    def _upload(
        self, calls: Calls, session: Session, attached: Attached
    ) -> tuple[dict[str, object], Session]:
        """The file as a record names it, and the session that uploaded it."""
        sent = session.file(attached.media)
        url = self._url(session.account, "com.atproto.repo.uploadBlob")

        def upload(session: Session) -> Response:
            headers = bearer(session.credentials.get("accessJwt", "")) | {
                "Content-Type": sent.file.content_type
            }
            return calls.ask("POST", url, headers=headers, body=sent.body)

        response = upload(session)
        if stale(response):
            session = replace(session, credentials=self._renew(calls, session))
            response = upload(session)
        blob = data(response).get("blob")
        if response.status == 413:
            raise MediaError(calls.quote(response, text_in(data(response), "message")))
        if response.status != 200 or not isinstance(blob, dict):
            raise bluesky_refusal(calls, response, self._now)
        shown = {"aspectRatio": sent.file.dimensions._asdict()} if sent.file.dimensions else {}
        return {"blob": blob, **shown}, session

    def _already_there(
        self, calls: Calls, draft: Publication, session: Session, handle: Mapping[str, str]
    ) -> Published:
        """Something stands under our key: normally our own record, written by an earlier release that rendered it otherwise."""
        match self._look(calls, draft, session, handle):
            case Published() as found:
                return found
            case Undecided(reason=reason):
                raise LostAnswerError(reason)
            case Absent():
                raise TransientError(
                    "Bluesky refused the record as a change of one that is not there."
                )

    def _look(
        self, calls: Calls, draft: Publication, session: Session, handle: Mapping[str, str]
    ) -> Published | Absent | Undecided:
        where = {
            "repo": session.account.remote_id,
            "collection": COLLECTION,
            "rkey": handle["rkey"],
        }
        try:
            response = calls.ask(
                "GET",
                f"{self._url(session.account, 'com.atproto.repo.getRecord')}?{urlencode(where)}",
            )
        except PublishError as error:
            return Undecided(reason=error.message)
        found = data(response)
        if response.status == 200:
            value = found.get("value")
            ours = isinstance(value, dict) and (value.get("text"), value.get("createdAt")) == (
                draft.text,
                handle["createdAt"],
            )
            return (
                published_record(session.account, handle)
                if ours
                else Undecided(reason="Bluesky has another record under our key.")
            )
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
                raise bluesky_refusal(calls, response, self._now)
            if did := text_in(data(response), "did"):
                dids[each] = did
        return dids

    def _answered(self, reply: ReplyTo, session: Session) -> dict[str, object]:
        """The two records as a reply names them: by address and by content."""
        calls = self._calls(session.credentials)
        named = {uri: self._strong_ref(calls, uri, session) for uri in {reply.root, reply.parent}}
        return {"root": named[reply.root], "parent": named[reply.parent]}

    def _strong_ref(self, calls: Calls, uri: str, session: Session) -> dict[str, str]:
        repo, collection, rkey = parts_of(uri)
        where = urlencode({"repo": repo, "collection": collection, "rkey": rkey})
        response = calls.ask(
            "GET", f"{self._url(session.account, 'com.atproto.repo.getRecord')}?{where}"
        )
        if cid := text_in(data(response), "cid"):
            return {"uri": uri, "cid": cid}
        if data(response).get("error") == "RecordNotFound":
            raise ContentError("The Bluesky post that is answered is gone.")
        raise bluesky_refusal(calls, response, self._now)

    def _put(
        self, calls: Calls, draft: Publication, session: Session, handle: Mapping[str, str]
    ) -> Response:
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
        return self._signed_in(
            calls, session, lambda headers: calls.commit("POST", url, headers=headers, body=body)
        )

    def _signed_in(
        self, calls: Calls, session: Session, call: Callable[[Mapping[str, str]], Response]
    ) -> Response:
        """Call with the session at hand, and once more with a new one when that is refused."""
        response = call(JSON | bearer(session.credentials.get("accessJwt", "")))
        return (
            call(JSON | bearer(self._renew(calls, session)["accessJwt"]))
            if stale(response)
            else response
        )

    def _renew(self, calls: Calls, session: Session) -> Credentials:
        """New tokens, kept before they are used. Raises AccountError when only a person can help."""
        old, account = session.credentials, session.account
        url = self._url(account, "com.atproto.server.refreshSession")
        response = calls.ask("POST", url, headers=bearer(old.get("refreshJwt", "")))
        if response.status == 429:
            raise bluesky_refusal(calls, response, self._now)
        if response.status == 200:
            opened = data(response)
        else:
            service, password = account.host or self._entryway, old.get("appPassword", "")
            opened = opened_session(calls, service, account.remote_id, password, self._now)
        new = {**old, **tokens_of(opened)}
        calls.hide(new.values())
        counting = session.keep(new)
        calls.hide(counting.values())
        return counting

    def _calls(self, credentials: Credentials, *, seconds: float = CALL_SECONDS) -> Calls:
        return Calls(
            "Bluesky", self._http, self._now, secrets=credentials.values(), seconds=seconds
        )

    def _url(self, account: Account, method: str) -> str:
        return f"{account.host or self._entryway}/xrpc/{method}"

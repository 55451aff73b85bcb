"""Publishing on Bluesky.

A post is a record whose key we choose, so that sending it twice makes one post.

Limit: nobody can see that the record was there and its author deleted it before we looked. A server
forgets a deleted record with all its blocks. The record is in no answer, and not in the changes of
the repository since a revision. The revision changes with every write, also a like or a follow, so
it says nothing about our record. Such a post is written again.

Source: the AT Protocol's lexicons.
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

# A server keeps a file that no record names for minutes, according to the API's documentation.
BLOB_LIFETIME = timedelta(minutes=5)


class Bluesky:
    """Posts on Bluesky.

    A session is used until the server refuses it. Then it is refreshed, and if that fails a new one
    is opened with the app password.
    """

    searches: ClassVar[bool] = False

    def __init__(self, http: Http, now: Now, *, entryway: str = ENTRYWAY) -> None:
        self._http = http
        self._now = now
        self._entryway = entryway

    def prepare(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Mapping[str, str] | Preparing:
        """Choose the key and the time of the record, once. Then upload its files."""
        chosen = (
            handle if handle.get("key") == publication.key else self._chosen(publication, session)
        )
        return self._with_files(publication, session, chosen) if publication.media else chosen

    def _chosen(self, publication: Publication, session: Session) -> Mapping[str, str]:
        """Return the handle with all that the record depends on.

        Mentioned accounts and answered posts are looked up once, so that the record stays the same.
        """
        now = self._now()
        dids = self._resolve(mentioned(publication.text), session)
        chosen = {
            "key": publication.key,
            "rkey": tid(now, publication.key),
            "createdAt": times.wire(now),
            "mentions": json.dumps(dids),
        }
        if publication.reply:
            chosen["reply"] = json.dumps(self._answered(publication.reply, session))
        return chosen

    def commit(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published:
        """Put the record under its key, where no record may be yet.

        The same record again is answered with HTTP 200 and has no effect.
        """
        calls = self._calls(session.credentials)
        response = self._put(calls, publication, session, handle)
        if response.status == 200:
            if not text_in(data(response), "uri"):
                raise LostAnswerError("Bluesky answered HTTP 200 without an id.")
            return published_record(session.account, handle)
        if data(response).get("error") == "InvalidSwap":
            return self._already_there(calls, publication, session, handle)
        raise bluesky_refusal(calls, response, self._now)

    def confirm(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published:
        raise PermanentError("Bluesky publishes at once: there is nothing to confirm.")

    def find(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Absent | Undecided:
        """Read the record, because only the repository shows the outcome."""
        return self._look(self._calls(session.credentials), publication, session, handle)

    def delete(self, platform_post_id: str, session: Session) -> None:
        """Delete the record. The server gives the same answer if the record was not there."""
        repo, collection, rkey = parts_of(platform_post_id)
        calls = self._calls(session.credentials)
        url = self._url(session.account, "com.atproto.repo.deleteRecord")
        body = json.dumps({"repo": repo, "collection": collection, "rkey": rkey}).encode()

        def delete(headers: Mapping[str, str]) -> Response:
            return calls.ask("POST", url, headers=headers, body=body)

        response = self._signed_in(calls, session, delete)
        if response.status != 200:
            raise bluesky_refusal(calls, response, self._now)

    def _with_files(
        self, publication: Publication, session: Session, handle: Mapping[str, str]
    ) -> Mapping[str, str] | Preparing:
        """Upload the files that are not there yet, or all of them if the last upload is too old.

        The server gives the same name to the same bytes.
        """
        blobs = json.loads(handle.get("blobs", "[]"))
        if len(blobs) == len(publication.media):
            if self._now() - times.parse(handle["uploadedAt"]) < BLOB_LIFETIME:
                return handle
            blobs = []
        refuse_mixture(publication)
        calls = self._calls(session.credentials, seconds=UPLOADING)
        for attached in publication.media[len(blobs) :]:
            if calls.time_left < UPLOADING / 2:
                known = {**handle, "blobs": json.dumps(blobs)}
                slow = TransientError("Bluesky took the files too slowly.")
                return Preparing(handle=known, poll_after=0, error=slow)
            blob, session = self._upload(calls, session, attached)
            blobs.append(blob)
        return {**handle, "blobs": json.dumps(blobs), "uploadedAt": times.wire(self._now())}

    def _upload(
        self, calls: Calls, session: Session, attached: Attached
    ) -> tuple[dict[str, object], Session]:
        """Return the file as a record names it, and the session that uploaded it."""
        outgoing = session.file(attached.media)
        url = self._url(session.account, "com.atproto.repo.uploadBlob")

        def upload(session: Session) -> Response:
            token = bearer(session.credentials.get("accessJwt", ""))
            headers = {**token, "Content-Type": outgoing.file.content_type}
            return calls.ask("POST", url, headers=headers, body=outgoing.body)

        response = upload(session)
        if stale(response):
            session = replace(session, credentials=self._renew(calls, session))
            response = upload(session)
        blob = data(response).get("blob")
        if response.status == 413:
            raise MediaError(calls.quote(response, text_in(data(response), "message")))
        if response.status != 200 or not isinstance(blob, dict):
            raise bluesky_refusal(calls, response, self._now)
        file: dict[str, object] = {"blob": blob}
        if outgoing.file.dimensions:
            file["aspectRatio"] = outgoing.file.dimensions._asdict()
        return file, session

    def _already_there(
        self, calls: Calls, publication: Publication, session: Session, handle: Mapping[str, str]
    ) -> Published:
        """Return our post if the record under our key is ours.

        Normally it is: an earlier release of herald wrote it, with other bytes.
        """
        match self._look(calls, publication, session, handle):
            case Published() as published:
                return published
            case Undecided(reason=reason):
                raise LostAnswerError(reason)
            case Absent():
                message = "Bluesky refused the record as a change of one that is not there."
                raise TransientError(message)

    def _look(
        self, calls: Calls, publication: Publication, session: Session, handle: Mapping[str, str]
    ) -> Published | Absent | Undecided:
        place = {
            "repo": session.account.remote_id,
            "collection": COLLECTION,
            "rkey": handle["rkey"],
        }
        url = self._url(session.account, "com.atproto.repo.getRecord")
        try:
            response = calls.ask("GET", f"{url}?{urlencode(place)}")
        except PublishError as error:
            return Undecided(reason=error.message)
        content = data(response)
        if response.status == 200:
            if is_ours(content.get("value"), publication, handle):
                return published_record(session.account, handle)
            return Undecided(reason="Bluesky has another record under our key.")
        if content.get("error") == "RecordNotFound":
            return Absent()
        return Undecided(reason=calls.quote(response, content.get("message")))

    def _resolve(self, handles: list[str], session: Session) -> dict[str, str]:
        """Return the DIDs of handles. A handle that nobody has is left out and stays plain text."""
        calls = self._calls(session.credentials)
        url = self._url(session.account, "com.atproto.identity.resolveHandle")
        dids = {}
        for handle in handles:
            response = calls.ask("GET", f"{url}?{urlencode({'handle': handle})}")
            if response.status == 429:
                raise bluesky_refusal(calls, response, self._now)
            if did := text_in(data(response), "did"):
                dids[handle] = did
        return dids

    def _answered(self, reply: ReplyTo, session: Session) -> dict[str, object]:
        """Return the two records as a reply names them, by address and by content."""
        calls = self._calls(session.credentials)
        refs = {uri: self._strong_ref(calls, uri, session) for uri in {reply.root, reply.parent}}
        return {"root": refs[reply.root], "parent": refs[reply.parent]}

    def _strong_ref(self, calls: Calls, uri: str, session: Session) -> dict[str, str]:
        repo, collection, rkey = parts_of(uri)
        place = {"repo": repo, "collection": collection, "rkey": rkey}
        url = self._url(session.account, "com.atproto.repo.getRecord")
        response = calls.ask("GET", f"{url}?{urlencode(place)}")
        if cid := text_in(data(response), "cid"):
            return {"uri": uri, "cid": cid}
        if data(response).get("error") == "RecordNotFound":
            raise ContentError("The Bluesky post that is answered is gone.")
        raise bluesky_refusal(calls, response, self._now)

    def _put(
        self, calls: Calls, publication: Publication, session: Session, handle: Mapping[str, str]
    ) -> Response:
        """Write the record."""
        url = self._url(session.account, "com.atproto.repo.putRecord")
        request = {
            "repo": session.account.remote_id,
            "collection": COLLECTION,
            "rkey": handle["rkey"],
            "swapRecord": None,
            "record": record(publication, handle),
        }
        body = json.dumps(request).encode()

        def put(headers: Mapping[str, str]) -> Response:
            return calls.commit("POST", url, headers=headers, body=body)

        return self._signed_in(calls, session, put)

    def _signed_in(
        self, calls: Calls, session: Session, call: Callable[[Mapping[str, str]], Response]
    ) -> Response:
        """Call with the session at hand, and once more with a new one if the first is refused."""
        response = call(JSON | bearer(session.credentials.get("accessJwt", "")))
        if not stale(response):
            return response
        credentials = self._renew(calls, session)
        return call(JSON | bearer(credentials["accessJwt"]))

    def _renew(self, calls: Calls, session: Session) -> Credentials:
        """Return new tokens, stored before they are used.

        Raises AccountError if only a person can help.
        """
        old = session.credentials
        account = session.account
        url = self._url(account, "com.atproto.server.refreshSession")
        response = calls.ask("POST", url, headers=bearer(old.get("refreshJwt", "")))
        if response.status == 429:
            raise bluesky_refusal(calls, response, self._now)
        if response.status == 200:
            opened = data(response)
        else:
            service = self._service(account)
            password = old.get("appPassword", "")
            opened = opened_session(calls, service, account.remote_id, password, self._now)
        new = {**old, **tokens_of(opened)}
        calls.hide(new.values())
        stored = session.keep(new)
        calls.hide(stored.values())
        return stored

    def _calls(self, credentials: Credentials, *, seconds: float = CALL_SECONDS) -> Calls:
        return Calls(
            "Bluesky", self._http, self._now, secrets=credentials.values(), seconds=seconds
        )

    def _service(self, account: Account) -> str:
        return account.host if account.host else self._entryway

    def _url(self, account: Account, method: str) -> str:
        return f"{self._service(account)}/xrpc/{method}"


def is_ours(value: object, publication: Publication, handle: Mapping[str, str]) -> bool:
    """Whether a record is the one that we wrote, or would write, under our key."""
    if not isinstance(value, dict):
        return False
    return value.get("text") == publication.text and value.get("createdAt") == handle["createdAt"]

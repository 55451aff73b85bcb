"""Processing: a file that was uploaded or registered is looked at once, and what publishing sends is made of it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from herald.aws.dynamodb import Conflict
from herald.aws.s3 import Bucket, Object, Replaced
from herald.domain import media
from herald.domain.errors import FileError
from herald.domain.jobs import LEASE, MediaJob
from herald.domain.media import ContentType, Finding, Flaw, Media, Source
from herald.domain.values import frozen
from herald.media import inspect
from herald.media.reader import BLOCK, DiedError, Reader
from herald.net.client import SIZE, CallError, Http, NoAnswerError, Response
from herald.store.media import MediaStore, file_key, made_keys, thumbnail_key, upload_key

SKEW = timedelta(seconds=2)  # between the clocks of two machines
LEARNING = 10  # seconds for the first bytes of a registered file

PICTURES = frozenset({ContentType.JPEG, ContentType.PNG, ContentType.GIF, ContentType.WEBP})

log = logging.getLogger("herald.media")


@frozen
class Processor:
    """Looks at files that are due."""

    store: MediaStore
    bucket: Bucket
    http: Http
    now: Callable[[], datetime]

    def process(self, job: MediaJob) -> None:
        """Do the work that media owes, if it owes any now. Harmless to call twice, or late, or for nothing."""
        now = self.now()
        found = self.store.get(job.media_id, job.owner)
        if found is None or found.due is None or found.due > now + SKEW:
            return
        claimed = media.claim(found, now, lease=LEASE)
        while self._claim(claimed) and not self._finish(claimed):
            claimed = media.claim(claimed, self.now(), lease=LEASE)

    def _claim(self, claimed: Media) -> bool:
        """The attempt is counted before the file is looked at, so that one which kills whoever looks ends after MAX_ATTEMPTS."""
        try:
            self.store.claim(claimed)
        except Conflict:
            log.info("claim lost", extra={"media_id": claimed.id})
            return False
        return True

    def _finish(self, claimed: Media) -> bool:
        """False when what looked at the file died of it: another attempt may be made at once."""
        try:
            settled = (
                self._inspect_registered(claimed)
                if claimed.source is Source.REGISTER
                else self._process(claimed)
            )
        except DiedError as death:
            log.warning(
                "died of a file",
                extra={"media_id": claimed.id, "attempt": claimed.attempts, "how": str(death)},
            )
            return False
        self._save(settled)
        return True

    def _save(self, settled: Media) -> None:
        """Record what became of it. What nobody will ever name again is deleted."""
        events = media.processed(settled, self.now()) if settled.source is Source.UPLOAD else []
        try:
            self.store.settle(settled, events=events)
        except Conflict as conflict:
            if (
                conflict.item is None
                or "deleted" in conflict.item
                or conflict.item["attempts"] != settled.attempts
            ):
                self.bucket.delete(file_key(settled), thumbnail_key(settled))
                log.info("deleted, or settled by another", extra={"media_id": settled.id})
                return
            log.info("settled by a call whose answer was lost", extra={"media_id": settled.id})
        if settled.source is Source.UPLOAD:
            self.bucket.delete(
                upload_key(settled.id, settled.owner),
                *made_keys(settled, range(1, settled.attempts)),
            )
        codes = [each.code for each in settled.findings]
        log.info(
            "media settled",
            extra={"media_id": settled.id, "status": settled.status, "findings": codes},
        )

    def _process(self, claimed: Media) -> Media:
        """The upload as READY, or as FAILED with the reasons."""
        try:
            return self._make(claimed)
        except FileError as error:
            return self._fail(claimed, Finding(code=error.flaw, message=error.message))
        except Replaced:
            return self._fail(
                claimed,
                Finding(
                    code=Flaw.REPLACED, message="The file was replaced while it was looked at."
                ),
            )

    def _fail(self, claimed: Media, *findings: Finding) -> Media:
        return media.failed(claimed, findings, self.now())

    def _make(self, claimed: Media) -> Media:
        if media.out_of_attempts(claimed):
            raise FileError(
                Flaw.UNREADABLE,
                f"The file could not be read: {media.MAX_ATTEMPTS} attempts broke off.",
            )
        found = self.bucket.begin(upload_key(claimed.id, claimed.owner), BLOCK)
        if found is None:
            raise Replaced
        content_type = inspect.type_of(found.first)
        if complaints := list(media.complaints(claimed.content_type, found.size, content_type)):
            return self._fail(claimed, *complaints)
        return (
            self._make_picture(claimed, found)
            if claimed.content_type in PICTURES
            else self._measure(claimed, found)
        )

    def _make_picture(self, claimed: Media, found: Object) -> Media:
        """Normalised, and with a thumbnail."""
        from herald.media.normalize import normalize  # noqa: PLC0415 - Pillow lies in a layer of its own

        begun = len(found.first)
        data = found.first + (
            self.bucket.read(found, begun, found.size - begun) if found.size > begun else b""
        )
        inspect.refuse_polyglot(data, data[-inspect.LAST_BYTES :], claimed.content_type)
        made = normalize(data, claimed.content_type)
        self.bucket.put(file_key(claimed), made.data, made.file.content_type)
        self.bucket.put(thumbnail_key(claimed), made.thumbnail, ContentType.JPEG)
        return media.ready(claimed, made.file, self.now(), has_thumbnail=True)

    def _measure(self, claimed: Media, found: Object) -> Media:
        """As it came: read in pieces, and copied inside the store. A video with its poster."""
        reader = Reader(
            lambda at, count: self.bucket.read(found, at, count), found.size, found.first
        )
        last = reader.read(max(0, found.size - inspect.LAST_BYTES), inspect.LAST_BYTES)
        inspect.refuse_polyglot(found.first, last, claimed.content_type)
        file, poster = inspect.measure(reader, claimed.content_type)
        self.bucket.copy(found, file_key(claimed), claimed.content_type)
        if poster:
            self.bucket.put(thumbnail_key(claimed), poster, ContentType.JPEG)
        return media.ready(claimed, file, self.now(), has_thumbnail=poster is not None)

    def _inspect_registered(self, claimed: Media) -> Media:
        """The registered file as its first bytes show it. What they do not is said, and it stays READY all the same."""
        try:
            first, size = self._first_bytes(claimed)
        except CallError as error:
            unread = Finding(code=Flaw.UNREACHABLE, message=f"The file could not be read: {error}.")
            return media.unmeasured(claimed, [unread], self.now())
        content_type = inspect.type_of(first)
        findings = list(media.complaints(claimed.content_type, size, content_type))
        file = inspect.identify(first, size)
        if findings or file is None:
            return media.unmeasured(claimed, findings, self.now())
        return media.measured(claimed, file, self.now())

    def _first_bytes(self, claimed: Media) -> tuple[bytes, int]:
        """The first bytes of a registered file, and the size of all of it. Raises CallError."""
        if claimed.url is None or media.out_of_attempts(claimed):
            raise NoAnswerError("every attempt broke off")
        wanted = {"Range": f"bytes=0-{BLOCK - 1}"}
        answer = self.http.send(
            "GET", claimed.url, headers=wanted, timeout=LEARNING, max_bytes=BLOCK
        )
        if answer.status not in {200, 206}:
            raise NoAnswerError(f"its server answered HTTP {answer.status}")
        return answer.body, size_of(answer)


def size_of(answer: Response) -> int:
    """Of the whole file. Raises NoAnswerError when the answer does not say."""
    part = answer.status == 206
    said = (
        answer.headers.get("content-range", "").rpartition("/")[2]
        if part
        else answer.headers.get("content-length", "")
    )
    if SIZE.match(said):
        return int(said)
    if part or answer.truncated:
        raise NoAnswerError("its server does not say how large it is")
    return len(answer.body)

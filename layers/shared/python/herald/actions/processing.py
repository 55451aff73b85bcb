"""Processing: read an uploaded or registered file once, and make what publishing sends."""

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
FIRST_BYTES_TIMEOUT = 10  # seconds for the first bytes of a registered file

PICTURES = frozenset({ContentType.JPEG, ContentType.PNG, ContentType.GIF, ContentType.WEBP})

log = logging.getLogger("herald.media")


@frozen
class Processor:
    """Reads files that are due."""

    store: MediaStore
    bucket: Bucket
    http: Http
    now: Callable[[], datetime]

    def process(self, job: MediaJob) -> None:
        """Do the work that a file owes, if it owes any now.

        It is harmless to call this twice, late, or when no work is owed.
        """
        now = self.now()
        file = self.store.get(job.media_id, job.owner)
        if file is None or file.due is None or file.due > now + SKEW:
            return
        claimed = media.claim(file, now, lease=LEASE)
        while self._claim(claimed) and not self._finish(claimed):
            claimed = media.claim(claimed, self.now(), lease=LEASE)

    def _claim(self, claimed: Media) -> bool:
        """Count the attempt, and return whether this worker has the claim.

        Attempts are counted before the file is read, so that a file that kills its workers fails
        after MAX_ATTEMPTS.
        """
        try:
            self.store.claim(claimed)
        except Conflict:
            log.info("claim lost", extra={"media_id": claimed.id})
            return False
        return True

    def _finish(self, claimed: Media) -> bool:
        """Process the file and save the result.

        Returns False when the process that read the file died. Another attempt may follow at once.
        """
        is_registered = claimed.source is Source.REGISTER
        process = self._inspect_registered if is_registered else self._process
        try:
            settled = process(claimed)
        except DiedError as death:
            log.warning(
                "died of a file",
                extra={"media_id": claimed.id, "attempt": claimed.attempts, "how": str(death)},
            )
            return False
        self._save(settled)
        return True

    def _save(self, settled: Media) -> None:
        """Record the result, and delete the objects that are not needed any more."""
        events = media.processed(settled, self.now()) if settled.source is Source.UPLOAD else []
        try:
            self.store.settle(settled, events=events)
        except Conflict as conflict:
            item = conflict.item
            if item is None or "deleted" in item or item["attempts"] != settled.attempts:
                self.bucket.delete(file_key(settled), thumbnail_key(settled))
                log.info("deleted, or settled by another", extra={"media_id": settled.id})
                return
            log.info("settled by a call whose answer was lost", extra={"media_id": settled.id})
        if settled.source is Source.UPLOAD:
            earlier_keys = made_keys(settled, range(1, settled.attempts))
            self.bucket.delete(upload_key(settled.id, settled.owner), *earlier_keys)
        codes = [finding.code for finding in settled.findings]
        log.info(
            "media settled",
            extra={"media_id": settled.id, "status": settled.status, "findings": codes},
        )

    def _process(self, claimed: Media) -> Media:
        """Return the upload as READY, or as FAILED with the reasons."""
        try:
            return self._make(claimed)
        except FileError as error:
            finding = Finding(code=error.flaw, message=error.message)
        except Replaced:
            message = "The file was replaced while it was looked at."
            finding = Finding(code=Flaw.REPLACED, message=message)
        return self._fail(claimed, finding)

    def _fail(self, claimed: Media, *findings: Finding) -> Media:
        return media.failed(claimed, findings, self.now())

    def _make(self, claimed: Media) -> Media:
        """Check the upload, and make what publishing sends. Raises FileError, Replaced."""
        if media.out_of_attempts(claimed):
            raise FileError(
                Flaw.UNREADABLE,
                f"The file could not be read: {media.MAX_ATTEMPTS} attempts broke off.",
            )
        upload = self.bucket.begin(upload_key(claimed.id, claimed.owner), BLOCK)
        if upload is None:
            raise Replaced
        content_type = inspect.type_of(upload.first)
        complaints = list(media.complaints(claimed.content_type, upload.size, content_type))
        if complaints:
            return self._fail(claimed, *complaints)
        if claimed.content_type in PICTURES:
            return self._make_picture(claimed, upload)
        return self._measure(claimed, upload)

    def _make_picture(self, claimed: Media, upload: Object) -> Media:
        """Normalise a picture, and make its thumbnail."""
        # Pillow lies in a layer of its own.
        from herald.media.normalize import normalize  # noqa: PLC0415

        data = upload.first
        start = len(data)
        if upload.size > start:
            data += self.bucket.read(upload, start, upload.size - start)
        inspect.refuse_polyglot(data, data[-inspect.LAST_BYTES :], claimed.content_type)
        picture = normalize(data, claimed.content_type)
        self.bucket.put(file_key(claimed), picture.data, picture.file.content_type)
        self.bucket.put(thumbnail_key(claimed), picture.thumbnail, ContentType.JPEG)
        return media.ready(claimed, picture.file, self.now(), has_thumbnail=True)

    def _measure(self, claimed: Media, upload: Object) -> Media:
        """Measure a file that stays as it is, and copy it inside S3. A video gets its poster.

        The file is read in pieces.
        """
        reader = Reader(
            lambda start, count: self.bucket.read(upload, start, count), upload.size, upload.first
        )
        last = reader.read(max(0, upload.size - inspect.LAST_BYTES), inspect.LAST_BYTES)
        inspect.refuse_polyglot(upload.first, last, claimed.content_type)
        file, poster = inspect.measure(reader, claimed.content_type)
        self.bucket.copy(upload, file_key(claimed), claimed.content_type)
        if poster:
            self.bucket.put(thumbnail_key(claimed), poster, ContentType.JPEG)
        return media.ready(claimed, file, self.now(), has_thumbnail=poster is not None)

    def _inspect_registered(self, claimed: Media) -> Media:
        """Return the registered file with what its first bytes show.

        It stays READY when they do not show enough, and then has findings that say so.
        """
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
        """Return the first bytes of a registered file, and the size of the whole file.

        Raises CallError.
        """
        if claimed.url is None or media.out_of_attempts(claimed):
            raise NoAnswerError("every attempt broke off")
        headers = {"Range": f"bytes=0-{BLOCK - 1}"}
        answer = self.http.send(
            "GET", claimed.url, headers=headers, timeout=FIRST_BYTES_TIMEOUT, max_bytes=BLOCK
        )
        if answer.status not in {200, 206}:
            raise NoAnswerError(f"its server answered HTTP {answer.status}")
        return answer.body, size_of(answer)


def size_of(answer: Response) -> int:
    """Return the size of the whole file. Raises NoAnswerError when the answer does not say it."""
    is_part = answer.status == 206
    if is_part:
        size = answer.headers.get("content-range", "").rpartition("/")[2]
    else:
        size = answer.headers.get("content-length", "")
    if SIZE.match(size):
        return int(size)
    if is_part or answer.truncated:
        raise NoAnswerError("its server does not say how large it is")
    return len(answer.body)

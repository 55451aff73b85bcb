"""Media: ask for an upload, see it arrive, read, list, delete."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from herald.aws import s3
from herald.aws.dynamodb import Conflict
from herald.aws.s3 import Bucket
from herald.domain import ids, media
from herald.domain.accounts import Owner
from herald.domain.errors import ConflictError, NotFoundError
from herald.domain.idempotency import Once
from herald.domain.media import ContentType, Media, MediaStatus
from herald.domain.values import frozen
from herald.media import inspect
from herald.store.media import MediaStore, named_by, object_key

UPLOAD_LIFETIME = timedelta(minutes=15)
DOWNLOAD_LIFETIME = timedelta(minutes=15)
log = logging.getLogger("herald.media")

Shown = tuple[Media, str | None]  # with the URL of its file, None until it is READY


@frozen
class NewMedia:
    """What a user declares."""

    filename: str
    content_type: ContentType
    size_bytes: int


@frozen
class Upload:
    """Where to PUT the file, with which headers, until when."""

    media_id: str
    url: str = field(repr=False)
    headers: Mapping[str, str]
    expires_at: datetime


@frozen
class ListedMedia:
    """One page; `next_before` is where the next one starts, None on the last."""

    media: Sequence[Shown]
    next_before: str | None


@frozen
class Library:
    """The use cases of media."""

    store: MediaStore
    bucket: Bucket
    now: Callable[[], datetime]

    def upload(self, new: NewMedia, owner: Owner, *, once: Once | None, reply: Callable[[Upload], str]) -> Upload:
        """A PENDING row and the URL for its file; `reply` renders what is kept under the idempotency key.

        Raises AlreadyAnswered, IdempotencyConflictError.
        """
        now = self.now()
        pending = Media(
            id=ids.new("media", now),
            owner=owner,
            filename=new.filename,
            content_type=new.content_type,
            size_bytes=new.size_bytes,
            created_at=now,
            updated_at=now,
            expires_at=now + media.UPLOAD_KEPT,
        )
        upload = self._upload(pending, now)
        answer = once.answer(201, reply(upload), now) if once else None
        self.store.create(pending, once=once, answer=answer)
        return upload

    def refresh(self, media_id: str, owner: Owner) -> Upload:
        """Another URL for a file that has not come, which gets another day for it. Raises NotFoundError, ConflictError."""
        now = self.now()
        found = self._known(media_id, owner)
        try:
            self.store.extend(found, now + media.UPLOAD_KEPT)
        except Conflict:
            raise ConflictError("The file has been uploaded already.", status=found.status) from None
        return self._upload(found, now)

    def complete(self, key: str) -> None:
        """Look at what arrived under that key: READY with its event, or FAILED with the reasons, whichever is decided first.

        S3 tells of an object at least once, in any order, and perhaps only after it was deleted again.
        """
        named = named_by(key)
        if named is None:
            log.warning("object is no upload", extra={"key": key})
            return
        pending = self.store.load(*named)
        if pending is None:
            self.bucket.delete(key)  # deleted before it came: nobody could reach it any more
            log.info("upload without media deleted", extra={"media_id": named[0]})
        elif pending.status is MediaStatus.PENDING:
            self._settle(pending, key)

    def read(self, media_id: str, owner: Owner) -> Shown:
        """Raises NotFoundError."""
        return self._shown(self._known(media_id, owner))

    def page(self, owner: Owner, status: MediaStatus | None, *, before: str | None, limit: int) -> ListedMedia:
        """Newest first, and full unless it is the last one."""
        now = self.now()
        kept: list[Media] = []
        while True:
            page = self.store.page(owner, before=before, limit=limit + 1)
            kept += [each for each in page.media if status in (None, each.status) and not each.given_up(now)]
            if len(kept) > limit or not page.more:
                break
            before = page.last
        shown = [self._shown(each) for each in kept[:limit]]
        return ListedMedia(media=shown, next_before=kept[limit - 1].id if len(kept) > limit else None)

    def delete(self, media_id: str, owner: Owner) -> None:
        """The file first: when this stops halfway, the row still tells what to delete again. Raises NotFoundError."""
        self.bucket.delete(object_key(media_id, owner))
        if not self.store.delete(media_id, owner):
            raise unknown()

    def _known(self, media_id: str, owner: Owner) -> Media:
        found = self.store.load(media_id, owner)
        if found is None or found.given_up(self.now()):
            raise unknown()
        return found

    def _upload(self, pending: Media, now: datetime) -> Upload:
        url = self.bucket.upload_url(
            object_key(pending.id, pending.owner),
            content_type=pending.content_type,
            size=pending.size_bytes,
            lifetime=UPLOAD_LIFETIME,
        )
        headers = s3.upload_headers(pending.content_type)
        return Upload(media_id=pending.id, url=url, headers=headers, expires_at=now + UPLOAD_LIFETIME)

    def _settle(self, pending: Media, key: str) -> None:
        beginning = self.bucket.begin(key, inspect.FIRST_BYTES)
        if beginning is None:
            log.info("upload is gone again", extra={"media_id": pending.id})
            return
        now = self.now()
        settled = media.judge(pending, inspect.identify(beginning.first, beginning.size), now)
        try:
            self.store.settle(settled, events=media.uploaded(settled, now))
        except Conflict:
            log.info("upload was settled before", extra={"media_id": pending.id})
        else:
            log.info("upload settled", extra={"media_id": pending.id, "status": settled.status})

    def _shown(self, found: Media) -> Shown:
        if found.status is not MediaStatus.READY:
            return found, None
        return found, self.bucket.download_url(object_key(found.id, found.owner), lifetime=DOWNLOAD_LIFETIME)


def unknown() -> NotFoundError:
    return NotFoundError("There is no such media.")

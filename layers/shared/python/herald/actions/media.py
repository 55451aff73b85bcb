"""Media: ask for an upload, see it arrive, register a file that lies elsewhere, read, list, delete."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from herald.actions import releasing
from herald.actions.messages import message
from herald.aws import s3
from herald.aws.dynamodb import Conflict
from herald.aws.s3 import Bucket
from herald.aws.sqs import Queue
from herald.domain import ids, media
from herald.domain.errors import ConflictError, NotFoundError, UnprocessableError
from herald.domain.idempotency import IdempotentRequest
from herald.domain.jobs import MediaJob
from herald.domain.media import ContentType, Media, MediaStatus, Source
from herald.domain.owners import Owner
from herald.domain.posts import STATUSES_THAT_NEED_MEDIA
from herald.domain.values import frozen
from herald.net.errors import BlockedError
from herald.store.media import (
    MediaStore,
    file_key,
    made_keys,
    media_of_key,
    thumbnail_key,
    upload_key,
)

if TYPE_CHECKING:
    from herald.store.posts import PostStore

UPLOAD_LIFETIME = timedelta(minutes=15)
DOWNLOAD_LIFETIME = timedelta(minutes=15)
log = logging.getLogger("herald.media")


@frozen
class MediaView:
    """With the URLs of its file and of its thumbnail, None as long as there is none."""

    media: Media
    url: str | None = field(default=None, repr=False)
    thumbnail_url: str | None = field(default=None, repr=False)


@frozen
class NewMedia:
    """What a user declares."""

    filename: str
    content_type: ContentType
    size_bytes: int


@frozen
class NewLink:
    """What a user declares of a file that lies elsewhere."""

    url: str = field(repr=False)
    filename: str
    content_type: ContentType


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

    media: Sequence[MediaView]
    next_before: str | None


@frozen
class MediaFiles:
    """The use cases of media."""

    store: MediaStore
    posts: PostStore
    bucket: Bucket
    queue: Queue
    check_url: Callable[[str], object]
    now: Callable[[], datetime]

    def upload(self, new: NewMedia, owner: Owner, *, request: IdempotentRequest[Upload]) -> Upload:
        """A PENDING row and the URL for its file.

        Raises IdempotentReplay, IdempotencyConflictError.
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
        response = request.respond(upload, now)
        self.store.create(pending, response=response)
        return upload

    def refresh(self, media_id: str, owner: Owner, *, request: IdempotentRequest[Upload]) -> Upload:
        """Another URL for a file that has not come, which gets another day for it.

        Raises NotFoundError, ConflictError, IdempotentReplay, IdempotencyConflictError.
        """
        now = self.now()
        self.store.replay(owner, request.key, now)
        found = self._get(media_id, owner)
        if found.status is not MediaStatus.PENDING:
            raise already_uploaded(found)
        upload = self._upload(found, now)
        response = request.respond(upload, now)
        try:
            self.store.extend(found, now + media.UPLOAD_KEPT, now, response=response)
        except Conflict:
            raise already_uploaded(found) from None
        return upload

    def register(
        self, new: NewLink, owner: Owner, *, request: IdempotentRequest[MediaView]
    ) -> MediaView:
        """A file that lies elsewhere, READY at once; what it is, is learnt later.

        Raises UnprocessableError, IdempotentReplay, IdempotencyConflictError.
        """
        shown = self.link(new, owner)
        response = request.respond(shown, shown.media.created_at)
        self.store.create(shown.media, response=response)
        self.send_to_processing(shown.media)
        return shown

    def link(self, new: NewLink, owner: Owner) -> MediaView:
        """A file that lies elsewhere, as it would be stored. Raises UnprocessableError."""
        now = self.now()
        self._check_url(new.url)
        made = Media(
            id=ids.new("media", now),
            owner=owner,
            filename=new.filename,
            content_type=new.content_type,
            size_bytes=None,
            status=MediaStatus.READY,
            source=Source.REGISTER,
            url=new.url,
            created_at=now,
            updated_at=now,
            due=now,
        )
        return self._view(made)

    def send_to_processing(self, made: Media) -> None:
        """Have it looked at."""
        self.queue.offer([message(MediaJob(owner=made.owner, media_id=made.id))])

    def arrived(self, key: str) -> None:
        """Have the upload under that key looked at.

        S3 tells of an object at least once, in any order, and perhaps only after it was deleted again; a URL may be used twice.
        """
        named = media_of_key(key)
        if named is None:
            log.warning("object is no upload", extra={"key": key})
            return
        media_id, owner = named
        try:
            self.store.arrive(media_id, owner, self.now())
        except Conflict as conflict:
            if conflict.item is None or conflict.item["status"] in (
                MediaStatus.READY,
                MediaStatus.FAILED,
            ):
                self.bucket.delete(key)  # it came too late: nobody will look at it
            log.info("upload not awaited", extra={"media_id": media_id})
        else:
            self.queue.offer([message(MediaJob(owner=owner, media_id=media_id))])

    def get(self, media_id: str, owner: Owner) -> MediaView:
        """Raises NotFoundError."""
        return self._view(self._get(media_id, owner))

    def get_many(self, owner: Owner, media_ids: Iterable[str]) -> dict[str, MediaView]:
        """Those of them that are there, by id, as posts show them. One call, none for none."""
        found = self.store.get_many(owner, media_ids, self.now())
        return {
            media_id: MediaView(media=each, url=self._url(each)) for media_id, each in found.items()
        }

    def list(
        self, owner: Owner, status: MediaStatus | None, *, before: str | None, limit: int
    ) -> ListedMedia:
        """Newest first, and full unless it is the last one."""
        now = self.now()
        kept: list[Media] = []
        while True:
            page = self.store.list(owner, before=before, limit=limit + 1)
            kept += [
                each
                for each in page.media
                if status in (None, each.status) and not each.given_up(now)
            ]
            if len(kept) > limit or not page.more:
                break
            before = page.last
        shown = [self._view(each) for each in kept[:limit]]
        return ListedMedia(
            media=shown, next_before=kept[limit - 1].id if len(kept) > limit else None
        )

    def delete(self, media_id: str, owner: Owner) -> None:
        """Nothing of it is left, unless a post needs it. What stopped halfway is gone on with.

        Raises NotFoundError, ConflictError.
        """
        found = self._retire(media_id, owner)
        self.bucket.delete(
            upload_key(media_id, owner), *made_keys(found, range(1, media.MAX_ATTEMPTS + 1))
        )
        if not self.store.delete(found):
            raise no_such_media()

    def _retire(self, media_id: str, owner: Owner) -> Media:
        """Of a post that names it and a deletion in the same moment one wins, and the other one is told."""
        while True:
            found = self.store.get(media_id, owner)
            if found is None or (found.given_up(self.now()) and not found.deleted):
                raise no_such_media()
            if found.deleted:
                return found
            self._check_not_needed(found)
            try:
                self.store.retire(found)
            except Conflict:
                continue
            return found

    def _check_not_needed(self, found: Media) -> None:
        """Raises ConflictError when a post that goes out by itself still names it."""
        for few in releasing.batches(self.store.posts_with(found), 50):
            for post, words in self.posts.get_with_content(few):
                if post.status in STATUSES_THAT_NEED_MEDIA and found.id in words.media_ids:
                    raise ConflictError(
                        f"The post {post.id} needs it.", status=post.status, post_id=post.id
                    )

    def _get(self, media_id: str, owner: Owner) -> Media:
        found = self.store.get(media_id, owner)
        if found is None or found.given_up(self.now()):
            raise no_such_media()
        return found

    def _upload(self, pending: Media, now: datetime) -> Upload:
        assert pending.size_bytes is not None, "an upload declares its size"
        url = self.bucket.upload_url(
            upload_key(pending.id, pending.owner),
            content_type=pending.content_type,
            size=pending.size_bytes,
            lifetime=UPLOAD_LIFETIME,
        )
        headers = s3.upload_headers(pending.content_type)
        return Upload(
            media_id=pending.id, url=url, headers=headers, expires_at=now + UPLOAD_LIFETIME
        )

    def _check_url(self, url: str) -> None:
        """Judged without the network; its host's addresses are judged whenever it is read. Raises UnprocessableError."""
        try:
            self.check_url(url)
        except BlockedError as error:
            raise UnprocessableError(f"url: {error}.", field="url") from error

    def _view(self, found: Media) -> MediaView:
        thumbnail = (
            self.bucket.download_url(thumbnail_key(found), lifetime=DOWNLOAD_LIFETIME)
            if found.has_thumbnail
            else None
        )
        return MediaView(media=found, url=self._url(found), thumbnail_url=thumbnail)

    def _url(self, found: Media) -> str | None:
        if found.source is Source.REGISTER or found.status is not MediaStatus.READY:
            return found.url
        return self.bucket.download_url(file_key(found), lifetime=DOWNLOAD_LIFETIME)


def already_uploaded(media: Media) -> ConflictError:
    return ConflictError("The file has been uploaded already.", status=media.status)


def no_such_media() -> NotFoundError:
    return NotFoundError("There is no such media.")

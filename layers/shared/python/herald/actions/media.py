"""Media: upload a file, register a file at a URL, read, list, delete."""

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
    """Media with the URLs of the file and of the thumbnail. None means that there is none yet."""

    media: Media
    url: str | None = field(default=None, repr=False)
    thumbnail_url: str | None = field(default=None, repr=False)


@frozen
class NewMedia:
    """A file that a user is going to upload, as the user declares it."""

    filename: str
    content_type: ContentType
    size_bytes: int


@frozen
class NewLink:
    """A file at a URL, as the user declares it."""

    url: str = field(repr=False)
    filename: str
    content_type: ContentType


@frozen
class Upload:
    """The URL to which the file is PUT, the headers for it, and when the URL expires."""

    media_id: str
    url: str = field(repr=False)
    headers: Mapping[str, str]
    expires_at: datetime


@frozen
class ListedMedia:
    """One page. `next_before` is where the next page starts, or None on the last page."""

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
        """Store a PENDING row, and return the URL for its file.

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
        """Return another URL for a file that has not arrived, and keep its row for another day.

        Raises NotFoundError, ConflictError, IdempotentReplay, IdempotencyConflictError.
        """
        now = self.now()
        self.store.replay(owner, request.key, now)
        pending = self._get(media_id, owner)
        if pending.status is not MediaStatus.PENDING:
            raise already_uploaded(pending)
        upload = self._upload(pending, now)
        response = request.respond(upload, now)
        try:
            self.store.extend(pending, now + media.UPLOAD_KEPT, now, response=response)
        except Conflict:
            raise already_uploaded(pending) from None
        return upload

    def register(
        self, new: NewLink, owner: Owner, *, request: IdempotentRequest[MediaView]
    ) -> MediaView:
        """Store a file at a URL. It is READY at once, and a worker reads it later.

        Raises UnprocessableError, IdempotentReplay, IdempotencyConflictError.
        """
        view = self.link(new, owner)
        response = request.respond(view, view.media.created_at)
        self.store.create(view.media, response=response)
        self.send_to_processing(view.media)
        return view

    def link(self, new: NewLink, owner: Owner) -> MediaView:
        """Return a file at a URL as it would be stored. Raises UnprocessableError."""
        now = self.now()
        self._check_url(new.url)
        registered = Media(
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
        return self._view(registered)

    def send_to_processing(self, file: Media) -> None:
        """Send a message for the worker that reads the file."""
        self.queue.offer([message(MediaJob(owner=file.owner, media_id=file.id))])

    def arrived(self, key: str) -> None:
        """Send a message for the worker that reads the upload under that key.

        S3 reports an object at least once, in any order, and perhaps after it was deleted. A URL
        may be used twice.
        """
        media_and_owner = media_of_key(key)
        if media_and_owner is None:
            log.warning("object is no upload", extra={"key": key})
            return
        media_id, owner = media_and_owner
        try:
            self.store.arrive(media_id, owner, self.now())
        except Conflict as conflict:
            settled = (MediaStatus.READY, MediaStatus.FAILED)
            if conflict.item is None or conflict.item["status"] in settled:
                # The upload came too late, and no worker will read it.
                self.bucket.delete(key)
            log.info("upload not awaited", extra={"media_id": media_id})
        else:
            self.queue.offer([message(MediaJob(owner=owner, media_id=media_id))])

    def get(self, media_id: str, owner: Owner) -> MediaView:
        """Raises NotFoundError."""
        return self._view(self._get(media_id, owner))

    def get_many(self, owner: Owner, media_ids: Iterable[str]) -> dict[str, MediaView]:
        """Return the files that exist, by id, as posts show them. One call, or none for no ids."""
        files = self.store.get_many(owner, media_ids, self.now())
        return {
            media_id: MediaView(media=file, url=self._url(file)) for media_id, file in files.items()
        }

    def list(
        self, owner: Owner, status: MediaStatus | None, *, before: str | None, limit: int
    ) -> ListedMedia:
        """Return a page of media, newest first. It is full unless it is the last one."""
        now = self.now()
        kept: list[Media] = []
        while True:
            page = self.store.list(owner, before=before, limit=limit + 1)
            kept += [
                file
                for file in page.media
                if status in (None, file.status) and not file.given_up(now)
            ]
            if len(kept) > limit or not page.more:
                break
            before = page.last
        views = [self._view(file) for file in kept[:limit]]
        next_before = kept[limit - 1].id if len(kept) > limit else None
        return ListedMedia(media=views, next_before=next_before)

    def delete(self, media_id: str, owner: Owner) -> None:
        """Delete a file and all that was made of it, unless a post needs it.

        A deletion that stopped halfway is completed.
        Raises NotFoundError, ConflictError.
        """
        retired = self._retire(media_id, owner)
        attempts = range(1, media.MAX_ATTEMPTS + 1)
        self.bucket.delete(upload_key(media_id, owner), *made_keys(retired, attempts))
        if not self.store.delete(retired):
            raise no_such_media()

    def _retire(self, media_id: str, owner: Owner) -> Media:
        """Mark a file as deleted, so that no post can name it any more.

        When a new post names the file at the same moment, one of the two wins, and the other one
        is refused. Raises NotFoundError, ConflictError.
        """
        while True:
            file = self.store.get(media_id, owner)
            if file is None or (file.given_up(self.now()) and not file.deleted):
                raise no_such_media()
            if file.deleted:
                return file
            self._check_not_needed(file)
            try:
                self.store.retire(file)
            except Conflict:
                continue
            return file

    def _check_not_needed(self, file: Media) -> None:
        """Raise ConflictError if a post that is going to be published still names the file."""
        for post_ids in releasing.batches(self.store.posts_with(file), 50):
            for post, words in self.posts.get_with_content(post_ids):
                if post.status in STATUSES_THAT_NEED_MEDIA and file.id in words.media_ids:
                    raise ConflictError(
                        f"The post {post.id} needs it.", status=post.status, post_id=post.id
                    )

    def _get(self, media_id: str, owner: Owner) -> Media:
        file = self.store.get(media_id, owner)
        if file is None or file.given_up(self.now()):
            raise no_such_media()
        return file

    def _upload(self, pending: Media, now: datetime) -> Upload:
        assert pending.size_bytes is not None, "an upload declares its size"
        url = self.bucket.upload_url(
            upload_key(pending.id, pending.owner),
            content_type=pending.content_type,
            size=pending.size_bytes,
            lifetime=UPLOAD_LIFETIME,
        )
        return Upload(
            media_id=pending.id,
            url=url,
            headers=s3.upload_headers(pending.content_type),
            expires_at=now + UPLOAD_LIFETIME,
        )

    def _check_url(self, url: str) -> None:
        """Raise UnprocessableError for a URL that herald may not read.

        This check does not use the network. The addresses of the host are checked at each read.
        """
        try:
            self.check_url(url)
        except BlockedError as error:
            raise UnprocessableError(f"url: {error}.", field="url") from error

    def _view(self, file: Media) -> MediaView:
        thumbnail = None
        if file.has_thumbnail:
            thumbnail = self.bucket.download_url(thumbnail_key(file), lifetime=DOWNLOAD_LIFETIME)
        return MediaView(media=file, url=self._url(file), thumbnail_url=thumbnail)

    def _url(self, file: Media) -> str | None:
        if file.source is Source.REGISTER or file.status is not MediaStatus.READY:
            return file.url
        return self.bucket.download_url(file_key(file), lifetime=DOWNLOAD_LIFETIME)


def already_uploaded(media: Media) -> ConflictError:
    return ConflictError("The file has been uploaded already.", status=media.status)


def no_such_media() -> NotFoundError:
    return NotFoundError("There is no such media.")

"""Renditions: files as a network takes them. What fits goes out as it is; a picture that does not is made anew once, and kept.

A rendition lies in the bucket under a key of its media and its bounds, so that a retry, another target or another post finds it.
One that expired is made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from herald.aws.s3 import Replaced
from herald.domain import renditions
from herald.domain.errors import FileError, MediaError, TransientError
from herald.domain.media import MAX_FILE_SIZE, ContentType, File, Media, MediaStatus, Source
from herald.domain.rules import STILLS
from herald.domain.values import frozen
from herald.media import inspect
from herald.media.reader import BLOCK
from herald.net.client import SIZE, BlockedError, CallError, StreamedBody
from herald.platforms.protocol import Outgoing
from herald.store.media import file_key, rendition_key

if TYPE_CHECKING:
    from herald.aws.s3 import Bucket
    from herald.domain.accounts import Account
    from herald.net.client import Http, Response

DOWNLOAD_LIFETIME = timedelta(
    hours=1
)  # for so long may a network that fetches by itself take its time
FETCHED_PIXELS = 36_000_000  # of a picture that lies elsewhere: LinkedIn takes the most, and memory is made for as much
PIECE = 4 * 1024 * 1024  # bytes of a file that lies elsewhere, per call
FETCHING = 30  # seconds for each

PICTURES = STILLS | {ContentType.GIF}


MAKING = Lock()  # one at a time in a process: its memory is made for one


@frozen
class Renditions:
    """Finds or makes what goes out."""

    bucket: Bucket
    http: Http

    def file(self, media: Media, account: Account) -> Outgoing:
        """What goes out of that file to that account.

        Raises MediaError when it cannot be made to fit, TransientError when it lies elsewhere and cannot be read just now.
        """
        if media.status is not MediaStatus.READY:
            raise MediaError(f"The file {media.filename} is {media.status}.")
        if media.source is Source.REGISTER:
            return (
                self._fetched(media, account)
                if media.content_type in PICTURES
                else self._streamed(media, account)
            )
        if renditions.goes_as_it_is(media, account.platform, account.limits):
            return self._stored(file_key(media), file_of(media))
        return self._rendition(media, account, lambda: self._read(file_key(media)))

    def _rendition(self, media: Media, account: Account, read: Callable[[], bytes]) -> Outgoing:
        """The rendition within the account's bounds, made if nobody has."""
        bounds = renditions.bounds(account.platform, account.limits)
        key = rendition_key(media, bounds.name)
        return self._found(key) or self._make(key, lambda: self._shrunk(read(), bounds))

    def _make(self, key: str, made: Callable[[], tuple[bytes, File]]) -> Outgoing:
        with MAKING:
            if found := self._found(key):  # another target of the same post wanted it too
                return found
            try:
                data, file = made()
            except FileError as error:
                raise MediaError(error.message) from error
            self.bucket.put(key, data, file.content_type)
        return self._stored(key, file)

    def _shrunk(self, data: bytes, bounds: renditions.Bounds) -> tuple[bytes, File]:
        from herald.media.shrink import shrink  # noqa: PLC0415 - Pillow lies in a layer of its own

        made = shrink(data, bounds)
        return made.data, made.file

    def _found(self, key: str) -> Outgoing | None:
        found = self.bucket.begin(key, BLOCK)
        file = inspect.identify(found.first, found.size) if found else None
        return self._stored(key, file) if file else None

    def _stored(self, key: str, file: File) -> Outgoing:
        body = StreamedBody(size=file.size, chunks=partial(read_object, self.bucket, key))
        return Outgoing(
            file=file,
            body=body,
            url=lambda: self.bucket.download_url(key, lifetime=DOWNLOAD_LIFETIME),
        )

    def _read(self, key: str) -> bytes:
        return b"".join(read_object(self.bucket, key))

    # ------------------------------------------------------------------------------------------- what lies elsewhere

    def _fetched(self, media: Media, account: Account) -> Outgoing:
        """A picture: read whole, made ready as an upload is, and kept beside the renditions."""
        bounds = renditions.bounds(account.platform, account.limits)
        key = rendition_key(media, bounds.name)
        return self._found(key) or self._make(key, lambda: self._normalized(media, account))

    def _normalized(self, media: Media, account: Account) -> tuple[bytes, File]:
        from herald.media.normalize import normalize  # noqa: PLC0415 - Pillow lies in a layer of its own

        data = self._whole(media)
        content_type = inspect.type_of(data)
        if content_type not in PICTURES:
            raise FileError(
                "",
                f"What lies at the file's address is no picture, but {content_type or 'nothing we know'}.",
            )
        made = normalize(data, content_type, max_pixels=FETCHED_PIXELS)
        if renditions.goes_as_it_is(
            with_measurements(media, made.file), account.platform, account.limits
        ):
            return made.data, made.file
        return self._shrunk(made.data, renditions.bounds(account.platform, account.limits))

    def _whole(self, media: Media) -> bytes:
        most = MAX_FILE_SIZE[media.content_type]
        answer = self._get(media, {}, most)
        if answer.truncated:
            raise MediaError(
                f"The file at the address of {media.filename} has more than {most} bytes."
            )
        return answer.body

    def _streamed(self, media: Media, account: Account) -> Outgoing:
        """A video or a document: piece by piece from where it lies, never whole."""
        known = with_measurements(media, self._sized(media))
        renditions.goes_as_it_is(known, account.platform, account.limits)
        file = file_of(known)
        return Outgoing(
            file=file,
            body=StreamedBody(size=file.size, chunks=partial(self._pieces, known)),
            url=lambda: media.url or "",
        )

    def _sized(self, media: Media) -> File:
        """As its first bytes show it."""
        first = self._get(media, {"Range": f"bytes=0-{BLOCK - 1}"}, BLOCK)
        size = first.headers.get("content-range", "").rpartition("/")[2]
        if first.status != 206 or not SIZE.match(size):
            raise MediaError(
                f"The server that holds {media.filename} does not give it in pieces. Upload it instead."
            )
        file = inspect.identify(first.body, int(size))
        if file is None:
            raise MediaError(
                f"What lies at the address of {media.filename} is none of {', '.join(ContentType)}."
            )
        return file

    def _pieces(self, media: Media) -> Iterator[bytes]:
        size = media.size_bytes or 0
        for start in range(0, size, PIECE):
            wanted = {"Range": f"bytes={start}-{min(start + PIECE, size) - 1}"}
            yield self._get(media, wanted, PIECE).body

    def _get(self, media: Media, headers: dict[str, str], max_bytes: int) -> Response:
        said = f"The file {media.filename} could not be read where it lies"
        try:
            answer = self.http.send(
                "GET", media.url or "", headers=headers, timeout=FETCHING, max_bytes=max_bytes
            )
        except BlockedError as error:
            raise MediaError(f"{said}: {error}.") from error
        except CallError as error:
            raise TransientError(f"{said}: {error}.") from error
        if answer.status not in {200, 206}:
            away = answer.status >= 500 or answer.status in {408, 425, 429}
            raise (TransientError if away else MediaError)(
                f"{said}: its server answered HTTP {answer.status}."
            )
        return answer


def file_of(media: Media) -> File:
    """What is known of it, as its bytes say."""
    return File(
        size=media.size_bytes or 0,
        content_type=media.content_type,
        dimensions=media.dimensions,
        duration_seconds=media.duration_seconds,
    )


def with_measurements(media: Media, file: File) -> Media:
    """With what its bytes say; what they do not stays as it was known."""
    shown = file.dimensions or media.dimensions
    return replace(media, content_type=file.content_type, size_bytes=file.size, dimensions=shown)


def read_object(bucket: Bucket, key: str) -> Iterator[bytes]:
    """The object, in chunks. Raises MediaError when it is there no more."""
    try:
        yield from bucket.stream(key)
    except Replaced as error:
        raise MediaError("The file is there no more.") from error

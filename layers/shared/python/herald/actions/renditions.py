"""Renditions: files in the form that a network takes.

A file that fits goes out as it is. A picture that does not fit is made smaller once, and kept.
A rendition lies in the bucket under a key of its media and its bounds, so that a retry, another
target or another post finds it. An expired rendition is made again.
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

# A network that fetches a file by itself may take this long.
DOWNLOAD_LIFETIME = timedelta(hours=1)
# Of a registered picture. LinkedIn takes the most, and the function's memory suffices for as many.
FETCHED_PIXELS = 36_000_000
# Bytes of a registered file that one call reads, and seconds that the call may take.
PIECE = 4 * 1024 * 1024
FETCH_TIMEOUT = 30

PICTURES = STILLS | {ContentType.GIF}

# A process makes one rendition at a time, because its memory suffices for one.
MAKING = Lock()


@frozen
class Renditions:
    """Finds or makes the files that are sent to networks."""

    bucket: Bucket
    http: Http

    def file(self, media: Media, account: Account) -> Outgoing:
        """Return what is sent of that file to that account.

        Raises MediaError when the file cannot be made to fit, TransientError when a registered file
        cannot be read just now.
        """
        if media.status is not MediaStatus.READY:
            raise MediaError(f"The file {media.filename} is {media.status}.")
        if media.source is Source.REGISTER and media.content_type in PICTURES:
            return self._fetched(media, account)
        if media.source is Source.REGISTER:
            return self._streamed(media, account)
        if renditions.goes_as_it_is(media, account.platform, account.limits):
            return self._stored(file_key(media), file_of(media))
        return self._rendition(media, account, lambda: self._read(file_key(media)))

    def _rendition(self, media: Media, account: Account, read: Callable[[], bytes]) -> Outgoing:
        """Return the rendition within the account's bounds. Make it if it does not exist."""
        bounds = renditions.bounds(account.platform, account.limits)
        key = rendition_key(media, bounds.name)
        return self._find_or_make(key, lambda: self._shrunk(read(), bounds))

    def _find_or_make(self, key: str, make: Callable[[], tuple[bytes, File]]) -> Outgoing:
        existing = self._find(key)
        if existing:
            return existing
        with MAKING:
            # Another target of the same post may have made it while this one waited.
            existing = self._find(key)
            if existing:
                return existing
            try:
                data, file = make()
            except FileError as error:
                raise MediaError(error.message) from error
            self.bucket.put(key, data, file.content_type)
        return self._stored(key, file)

    def _shrunk(self, data: bytes, bounds: renditions.Bounds) -> tuple[bytes, File]:
        from herald.media.shrink import shrink  # noqa: PLC0415 - Pillow lies in a layer of its own

        picture = shrink(data, bounds)
        return picture.data, picture.file

    def _find(self, key: str) -> Outgoing | None:
        stored = self.bucket.begin(key, BLOCK)
        file = inspect.identify(stored.first, stored.size) if stored else None
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

    # ------------------------------------------------------------------------ registered files

    def _fetched(self, media: Media, account: Account) -> Outgoing:
        """Return a registered picture.

        It is read whole, normalised as an upload is, and kept beside the renditions.
        """
        bounds = renditions.bounds(account.platform, account.limits)
        key = rendition_key(media, bounds.name)
        return self._find_or_make(key, lambda: self._normalized(media, account))

    def _normalized(self, media: Media, account: Account) -> tuple[bytes, File]:
        # Pillow lies in a layer of its own.
        from herald.media.normalize import normalize  # noqa: PLC0415

        data = self._whole(media)
        content_type = inspect.type_of(data)
        if content_type not in PICTURES:
            kind = content_type if content_type else "nothing we know"
            raise FileError("", f"What lies at the file's address is no picture, but {kind}.")
        picture = normalize(data, content_type, max_pixels=FETCHED_PIXELS)
        measured = with_measurements(media, picture.file)
        if renditions.goes_as_it_is(measured, account.platform, account.limits):
            return picture.data, picture.file
        return self._shrunk(picture.data, renditions.bounds(account.platform, account.limits))

    def _whole(self, media: Media) -> bytes:
        max_bytes = MAX_FILE_SIZE[media.content_type]
        answer = self._get(media, {}, max_bytes)
        if answer.truncated:
            raise MediaError(
                f"The file at the address of {media.filename} has more than {max_bytes} bytes."
            )
        return answer.body

    def _streamed(self, media: Media, account: Account) -> Outgoing:
        """Return a registered video or document. It is sent in pieces, and never read whole."""
        measured = with_measurements(media, self._measure(media))
        renditions.goes_as_it_is(measured, account.platform, account.limits)
        file = file_of(measured)
        return Outgoing(
            file=file,
            body=StreamedBody(size=file.size, chunks=partial(self._pieces, measured)),
            url=lambda: url_of(media),
        )

    def _measure(self, media: Media) -> File:
        """Return the file as its first bytes show it."""
        first = self._get(media, {"Range": f"bytes=0-{BLOCK - 1}"}, BLOCK)
        size = first.headers.get("content-range", "").rpartition("/")[2]
        if first.status != 206 or not SIZE.match(size):
            raise MediaError(
                f"The server that holds {media.filename} does not give it in pieces. "
                "Upload it instead."
            )
        file = inspect.identify(first.body, int(size))
        if file is None:
            types = ", ".join(ContentType)
            raise MediaError(f"What lies at the address of {media.filename} is none of {types}.")
        return file

    def _pieces(self, media: Media) -> Iterator[bytes]:
        size = file_of(media).size
        for start in range(0, size, PIECE):
            last = min(start + PIECE, size) - 1
            yield self._get(media, {"Range": f"bytes={start}-{last}"}, PIECE).body

    def _get(self, media: Media, headers: dict[str, str], max_bytes: int) -> Response:
        failure = f"The file {media.filename} could not be read where it lies"
        try:
            answer = self.http.send(
                "GET", url_of(media), headers=headers, timeout=FETCH_TIMEOUT, max_bytes=max_bytes
            )
        except BlockedError as error:
            raise MediaError(f"{failure}: {error}.") from error
        except CallError as error:
            raise TransientError(f"{failure}: {error}.") from error
        if answer.status not in {200, 206}:
            message = f"{failure}: its server answered HTTP {answer.status}."
            if answer.status >= 500 or answer.status in {408, 425, 429}:
                raise TransientError(message)
            raise MediaError(message)
        return answer


def url_of(media: Media) -> str:
    """Return the URL of a registered file."""
    return media.url if media.url else ""


def file_of(media: Media) -> File:
    """Return the measurements that are known of the file."""
    return File(
        size=media.size_bytes if media.size_bytes else 0,
        content_type=media.content_type,
        dimensions=media.dimensions,
        duration_seconds=media.duration_seconds,
    )


def with_measurements(media: Media, file: File) -> Media:
    """Return the media with what its bytes show. Dimensions that they do not show stay."""
    dimensions = file.dimensions if file.dimensions else media.dimensions
    return replace(
        media, content_type=file.content_type, size_bytes=file.size, dimensions=dimensions
    )


def read_object(bucket: Bucket, key: str) -> Iterator[bytes]:
    """Yield the object in chunks. Raises MediaError when it does not exist any more."""
    try:
        yield from bucket.stream(key)
    except Replaced as error:
        raise MediaError("The file is there no more.") from error

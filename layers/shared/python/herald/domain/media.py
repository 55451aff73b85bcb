"""Media: the files that may be uploaded, and what an uploaded file turns out to be.

Source: the contract, section 5.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlsplit

from herald.domain.events import Event, EventType, event
from herald.domain.owners import Owner
from herald.domain.values import frozen

MB = 1024 * 1024
MAX_NAME = 255
MAX_URL = 2_048
UPLOAD_KEPT = timedelta(hours=24)  # for an upload that stays PENDING
MAX_ATTEMPTS = 3  # a file that killed three workers is refused


class ContentType(StrEnum):
    JPEG = "image/jpeg"
    PNG = "image/png"
    GIF = "image/gif"
    WEBP = "image/webp"
    MP4 = "video/mp4"
    QUICKTIME = "video/quicktime"
    WEBM = "video/webm"
    AVI = "video/x-msvideo"
    PDF = "application/pdf"


class MediaKind(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"


ENDINGS: Mapping[str, ContentType] = {
    "jpg": ContentType.JPEG,
    "jpeg": ContentType.JPEG,
    "png": ContentType.PNG,
    "gif": ContentType.GIF,
    "webp": ContentType.WEBP,
    "mp4": ContentType.MP4,
    "mov": ContentType.QUICKTIME,
    "webm": ContentType.WEBM,
    "avi": ContentType.AVI,
    "pdf": ContentType.PDF,
}

MAX_FILE_SIZE: Mapping[ContentType, int] = {
    ContentType.JPEG: 20 * MB,
    ContentType.PNG: 20 * MB,
    ContentType.GIF: 20 * MB,
    ContentType.WEBP: 20 * MB,
    ContentType.MP4: 500 * MB,
    ContentType.QUICKTIME: 500 * MB,
    ContentType.WEBM: 500 * MB,
    ContentType.AVI: 500 * MB,
    ContentType.PDF: 100 * MB,
}


class MediaStatus(StrEnum):
    """The status of a file. It is in uppercase on the wire, unlike every other status."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    READY = "READY"
    FAILED = "FAILED"


class Source(StrEnum):
    UPLOAD = "upload"
    REGISTER = "register"


class Flaw(StrEnum):
    """The reasons to refuse a file. They are the codes of `validationResults`."""

    EMPTY_FILE = "EMPTY_FILE"
    UNSUPPORTED_TYPE = "UNSUPPORTED_TYPE"
    TYPE_MISMATCH = "TYPE_MISMATCH"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    TRUNCATED = "TRUNCATED"
    MALFORMED = "MALFORMED"
    DECOMPRESSION_BOMB = "DECOMPRESSION_BOMB"
    POLYGLOT = "POLYGLOT"
    ANIMATED = "ANIMATED"
    NO_VIDEO = "NO_VIDEO"
    ENCRYPTED = "ENCRYPTED"
    REPLACED = "REPLACED"
    UNREACHABLE = "UNREACHABLE"
    UNREADABLE = "UNREADABLE"


class Dimensions(NamedTuple):
    """Width and height in pixels, as the file is shown."""

    width: int
    height: int


@frozen
class Finding:
    """One problem of a file."""

    code: str
    message: str


@frozen
class Media:
    """A file of an owner. Until it has been looked at, type and size are what was declared.

    `expires_at` is when herald gives up an upload that has not come. `due` is when a worker looks
    at the file next, and `attempts` counts how often one has begun to. `url` is where a registered
    file lies; its size is None until it is known. `posts` are the first posts that named the file,
    and `references` counts how often one did. Something may be left of a file that is `deleted`.
    """

    id: str
    owner: Owner
    filename: str
    content_type: ContentType
    size_bytes: int | None
    status: MediaStatus = MediaStatus.PENDING
    dimensions: Dimensions | None = None
    duration_seconds: float | None = None
    codecs: tuple[str, ...] = ()
    frame_rate: float | None = None
    page_count: int | None = None
    has_thumbnail: bool = False
    findings: tuple[Finding, ...] = ()
    source: Source = Source.UPLOAD
    url: str | None = None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None = None
    due: datetime | None = None
    attempts: int = 0
    posts: frozenset[str] = frozenset()
    references: int = 0
    deleted: bool = False

    @property
    def kind(self) -> MediaKind:
        if self.content_type is ContentType.PDF:
            return MediaKind.DOCUMENT
        family, _, _ = self.content_type.partition("/")
        return MediaKind(family)

    @property
    def flaw(self) -> Finding | None:
        """The reason why no network will take the file, as far as is known.

        UNREACHABLE is none, because a registered file may be readable later.
        """
        flaws = (finding for finding in self.findings if finding.code != Flaw.UNREACHABLE)
        return next(flaws, None)

    def given_up(self, now: datetime) -> bool:
        """Return whether the file counts as gone.

        The table, or another try, removes its row later.
        """
        return self.deleted or (self.expires_at is not None and self.expires_at <= now)


@frozen
class File:
    """The facts of a file that its own bytes tell. None where they do not."""

    size: int
    content_type: ContentType
    dimensions: Dimensions | None = None
    duration_seconds: float | None = None
    codecs: tuple[str, ...] = ()
    frame_rate: float | None = None
    page_count: int | None = None


def declared_by(url: str) -> tuple[str, ContentType]:
    """Return the name of the file at a URL, and the type that its ending says.

    Most files without such an ending are JPEGs, so that is the default.
    """
    _, _, last = urlsplit(url).path.rpartition("/")
    name = last[-MAX_NAME:] if last else "file"
    _, _, ending = name.rpartition(".")
    return name, ENDINGS.get(ending.lower(), ContentType.JPEG)


def claim(media: Media, now: datetime, *, lease: timedelta) -> Media:
    """Return the file with one more attempt begun. The attempt is over when its lease ends."""
    return replace(media, attempts=media.attempts + 1, due=now + lease)


def out_of_attempts(media: Media) -> bool:
    """Return whether the file has used up its attempts without a decision."""
    return media.attempts > MAX_ATTEMPTS


def ready(media: Media, file: File, now: datetime, *, has_thumbnail: bool) -> Media:
    """Return the media as READY, with the facts of the file that publishing will send.

    Its type and size are those of the result, not of the upload.
    """
    known = measured(media, file, now)
    return replace(known, status=MediaStatus.READY, has_thumbnail=has_thumbnail)


def failed(media: Media, findings: Sequence[Finding], now: datetime) -> Media:
    return replace(
        media, status=MediaStatus.FAILED, findings=tuple(findings), due=None, updated_at=now
    )


def measured(media: Media, file: File, now: datetime) -> Media:
    """Return the media with the facts that the file's bytes tell."""
    return replace(
        media,
        content_type=file.content_type,
        size_bytes=file.size,
        dimensions=file.dimensions,
        duration_seconds=file.duration_seconds,
        codecs=file.codecs,
        frame_rate=file.frame_rate,
        page_count=file.page_count,
        due=None,
        updated_at=now,
    )


def unmeasured(media: Media, findings: Sequence[Finding], now: datetime) -> Media:
    """Return a registered file of which nothing was learnt, with the findings that say why.

    It stays as its owner declared it.
    """
    return replace(media, findings=tuple(findings), due=None, updated_at=now)


def complaints(declared: ContentType, size: int, actual: ContentType | None) -> Iterator[Finding]:
    """Yield what is wrong with a file of so many bytes.

    `actual` is the type of the bytes, or None when herald takes no such file.
    """
    if size == 0:
        yield Finding(code=Flaw.EMPTY_FILE, message="The file has no bytes.")
        return
    if actual is None:
        message = f"The file's bytes are none of {', '.join(ContentType)}."
        yield Finding(code=Flaw.UNSUPPORTED_TYPE, message=message)
    elif actual is not declared:
        message = f"The file was declared as {declared}, but its bytes are {actual}."
        yield Finding(code=Flaw.TYPE_MISMATCH, message=message)
    if size > MAX_FILE_SIZE[declared]:
        message = f"The file has {size} bytes; {declared} may have {MAX_FILE_SIZE[declared]}."
        yield Finding(code=Flaw.FILE_TOO_LARGE, message=message)


def processed(media: Media, now: datetime) -> list[Event]:
    """Return the event of a file that is READY. Of a failure, users learn only by polling."""
    if media.status is not MediaStatus.READY:
        return []
    facts = {
        "media_id": media.id,
        "filename": media.filename,
        "content_type": media.content_type,
        "size_bytes": media.size_bytes,
    }
    return [event(EventType.MEDIA_UPLOADED, media.owner, now, facts)]

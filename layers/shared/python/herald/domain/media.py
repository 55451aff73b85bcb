"""Media: what may be uploaded, and what an uploaded file turns out to be. Source: the contract, section 5."""

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
MAX_NAME, MAX_URL = 255, 2_048
UPLOAD_KEPT = timedelta(hours=24)  # a PENDING upload nobody made
MAX_ATTEMPTS = 3  # a file that three workers did not survive is refused


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
    """In uppercase on the wire, unlike every other status."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    READY = "READY"
    FAILED = "FAILED"


class Source(StrEnum):
    UPLOAD = "upload"
    REGISTER = "register"


class Flaw(StrEnum):
    """Why a file is refused: the codes of `validationResults`."""

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
    """In pixels, as shown."""

    width: int
    height: int


@frozen
class Finding:
    """What is wrong with a file."""

    code: str
    message: str


@frozen
class Media:
    """A file of an owner. Until it has been looked at, type and size are what was declared.

    `expires_at` is when an upload that has not come is given up, `due` when the file is looked at next; `attempts` counts how
    often that was begun. `url` is where a registered file lies; its size is None until it is known. `posts` are the first that
    named it, `references` counts how often one did; `deleted` is one of which something may be left.
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
        return (
            MediaKind.DOCUMENT
            if self.content_type is ContentType.PDF
            else MediaKind(self.content_type.partition("/")[0])
        )

    @property
    def flaw(self) -> Finding | None:
        """Why no network will take it, as far as is known. A registered file that could not be read may be readable later."""
        return next((each for each in self.findings if each.code != Flaw.UNREACHABLE), None)

    def given_up(self, now: datetime) -> bool:
        """The table, or another try, removes such a row in its own time; until then it counts as gone."""
        return self.deleted or (self.expires_at is not None and self.expires_at <= now)


@frozen
class File:
    """What a file is by its own bytes; None where they do not say."""

    size: int
    content_type: ContentType
    dimensions: Dimensions | None = None
    duration_seconds: float | None = None
    codecs: tuple[str, ...] = ()
    frame_rate: float | None = None
    page_count: int | None = None


def declared_by(url: str) -> tuple[str, ContentType]:
    """The name of what lies there, and the type that its ending says; most of what has none is a JPEG."""
    name = urlsplit(url).path.rpartition("/")[2][-MAX_NAME:] or "file"
    return name, ENDINGS.get(name.rpartition(".")[2].lower(), ContentType.JPEG)


def claim(media: Media, now: datetime, *, lease: timedelta) -> Media:
    """One more attempt, which is over when the lease is."""
    return replace(media, attempts=media.attempts + 1, due=now + lease)


def out_of_attempts(media: Media) -> bool:
    """Whether every attempt it may have ended before it was decided."""
    return media.attempts > MAX_ATTEMPTS


def ready(media: Media, file: File, now: datetime, *, has_thumbnail: bool) -> Media:
    """With what the file is that publishing will send: type and size of the result, not of the upload."""
    return replace(
        measured(media, file, now), status=MediaStatus.READY, has_thumbnail=has_thumbnail
    )


def failed(media: Media, findings: Sequence[Finding], now: datetime) -> Media:
    return replace(
        media, status=MediaStatus.FAILED, findings=tuple(findings), due=None, updated_at=now
    )


def measured(media: Media, file: File, now: datetime) -> Media:
    """With what the file's bytes say."""
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
    """A registered file that nothing was learnt of: it stays as its owner declared it, and says why."""
    return replace(media, findings=tuple(findings), due=None, updated_at=now)


def complaints(declared: ContentType, size: int, found: ContentType | None) -> Iterator[Finding]:
    """What is wrong with a file of so many bytes that are of the type `found`, None when they are nothing we take."""
    if size == 0:
        yield Finding(code=Flaw.EMPTY_FILE, message="The file has no bytes.")
        return
    if found is None:
        yield Finding(
            code=Flaw.UNSUPPORTED_TYPE,
            message=f"The file's bytes are none of {', '.join(ContentType)}.",
        )
    elif found is not declared:
        message = f"The file was declared as {declared}, but its bytes are {found}."
        yield Finding(code=Flaw.TYPE_MISMATCH, message=message)
    if size > MAX_FILE_SIZE[declared]:
        message = f"The file has {size} bytes; {declared} may have {MAX_FILE_SIZE[declared]}."
        yield Finding(code=Flaw.FILE_TOO_LARGE, message=message)


def processed(media: Media, now: datetime) -> list[Event]:
    """The event of a READY one; a failure is told by polling only."""
    if media.status is not MediaStatus.READY:
        return []
    facts = {
        "media_id": media.id,
        "filename": media.filename,
        "content_type": media.content_type,
        "size_bytes": media.size_bytes,
    }
    return [event(EventType.MEDIA_UPLOADED, media.owner, now, facts)]

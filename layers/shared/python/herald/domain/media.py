"""Media: what may be uploaded, and what an uploaded file turns out to be. Source: the contract, section 5."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from herald.domain.accounts import Owner
from herald.domain.events import Event, EventType, event
from herald.domain.values import frozen

MB = 1024 * 1024
UPLOAD_KEPT = timedelta(hours=24)  # a PENDING upload nobody made


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


MAX_BYTES: Mapping[ContentType, int] = {
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


class Dimensions(NamedTuple):
    """In pixels, as shown."""

    width: int
    height: int


@frozen
class Finding:
    """Why a file was refused."""

    code: str
    message: str


@frozen
class Media:
    """A file of an owner. Until it has arrived, type and size are what was declared, and `expires_at` is when it is given up."""

    id: str
    owner: Owner
    filename: str
    content_type: ContentType
    size_bytes: int
    status: MediaStatus = MediaStatus.PENDING
    dimensions: Dimensions | None = None
    duration_seconds: float | None = None
    findings: tuple[Finding, ...] = ()
    source: Source = Source.UPLOAD
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None = None

    def given_up(self, now: datetime) -> bool:
        """The table removes such a row in its own time; until then it counts as gone."""
        return self.expires_at is not None and self.expires_at <= now


@frozen
class File:
    """What arrived: its size in bytes, and what its own bytes say that it is, None when it is nothing we take."""

    size: int
    content_type: ContentType | None
    dimensions: Dimensions | None = None


def judge(media: Media, file: File, now: datetime) -> Media:
    """The pending media as READY, or as FAILED with every reason."""
    findings = tuple(complaints(media, file))
    return replace(
        media,
        status=MediaStatus.FAILED if findings else MediaStatus.READY,
        size_bytes=file.size,
        dimensions=None if findings else file.dimensions,
        findings=findings,
        updated_at=now,
        expires_at=None,
    )


def complaints(media: Media, file: File) -> Iterator[Finding]:
    if file.size == 0:
        yield Finding(code="EMPTY_FILE", message="The file has no bytes.")
        return
    if file.content_type is None:
        yield Finding(code="UNSUPPORTED_TYPE", message=f"The file's bytes are none of {', '.join(ContentType)}.")
    elif file.content_type is not media.content_type:
        message = f"The file was declared as {media.content_type}, but its bytes are {file.content_type}."
        yield Finding(code="TYPE_MISMATCH", message=message)
    if file.size > MAX_BYTES[media.content_type]:
        message = f"The file has {file.size} bytes; {media.content_type} may have {MAX_BYTES[media.content_type]}."
        yield Finding(code="FILE_TOO_LARGE", message=message)


def uploaded(media: Media, now: datetime) -> list[Event]:
    """media.uploaded for a READY one; a failure is told by polling only."""
    if media.status is not MediaStatus.READY:
        return []
    data = {
        "mediaId": media.id,
        "filename": media.filename,
        "contentType": media.content_type,
        "sizeBytes": media.size_bytes,
    }
    return [event(EventType.MEDIA_UPLOADED, media.owner, now, data)]

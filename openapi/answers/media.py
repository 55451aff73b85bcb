"""Media."""

from datetime import datetime, timedelta

from herald.actions.media import DOWNLOAD_LIFETIME
from herald.domain.media import ContentType, Flaw, MediaStatus, Source
from openapi.answers.answer import Answer
from openapi.answers.ids import MediaId
from openapi.answers.lists import Listed

MINUTES = DOWNLOAD_LIFETIME // timedelta(minutes=1)


class Upload(Answer):
    """The URL for a PUT of the file, with its headers, until the URL expires."""

    media_id: MediaId
    """The media for the file."""
    upload_url: str
    """The URL for a PUT of the file."""
    upload_headers: dict[str, str]
    """The headers of the PUT, with exactly these values."""
    expires_at: datetime
    """The time until which the URL works."""


class Dimensions(Answer):
    """The size in pixels, as shown."""

    width: int
    """The pixels from left to right."""
    height: int
    """The pixels from top to bottom."""


class Finding(Answer):
    """A problem with a file."""

    code: Flaw
    """The code of the problem, for machines."""
    message: str
    """The description of the problem, for people."""


class Media(Answer):
    """A file.

    Once it is READY, the type, size and dimensions describe the result of processing. The size and
    dimensions of a registered file are null until herald has learned them.
    """

    id: MediaId
    """The media."""
    media_id: MediaId
    """The same as `id`."""
    filename: str
    """The name of the file. E.g. `banner.jpg`."""
    content_type: ContentType
    """The type of the file."""
    size_bytes: int | None
    """The size of the file in bytes."""
    status: MediaStatus
    """The status of the file. Only READY files are published."""
    url: str | None
    f"""The URL of the file, valid for {MINUTES} minutes; null until the file is READY."""
    thumbnail_url: str | None
    """The URL of a small picture of the file; null when there is none."""
    dimensions: Dimensions | None
    """The dimensions of a picture or video."""
    duration_seconds: float | None
    """The duration of a video in seconds."""
    codecs: list[str]
    """The codecs of a video, as its container names them. E.g. `["avc1","mp4a"]`."""
    frame_rate: float | None
    """The frame rate of a video, in frames per second."""
    page_count: int | None
    """The number of pages of a document."""
    validation_results: list[Finding]
    """The problems of the file; empty when there are none."""
    source: Source
    """Whether the file was uploaded, or registered at its own URL."""
    created_at: datetime
    """The time when the media was created."""
    updated_at: datetime
    """The time of the last change."""


class MediaList(Listed[Media]):
    pass

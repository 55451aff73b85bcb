"""Media."""

from datetime import datetime, timedelta

from herald.actions.media import DOWNLOAD_LIFETIME
from herald.domain.media import ContentType, Flaw, MediaStatus, Source
from openapi.answers.answer import Answer
from openapi.answers.ids import MediaId
from openapi.answers.lists import Listed

MINUTES = DOWNLOAD_LIFETIME // timedelta(minutes=1)


class Upload(Answer):
    """Where to PUT the file, with these headers, before it expires."""

    media_id: MediaId
    """The media that the file becomes."""
    upload_url: str
    """Where to PUT the file."""
    upload_headers: dict[str, str]
    """What the PUT must carry, with exactly these values."""
    expires_at: datetime
    """Until when the URL works."""


class Dimensions(Answer):
    """In pixels, as shown."""

    width: int
    """From left to right."""
    height: int
    """From top to bottom."""


class Finding(Answer):
    """What is wrong with a file."""

    code: Flaw
    """For machines."""
    message: str
    """For people."""


class Media(Answer):
    """Type, size and dimensions are those of the result once it is READY. A registered file's are null until they are learnt."""

    id: MediaId
    """The media."""
    media_id: MediaId
    """As `id`."""
    filename: str
    """As it was named. E.g. `banner.jpg`."""
    content_type: ContentType
    """What it is."""
    size_bytes: int | None
    """How large it is."""
    status: MediaStatus
    """Only READY media are published."""
    url: str | None
    f"""Where to read it, for {MINUTES} minutes; null until it is READY."""
    thumbnail_url: str | None
    """Where to read a small picture of it; null when there is none."""
    dimensions: Dimensions | None
    """Of a picture or video."""
    duration_seconds: float | None
    """Of a video."""
    codecs: list[str]
    """Of a video, as its container names them. E.g. `["avc1","mp4a"]`."""
    frame_rate: float | None
    """Of a video, in frames a second."""
    page_count: int | None
    """Of a document."""
    validation_results: list[Finding]
    """What is wrong with it; empty when nothing is."""
    source: Source
    """Whether it was uploaded, or registered where it lies."""
    created_at: datetime
    """When it was asked for."""
    updated_at: datetime
    """When it last changed."""


class MediaList(Listed[Media]):
    pass

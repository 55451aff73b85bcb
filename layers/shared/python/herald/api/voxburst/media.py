"""Media on the wire.

Source: the contract, section 5, and the integration lifecycle guide, step 3.
"""

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from herald.actions.media import ListedMedia, MediaView, NewLink, NewMedia, Upload
from herald.api.edge.response import Response, ok, to_json
from herald.api.edge.schema import one_of, one_or_all
from herald.api.voxburst.models import Body
from herald.api.voxburst.paging import Paged
from herald.domain import times
from herald.domain.media import MAX_FILE_SIZE, MAX_NAME, MAX_URL, ContentType, MediaStatus


def printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must not hold control characters")
    return value


def within_limit(value: int, info: ValidationInfo) -> int:
    """Return the size if a file of its type may have it. Raises ValueError.

    `content_type` stands before `size_bytes` in the model, so it is read already.
    """
    declared = info.data.get("content_type")
    if declared and value > MAX_FILE_SIZE[declared]:
        raise ValueError(f"must be at most {MAX_FILE_SIZE[declared]} for {declared}")
    return value


class UploadMedia(Body):
    filename: Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(printable)]
    """The name of the file. E.g. `banner.jpg`."""
    content_type: Annotated[ContentType, one_of(*ContentType)]
    """The type of the file."""
    size_bytes: Annotated[int, Field(ge=1), AfterValidator(within_limit)]
    """The exact size of the file in bytes. E.g. `204800`."""

    def new(self) -> NewMedia:
        return NewMedia(
            filename=self.filename, content_type=self.content_type, size_bytes=self.size_bytes
        )


class RegisterMedia(Body):
    url: Annotated[str, Field(min_length=1, max_length=MAX_URL)]
    """The URL of the file. The file must stay there until it is published. E.g.
    `https://example.com/banner.jpg`."""
    content_type: Annotated[ContentType, one_of(*ContentType)]
    """The type of the file."""
    filename: Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(printable)]
    """The name of the file. E.g. `banner.jpg`."""

    def new(self) -> NewLink:
        return NewLink(url=self.url, filename=self.filename, content_type=self.content_type)


class ListMedia(Paged):
    status: Annotated[MediaStatus | None, one_or_all(*MediaStatus)] = None
    """Only media of this status. `all`, like no status, shows every file."""


def upload_body(upload: Upload) -> str:
    """Render an upload for its answer and for an idempotent replay."""
    return to_json(
        {
            "mediaId": upload.media_id,
            "uploadUrl": upload.url,
            "uploadHeaders": upload.headers,
            "expiresAt": times.wire(upload.expires_at),
        }
    )


def view(shown: MediaView) -> dict[str, object]:
    media = shown.media
    dimensions = media.dimensions
    return {
        "id": media.id,
        "mediaId": media.id,
        "filename": media.filename,
        "contentType": media.content_type,
        "sizeBytes": media.size_bytes,
        "status": media.status,
        "url": shown.url,
        "thumbnailUrl": shown.thumbnail_url,
        "dimensions": dimensions._asdict() if dimensions else None,
        "durationSeconds": media.duration_seconds,
        "codecs": list(media.codecs),
        "frameRate": media.frame_rate,
        "pageCount": media.page_count,
        "validationResults": [
            {"code": finding.code, "message": finding.message} for finding in media.findings
        ],
        "source": media.source,
        "createdAt": times.wire(media.created_at),
        "updatedAt": times.wire(media.updated_at),
    }


def registered_body(shown: MediaView) -> str:
    """Render registered media for its answer and for an idempotent replay."""
    return to_json(view(shown))


def media_response(shown: MediaView) -> Response:
    return ok(view(shown))


def media_page(listed: ListedMedia, query: ListMedia, secret: str) -> Response:
    data = [view(media) for media in listed.media]
    return ok(query.answer(data, listed.next_before, secret))

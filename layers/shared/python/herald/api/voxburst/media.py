"""Media on the wire. Source: the contract, section 5, and the integration lifecycle guide, step 3."""

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
    """As many bytes as its type may have; what type that is has been read before."""
    declared = info.data.get("content_type")
    if declared and value > MAX_FILE_SIZE[declared]:
        raise ValueError(f"must be at most {MAX_FILE_SIZE[declared]} for {declared}")
    return value


class UploadMedia(Body):
    filename: Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(printable)]
    """What it is called. E.g. `banner.jpg`."""
    content_type: Annotated[ContentType, one_of(*ContentType)]
    """What it is."""
    size_bytes: Annotated[int, Field(ge=1), AfterValidator(within_limit)]
    """Exactly how large it is. E.g. `204800`."""

    def new(self) -> NewMedia:
        return NewMedia(
            filename=self.filename, content_type=self.content_type, size_bytes=self.size_bytes
        )


class RegisterMedia(Body):
    url: Annotated[str, Field(min_length=1, max_length=MAX_URL)]
    """Where it lies; it must stay there until it is published. E.g.
    `https://example.com/banner.jpg`."""
    content_type: Annotated[ContentType, one_of(*ContentType)]
    """What it is."""
    filename: Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(printable)]
    """What it is called. E.g. `banner.jpg`."""

    def new(self) -> NewLink:
        return NewLink(url=self.url, filename=self.filename, content_type=self.content_type)


class ListMedia(Paged):
    status: Annotated[MediaStatus | None, one_or_all(*MediaStatus)] = None
    """Only media of this status; `all`, or nothing, for every one."""


def upload_body(upload: Upload) -> str:
    """An upload as it is answered, and as it is kept for an idempotent replay."""
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
    return {
        "id": media.id,
        "mediaId": media.id,
        "filename": media.filename,
        "contentType": media.content_type,
        "sizeBytes": media.size_bytes,
        "status": media.status,
        "url": shown.url,
        "thumbnailUrl": shown.thumbnail_url,
        "dimensions": media.dimensions and media.dimensions._asdict(),
        "durationSeconds": media.duration_seconds,
        "codecs": list(media.codecs),
        "frameRate": media.frame_rate,
        "pageCount": media.page_count,
        "validationResults": [
            {"code": each.code, "message": each.message} for each in media.findings
        ],
        "source": media.source,
        "createdAt": times.wire(media.created_at),
        "updatedAt": times.wire(media.updated_at),
    }


def registered_body(shown: MediaView) -> str:
    """Registered media as it is answered, and as it is kept for an idempotent replay."""
    return to_json(view(shown))


def media_response(shown: MediaView) -> Response:
    return ok(view(shown))


def media_page(listed: ListedMedia, query: ListMedia, secret: str) -> Response:
    return ok(query.answer([view(each) for each in listed.media], listed.next_before, secret))

"""Files for the tests of candidates and rules."""

from datetime import UTC, datetime

from herald.domain.candidates import Attachment
from herald.domain.media import ContentType, Dimensions, Media, MediaStatus
from herald.domain.owners import Mode, Owner

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SQUARE = Dimensions(1_000, 1_000)


def file(
    content_type: ContentType = ContentType.JPEG,
    *,
    number: int = 0,
    size: int | None = 200_000,
    dimensions: Dimensions | None = SQUARE,
    seconds: float | None = 10,
    status: MediaStatus = MediaStatus.READY,
) -> Attachment:
    media = Media(
        id=f"media_{number}",
        owner=Owner("ws_1", Mode.LIVE),
        filename="f",
        content_type=content_type,
        size_bytes=size,
        status=status,
        dimensions=dimensions,
        duration_seconds=seconds,
        created_at=NOW,
        updated_at=NOW,
    )
    return Attachment(id=media.id, path=("media", number), media=media)

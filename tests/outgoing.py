"""What a session makes of media, where no bucket is: a file of these bytes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NoReturn

import pytest

from herald.domain.media import ContentType, Dimensions, File, Media, MediaStatus
from herald.domain.owners import Mode, Owner
from herald.net.client import StreamedBody
from herald.platforms.protocol import Outgoing

AT = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)


def no_file(media: Media) -> NoReturn:
    pytest.fail(f"{media.id} is not to be read")


def media(name: str = "a", content_type: ContentType = ContentType.JPEG) -> Media:
    """A file that is READY; `name` ends its id."""
    return Media(
        id=f"media_{name:0>24}",
        owner=Owner("ws_1", Mode.LIVE),
        filename=f"{name}.jpg",
        content_type=content_type,
        size_bytes=3,
        status=MediaStatus.READY,
        created_at=AT,
        updated_at=AT,
    )


def outgoing(
    data: bytes, content_type: ContentType = ContentType.JPEG, shown: Dimensions | None = None
) -> Outgoing:
    """It goes out in two pieces."""
    middle = len(data) // 2
    return Outgoing(
        file=File(size=len(data), content_type=content_type, dimensions=shown),
        body=StreamedBody(size=len(data), chunks=lambda: [data[:middle], data[middle:]]),
        url=lambda: pytest.fail("nobody asked for its address"),
    )


def giving(files: dict[str, Outgoing]) -> Callable[[Media], Outgoing]:
    """A session's `file`, by media id."""
    return lambda each: files[each.id]

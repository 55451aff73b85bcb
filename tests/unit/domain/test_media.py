"""What becomes of an upload, without a table or a bucket."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain import ids, media
from herald.domain.accounts import Mode, Owner
from herald.domain.media import MAX_BYTES, MB, ContentType, Dimensions, File, Media, MediaStatus

NOW = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=3)
PENDING = Media(
    id=ids.new("media", NOW),
    owner=Owner("ws_1", Mode.LIVE),
    filename="campaign-banner.jpg",
    content_type=ContentType.JPEG,
    size_bytes=204_800,
    created_at=NOW,
    updated_at=NOW,
    expires_at=NOW + media.UPLOAD_KEPT,
)
ARRIVED = File(size=204_800, content_type=ContentType.JPEG, dimensions=Dimensions(61, 33))


def codes(settled: Media) -> list[str]:
    return [each.code for each in settled.findings]


def test_a_file_that_is_what_it_was_declared_is_ready_and_stays() -> None:
    settled = media.judge(PENDING, ARRIVED, LATER)

    assert (settled.status, settled.findings, settled.expires_at) == (MediaStatus.READY, (), None)
    assert (settled.dimensions, settled.updated_at) == (Dimensions(61, 33), LATER)


def test_a_file_that_is_something_else_fails_and_says_what_it_is() -> None:
    settled = media.judge(PENDING, replace(ARRIVED, content_type=ContentType.PNG), LATER)

    assert (settled.status, codes(settled)) == (MediaStatus.FAILED, ["TYPE_MISMATCH"])
    assert "image/png" in settled.findings[0].message


def test_a_file_of_no_known_type_fails() -> None:
    assert codes(media.judge(PENDING, replace(ARRIVED, content_type=None), LATER)) == ["UNSUPPORTED_TYPE"]


def test_an_empty_file_fails_for_that_alone() -> None:
    assert codes(media.judge(PENDING, File(size=0, content_type=None), LATER)) == ["EMPTY_FILE"]


def test_a_file_fails_with_every_reason() -> None:
    settled = media.judge(PENDING, File(size=20 * MB + 1, content_type=ContentType.GIF), LATER)

    assert codes(settled) == ["TYPE_MISMATCH", "FILE_TOO_LARGE"]
    assert settled.dimensions is None


@pytest.mark.parametrize("content_type", ContentType)
def test_a_limit_is_the_last_size_that_passes(content_type: ContentType) -> None:
    pending = replace(PENDING, content_type=content_type)
    largest = File(size=MAX_BYTES[content_type], content_type=content_type)

    assert media.judge(pending, largest, LATER).status is MediaStatus.READY
    assert codes(media.judge(pending, replace(largest, size=largest.size + 1), LATER)) == ["FILE_TOO_LARGE"]


def test_an_upload_nobody_made_is_given_up_after_a_day() -> None:
    assert not PENDING.given_up(NOW + timedelta(hours=24) - timedelta(milliseconds=1))
    assert PENDING.given_up(NOW + timedelta(hours=24))
    assert not media.judge(PENDING, ARRIVED, LATER).given_up(NOW + timedelta(days=400))


def test_the_event_tells_what_the_catalog_says() -> None:
    [event] = media.uploaded(media.judge(PENDING, ARRIVED, LATER), LATER)

    assert event.type == "media.uploaded"
    assert event.data == {
        "mediaId": PENDING.id,
        "filename": "campaign-banner.jpg",
        "contentType": "image/jpeg",
        "sizeBytes": 204_800,
    }


def test_a_failure_is_no_event() -> None:
    assert media.uploaded(media.judge(PENDING, replace(ARRIVED, content_type=None), LATER), LATER) == []

"""What becomes of an upload, without a table or a bucket."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain import ids, media
from herald.domain.media import MAX_FILE_SIZE, MB, ContentType, Dimensions, File, Media, MediaStatus
from herald.domain.owners import Mode, Owner

NOW = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=3)
PENDING = Media(
    id=ids.new("media", NOW),
    owner=Owner("ws_1", Mode.LIVE),
    filename="campaign-banner.png",
    content_type=ContentType.PNG,
    size_bytes=204_800,
    created_at=NOW,
    updated_at=NOW,
    expires_at=NOW + media.UPLOAD_KEPT,
)
CLAIMED = media.claim(PENDING, LATER, lease=timedelta(minutes=3))
MADE = File(size=20_000, content_type=ContentType.JPEG, dimensions=Dimensions(61, 33))


def codes(
    file: int, found: ContentType | None, declared: ContentType = ContentType.JPEG
) -> list[str]:
    return [each.code for each in media.complaints(declared, file, found)]


def test_a_file_that_is_what_it_was_declared_has_nothing_to_complain_of() -> None:
    assert codes(204_800, ContentType.JPEG) == []


def test_a_file_that_is_something_else_says_what_it_is() -> None:
    [finding] = media.complaints(ContentType.JPEG, 204_800, ContentType.PNG)

    assert finding.code == "TYPE_MISMATCH"
    assert "image/png" in finding.message


def test_a_file_of_no_known_type_is_refused() -> None:
    assert codes(204_800, None) == ["UNSUPPORTED_TYPE"]


def test_an_empty_file_is_refused_for_that_alone() -> None:
    assert codes(0, None) == ["EMPTY_FILE"]


def test_a_file_is_refused_with_every_reason() -> None:
    assert codes(20 * MB + 1, ContentType.GIF) == ["TYPE_MISMATCH", "FILE_TOO_LARGE"]


@pytest.mark.parametrize("content_type", ContentType)
def test_a_limit_is_the_last_size_that_passes(content_type: ContentType) -> None:
    assert codes(MAX_FILE_SIZE[content_type], content_type, content_type) == []
    assert codes(MAX_FILE_SIZE[content_type] + 1, content_type, content_type) == ["FILE_TOO_LARGE"]


def test_an_upload_nobody_made_is_given_up_after_a_day() -> None:
    assert not PENDING.given_up(NOW + timedelta(hours=24) - timedelta(milliseconds=1))
    assert PENDING.given_up(NOW + timedelta(hours=24))


def test_ready_media_are_what_was_made_of_them_and_owe_nothing_more() -> None:
    ready = media.ready(CLAIMED, MADE, LATER, has_thumbnail=True)

    assert (ready.status, ready.content_type, ready.size_bytes) == (
        MediaStatus.READY,
        ContentType.JPEG,
        20_000,
    )
    assert (ready.dimensions, ready.has_thumbnail, ready.due, ready.updated_at) == (
        Dimensions(61, 33),
        True,
        None,
        LATER,
    )


def test_failed_media_owe_nothing_more_and_say_why() -> None:
    failed = media.failed(CLAIMED, list(media.complaints(ContentType.JPEG, 0, None)), LATER)

    assert (failed.status, failed.due, [each.code for each in failed.findings]) == (
        MediaStatus.FAILED,
        None,
        ["EMPTY_FILE"],
    )


def test_a_claim_is_an_attempt_that_ends_with_its_lease() -> None:
    assert (CLAIMED.attempts, CLAIMED.due) == (1, LATER + timedelta(minutes=3))
    assert not media.out_of_attempts(replace(CLAIMED, attempts=media.MAX_ATTEMPTS))
    assert media.out_of_attempts(replace(CLAIMED, attempts=media.MAX_ATTEMPTS + 1))


def test_its_event_tells_what_the_catalog_says_of_the_result() -> None:
    [told] = media.processed(media.ready(CLAIMED, MADE, LATER, has_thumbnail=True), LATER)

    assert told.type == "media.uploaded"
    assert told.facts == {
        "media_id": PENDING.id,
        "filename": "campaign-banner.png",
        "content_type": "image/jpeg",
        "size_bytes": 20_000,
    }


def test_a_failure_is_no_event() -> None:
    assert media.processed(media.failed(CLAIMED, [], LATER), LATER) == []

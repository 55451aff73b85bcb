"""What goes out as it is, what is made anew, and what no network would take."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from herald.domain import renditions
from herald.domain.accounts import Platform
from herald.domain.errors import MediaError
from herald.domain.media import MB, ContentType, Dimensions, Media, MediaStatus
from herald.domain.owners import Mode, Owner
from herald.domain.renditions import Bounds

NOW = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
NO_LIMITS: Mapping[str, int] = {}
SQUARE = Dimensions(1_000, 1_000)


def media(
    content_type: ContentType = ContentType.JPEG,
    size: int = 100_000,
    shown: Dimensions = SQUARE,
    seconds: float | None = None,
) -> Media:
    return Media(
        id="media_1",
        owner=Owner("ws_1", Mode.LIVE),
        filename="f",
        content_type=content_type,
        size_bytes=size,
        status=MediaStatus.READY,
        dimensions=shown,
        duration_seconds=seconds,
        created_at=NOW,
        updated_at=NOW,
    )


@pytest.mark.parametrize("platform", [each for each in Platform if each is not Platform.YOUTUBE])
def test_a_small_jpeg_goes_everywhere_as_it_is(platform: Platform) -> None:
    assert renditions.goes_as_it_is(media(), platform, NO_LIMITS)


@pytest.mark.parametrize(
    ("platform", "found"),
    [
        (Platform.BLUESKY, media(size=1_000_001)),
        (Platform.MASTODON, media(size=16_777_217)),
        (Platform.MASTODON, media(shown=Dimensions(8_000, 5_000))),
        (Platform.INSTAGRAM, media(shown=Dimensions(1_441, 1_441))),
        (Platform.INSTAGRAM, media(ContentType.PNG)),
        (Platform.TIKTOK, media(ContentType.PNG)),
    ],
)
def test_a_picture_that_is_too_large_or_of_another_kind_is_made_anew(
    platform: Platform, found: Media
) -> None:
    assert not renditions.goes_as_it_is(found, platform, NO_LIMITS)


def test_an_accounts_own_limit_counts() -> None:
    large = media(size=12 * MB)

    assert renditions.goes_as_it_is(large, Platform.MASTODON, NO_LIMITS)
    assert not renditions.goes_as_it_is(large, Platform.MASTODON, {"max_image_bytes": 10 * MB})
    assert renditions.bounds(Platform.MASTODON, {"max_image_bytes": 10 * MB}) == Bounds(
        bytes=10 * MB, pixels=33_177_600
    )


@pytest.mark.parametrize(
    ("platform", "found", "code"),
    [
        (Platform.BLUESKY, media(ContentType.GIF, size=2_000_001), "MEDIA_REJECTED"),
        (Platform.TWITTER, media(ContentType.GIF, shown=Dimensions(1_281, 100)), "MEDIA_REJECTED"),
        (Platform.BLUESKY, media(ContentType.WEBM), "MEDIA_REJECTED"),
        (Platform.BLUESKY, media(ContentType.MP4, seconds=181), "MEDIA_REJECTED"),
        (Platform.MASTODON, media(ContentType.MP4, size=103_809_025), "MEDIA_REJECTED"),
        (Platform.INSTAGRAM, media(ContentType.GIF), "MEDIA_REJECTED"),
        (Platform.YOUTUBE, media(), "MEDIA_REJECTED"),
        (Platform.INSTAGRAM, media(shown=Dimensions(1_000, 2_000)), "ASPECT_RATIO_INVALID"),
    ],
)
def test_what_no_smaller_picture_mends_is_refused_in_words(
    platform: Platform, found: Media, code: str
) -> None:
    with pytest.raises(MediaError) as caught:
        renditions.goes_as_it_is(found, platform, NO_LIMITS)

    assert caught.value.target_code == code
    assert caught.value.message


def test_a_gif_between_what_is_recommended_and_what_is_taken_goes_as_it_is() -> None:
    assert renditions.goes_as_it_is(
        media(ContentType.GIF, size=1_500_000), Platform.BLUESKY, NO_LIMITS
    )


def test_bounds_of_the_same_values_have_the_same_name() -> None:
    assert Bounds(bytes=1, pixels=2).name == Bounds(bytes=1, pixels=2).name == "bytes1-pixels2"
    assert Bounds(bytes=12).name != Bounds(bytes=1, width=2).name
    assert Bounds().name == "any"


@pytest.mark.parametrize(
    ("bounds", "scale"),
    [
        (Bounds(), 1),
        (Bounds(pixels=4_000_000), 1),
        (Bounds(pixels=250_000), 0.5),
        (Bounds(width=500), 0.5),
        (Bounds(height=100, width=500), 0.1),
        (Bounds(width=5_000), 1),
    ],
)
def test_the_scale_keeps_every_bound_and_never_enlarges(bounds: Bounds, scale: float) -> None:
    assert bounds.scale(SQUARE) == scale

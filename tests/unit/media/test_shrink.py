"""Pictures made to fit."""

import io

import pytest
from PIL import Image

from herald.domain.errors import FileError
from herald.domain.media import Dimensions
from herald.domain.renditions import Bounds
from herald.media import shrink
from herald.media.shrink import Shrunk
from tests import files


def rough(size: tuple[int, int]) -> bytes:
    """A JPEG whose every pixel differs from the next: nothing compresses worse."""
    return files.encoded(Image.effect_noise(size, 60).convert("RGB"), "JPEG", quality=95)


def shown(made: Shrunk) -> Image.Image:
    image: Image.Image = Image.open(io.BytesIO(made.data))
    return image


def test_what_less_quality_makes_fit_keeps_its_pixels() -> None:
    data = rough((400, 300))

    made = shrink.shrink(data, Bounds(bytes=int(len(data) * 0.7)))

    assert made.file.dimensions == shown(made).size == (400, 300)
    assert made.file.size == len(made.data) <= len(data) * 0.7


@pytest.mark.parametrize("share", [0.2, 0.02])
def test_what_quality_alone_does_not_do_pixels_do(share: float) -> None:
    data = rough((400, 300))

    made = shrink.shrink(data, Bounds(bytes=int(len(data) * share)))

    assert made.file.dimensions == shown(made).size
    assert shown(made).width < 400
    assert abs(shown(made).width / shown(made).height - 4 / 3) < 0.05
    assert len(data) * share * 0.4 <= made.file.size <= len(data) * share


@pytest.mark.parametrize("bounds", [Bounds(width=100), Bounds(height=75), Bounds(pixels=7_500)])
def test_a_picture_is_scaled_to_its_bounds(bounds: Bounds) -> None:
    made = shrink.shrink(rough((400, 300)), bounds)

    assert made.file.dimensions in {
        Dimensions(100, 75),
        Dimensions(100, 74),
        Dimensions(99, 75),
        Dimensions(99, 74),
    }


def test_a_picture_is_never_enlarged() -> None:
    assert shrink.shrink(
        rough((40, 30)), Bounds(width=1_000, pixels=1_000_000)
    ).file.dimensions == (40, 30)


def test_a_picture_of_greys_stays_grey() -> None:
    grey = files.encoded(Image.effect_noise((200, 200), 60), "JPEG")

    assert shown(shrink.shrink(grey, Bounds(bytes=len(grey) // 2))).mode == "L"


def test_what_cannot_be_made_to_fit_is_refused() -> None:
    with pytest.raises(FileError, match="100 bytes"):
        shrink.shrink(rough((400, 300)), Bounds(bytes=100))


def test_a_huge_picture_is_decoded_at_half_its_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrink, "DECODED", 50_000)

    assert shrink.shrink(rough((400, 300)), Bounds(bytes=1_000_000)).file.dimensions == (200, 150)

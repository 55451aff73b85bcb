"""What becomes of a picture's pixels."""

import io

import pytest
from PIL import Image, ImageChops, ImageCms

from herald.domain.media import ContentType
from herald.media.normalize import normalize
from tests import files

RED, BLUE, WHITE, GREY = (255, 0, 0), (0, 0, 255), (255, 255, 255), (128, 128, 128)
NEAR = 5  # a JPEG is never exact


def opened(data: bytes) -> Image.Image:
    image: Image.Image = Image.open(io.BytesIO(data))
    return image


def made(data: bytes, content_type: ContentType) -> Image.Image:
    return opened(normalize(data, content_type).data)


def shows(image: Image.Image, x: int, y: int, colour: tuple[int, int, int]) -> bool:
    pixel = image.convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    return all(abs(value - wanted) <= NEAR for value, wanted in zip(pixel, colour, strict=True))


def swapped() -> bytes:
    """A colour profile in which red is blue."""
    profile: bytes = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"rXYZ", b"####"), (b"bXYZ", b"rXYZ"), (b"####", b"bXYZ")):
        profile = profile.replace(old, new)
    return profile.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))


def test_a_jpeg_that_is_fine_keeps_its_every_pixel() -> None:
    data = files.turned(1)

    result = normalize(data, ContentType.JPEG).data

    assert ImageChops.difference(opened(result), opened(data)).getbbox() is None
    assert len(result) < len(data)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_what_is_clear_becomes_white(form: str) -> None:
    image = Image.new("RGBA", (16, 16), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 8, 16))

    result = made(files.encoded(image, form, lossless=True), ContentType(f"image/{form.lower()}"))

    assert (result.format, result.mode) == ("JPEG", "RGB")
    assert shows(result, 2, 8, RED)
    assert shows(result, 13, 8, WHITE)


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [
        (1, (0, 0)),
        (2, (1, 0)),
        (3, (1, 1)),
        (4, (0, 1)),
        (5, (0, 0)),
        (6, (1, 0)),
        (7, (1, 1)),
        (8, (0, 1)),
    ],
)
def test_a_turned_picture_is_put_upright(orientation: int, corner: tuple[int, int]) -> None:
    image = Image.new("RGB", (64, 32), "white")
    exif = Image.Exif()
    image.paste("red", (0, 0, 16, 16))
    exif[0x0112] = orientation

    result = made(files.encoded(image, "JPEG", exif=exif), ContentType.JPEG)

    assert result.size == ((64, 32) if orientation < 5 else (32, 64))
    x, y = (4 + corner[0] * (result.width - 8), 4 + corner[1] * (result.height - 8))
    assert shows(result, x, y, RED)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_colours_of_another_profile_are_those_of_srgb(form: str) -> None:
    data = files.encoded(Image.new("RGB", (16, 16), "red"), form, icc_profile=swapped())

    result = made(data, ContentType(f"image/{form.lower()}"))

    assert shows(result, 8, 8, BLUE)
    assert "icc_profile" not in result.info


def test_ink_becomes_light() -> None:
    result = made(
        files.encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG"), ContentType.JPEG
    )

    assert result.mode == "RGB"
    assert shows(result, 8, 8, RED)


def test_sixteen_bits_of_grey_are_scaled_not_cut() -> None:
    data = files.encoded(Image.new("I;16", (16, 16), 0x8000), "PNG")

    assert shows(made(data, ContentType.PNG), 8, 8, GREY)


def test_a_gif_keeps_its_frames_and_its_loop() -> None:
    result = made(files.moving("GIF", loop=0, comment=b"SECRET"), ContentType.GIF)

    assert (result.format, getattr(result, "n_frames", 1), result.info["loop"]) == ("GIF", 3, 0)


@pytest.mark.parametrize(
    ("size", "small"), [((1_600, 800), (400, 200)), ((800, 1_600), (200, 400)), ((9, 5), (9, 5))]
)
def test_a_thumbnail_is_400_pixels_at_its_longest(
    size: tuple[int, int], small: tuple[int, int]
) -> None:
    for form in ("JPEG", "PNG", "GIF"):
        thumbnail = opened(
            normalize(
                files.picture(form, size=size), ContentType(f"image/{form.lower()}")
            ).thumbnail
        )

        assert (thumbnail.format, thumbnail.size) == ("JPEG", small)

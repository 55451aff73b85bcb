"""Pictures as every network takes them: upright, in sRGB, without private data.

PNG and WebP become JPEG. A JPEG that is upright and in sRGB already keeps all its coefficients.
Pillow is in a Lambda layer of its own.
"""

import io
import struct
import warnings
import zlib
from collections.abc import Mapping

from PIL import GifImagePlugin, ImageCms, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from PIL.Image import DecompressionBombError, Image, Resampling, Transpose, new

from herald.domain.errors import FileError
from herald.domain.media import ContentType, Dimensions, File, Flaw
from herald.domain.values import frozen
from herald.media import pictures

# More than any network takes (LinkedIn: 36 million). The function's memory is enough for so many.
MAX_PIXELS = 64_000_000
MAX_SIDE = 65_500  # pixels of a side that libjpeg can write
THUMBNAIL = 400  # pixels of the longest side
QUALITY = 90
THUMBNAIL_QUALITY = 80
ORIENTATION = 0x0112  # EXIF's tag

DECODERS: Mapping[ContentType, type[Image]] = {
    ContentType.JPEG: JpegImagePlugin.JpegImageFile,
    ContentType.PNG: PngImagePlugin.PngImageFile,
    ContentType.GIF: GifImagePlugin.GifImageFile,
    ContentType.WEBP: WebPImagePlugin.WebPImageFile,
}
UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    struct.error,
    zlib.error,
)


@frozen
class Normalized:
    """The file that is published, with its `data`, and the thumbnail that lists show."""

    file: File
    data: bytes
    thumbnail: bytes


def normalize(
    data: bytes, content_type: ContentType, *, max_pixels: int = MAX_PIXELS
) -> Normalized:
    """Return the picture as a JPEG; a GIF stays a GIF. Raises FileError."""
    picture = pictures.read_picture(data, content_type)
    try:
        with warnings.catch_warnings(action="ignore"):  # of broken EXIF, which is dropped
            decoder = DECODERS[content_type]
            image: Image = decoder(io.BytesIO(data))  # type: ignore[call-arg]  # plugins take a file
            check_pixels(image, max_pixels)
            if stays(image, content_type):
                return kept_as_it_is(image, picture.kept, content_type)
            return converted(image)
    except DecompressionBombError as error:  # a frame larger than the picture it is in
        message = "The picture has a frame that is too large."
        raise FileError(Flaw.DECOMPRESSION_BOMB, message) from error
    except BROKEN as error:
        raise FileError(Flaw.MALFORMED, "The picture cannot be decoded.") from error


def check_pixels(image: Image, max_pixels: int) -> None:
    """Raise FileError for too many pixels. The header announces them, so nothing is decoded yet."""
    if image.width * image.height > max_pixels or max(image.size) > MAX_SIDE:
        pixels = f"{image.width} x {image.height} pixels"
        limits = f"{max_pixels}, and {MAX_SIDE} on a side"
        message = f"The picture has {pixels}; it may have {limits}."
        raise FileError(Flaw.DECOMPRESSION_BOMB, message)


def stays(image: Image, content_type: ContentType) -> bool:
    """Whether the picture can be sent with the coefficients that it has."""
    if content_type is ContentType.GIF:
        return True
    plain = content_type is ContentType.JPEG and image.mode in {"RGB", "L"}
    return plain and orientation(image) == 1 and foreign_profile(image) is None


def kept_as_it_is(image: Image, data: bytes, content_type: ContentType) -> Normalized:
    """Return `data` as it is, with a thumbnail.

    The picture is decoded for the thumbnail, and to check that it can be decoded. A JPEG is decoded
    at an eighth of its size, which is cheap.
    """
    shown = Dimensions(*image.size)
    image.draft("RGB", (THUMBNAIL, THUMBNAIL))
    image.load()
    file = File(size=len(data), content_type=content_type, dimensions=shown)
    return Normalized(file=file, data=data, thumbnail=thumbnail(on_white(image)))


def converted(image: Image) -> Normalized:
    turn = UPRIGHT.get(orientation(image))
    profile = foreign_profile(image)
    image = in_srgb(on_white(image), profile)
    image = image.transpose(turn) if turn is not None else image
    data = as_jpeg(image, QUALITY)
    file = File(size=len(data), content_type=ContentType.JPEG, dimensions=Dimensions(*image.size))
    return Normalized(file=file, data=data, thumbnail=thumbnail(image))


def orientation(image: Image) -> int:
    """Return the orientation in EXIF, or 1 (upright) if none can be read."""
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except BROKEN:
        return 1
    return value if value in UPRIGHT else 1


def foreign_profile(image: Image) -> ImageCms.ImageCmsProfile | None:
    """Return the embedded colour profile if it must be applied.

    Return None for a profile that is sRGB's, that cannot be read or that does not fit the pixels.
    """
    raw = image.info.get("icc_profile")
    if not raw:
        return None
    try:
        profile = ImageCms.getOpenProfile(io.BytesIO(raw))
    except (ImageCms.PyCMSError, *BROKEN):
        return None
    description = profile.profile.profile_description
    space = profile.profile.xcolor_space.strip()
    if description and "sRGB" in description:
        return None
    fits = space == {"L": "GRAY", "LA": "GRAY", "CMYK": "CMYK"}.get(image.mode, "RGB")
    return profile if fits else None


def on_white(image: Image) -> Image:
    """Return the pixels as RGB, L or CMYK of 8 bits, on white where they are transparent."""
    image.load()
    if image.mode.startswith("I"):  # 16 bits of grey; Pillow would cut instead of scale
        return image.convert("I").point(lambda value: value / 257).convert("L")
    if image.mode in {"RGB", "L", "CMYK"} and "transparency" not in image.info:
        return image
    if image.mode == "1" and "transparency" not in image.info:
        return image.convert("L")
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image if image.mode == "RGBA" else image.convert("RGBA")
    ground = new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def in_srgb(image: Image, profile: ImageCms.ImageCmsProfile | None) -> Image:
    if profile is not None:
        srgb = ImageCms.createProfile("sRGB")
        try:
            rgb = ImageCms.profileToProfile(image, profile, srgb, outputMode="RGB")
        except ImageCms.PyCMSError:
            rgb = None  # the profile is not of the kind that its header says
        if rgb is not None:
            return rgb
    return image.convert("RGB") if image.mode == "CMYK" else image


def thumbnail(image: Image) -> bytes:
    scale = min(1, THUMBNAIL / max(image.size))
    width = max(1, round(image.width * scale))
    height = max(1, round(image.height * scale))
    small = image.resize((width, height), Resampling.BICUBIC, reducing_gap=2.0)
    return as_jpeg(in_srgb(small, None), THUMBNAIL_QUALITY)


def as_jpeg(image: Image, quality: int) -> bytes:
    """Return a JPEG that contains only pixels."""
    buffer = io.BytesIO()
    image.info = {}
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()

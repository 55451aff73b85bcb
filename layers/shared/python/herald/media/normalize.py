"""Pictures as every network takes them: upright, in sRGB, without what is private. PNG and WebP become JPEG.

Pillow lies in a layer of its own. A JPEG that is fine already keeps its every coefficient.
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

MAX_PIXELS = 64_000_000  # more than any network takes (LinkedIn: 36 million), and what the function's memory is made for
MAX_SIDE = 65_500  # of a JPEG, as libjpeg writes it
THUMBNAIL = 400  # pixels of the longest side
QUALITY, THUMBNAIL_QUALITY = 90, 80
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
    """What publishing sends, and what is shown in a list."""

    file: File
    data: bytes
    thumbnail: bytes


def normalize(
    data: bytes, content_type: ContentType, *, max_pixels: int = MAX_PIXELS
) -> Normalized:
    """The picture as a JPEG; a GIF stays one. Raises FileError."""
    picture = pictures.read_picture(data, content_type)
    try:
        with warnings.catch_warnings(action="ignore"):  # of broken EXIF, which is dropped
            image: Image = DECODERS[content_type](io.BytesIO(data))  # type: ignore[call-arg]  # every plugin takes a file
            check_pixels(image, max_pixels)
            return (
                kept_as_it_is(image, picture.kept, content_type)
                if stays(image, content_type)
                else converted(image)
            )
    except DecompressionBombError as error:  # a frame larger than the picture it is in
        raise FileError(
            Flaw.DECOMPRESSION_BOMB, "The picture has a frame that is too large."
        ) from error
    except BROKEN as error:
        raise FileError(Flaw.MALFORMED, "The picture cannot be decoded.") from error


def check_pixels(image: Image, max_pixels: int) -> None:
    """Before anything is decoded: what its header announces is what it would take."""
    if image.width * image.height > max_pixels or max(image.size) > MAX_SIDE:
        message = f"The picture has {image.width} x {image.height} pixels; it may have {max_pixels}, and {MAX_SIDE} on a side."
        raise FileError(Flaw.DECOMPRESSION_BOMB, message)


def stays(image: Image, content_type: ContentType) -> bool:
    """Whether its coefficients can be sent as they are."""
    if content_type is ContentType.GIF:
        return True
    plain = content_type is ContentType.JPEG and image.mode in {"RGB", "L"}
    return plain and orientation(image) == 1 and foreign_profile(image) is None


def kept_as_it_is(image: Image, data: bytes, content_type: ContentType) -> Normalized:
    """Decoded all the same, for the thumbnail, and to know that it can be; a JPEG at an eighth of its size, which is cheap."""
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
    """EXIF's, 1 for upright; what cannot be read says nothing."""
    try:
        found = image.getexif().get(ORIENTATION, 1)
    except BROKEN:
        return 1
    return found if found in UPRIGHT else 1


def foreign_profile(image: Image) -> ImageCms.ImageCmsProfile | None:
    """The embedded colour profile, unless it is sRGB's, or cannot be read, or is none for such pixels."""
    raw = image.info.get("icc_profile")
    if not raw:
        return None
    try:
        profile = ImageCms.getOpenProfile(io.BytesIO(raw))
    except (ImageCms.PyCMSError, *BROKEN):
        return None
    described, space = (
        profile.profile.profile_description or "",
        profile.profile.xcolor_space.strip(),
    )
    fits = space == {"L": "GRAY", "LA": "GRAY", "CMYK": "CMYK"}.get(image.mode, "RGB")
    return profile if fits and "sRGB" not in described else None


def on_white(image: Image) -> Image:
    """The pixels, as RGB, L or CMYK of 8 bits, what is transparent on white."""
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
        try:
            turned = ImageCms.profileToProfile(
                image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except ImageCms.PyCMSError:
            turned = None  # a profile that says one thing and holds another
        if turned is not None:
            return turned
    return image.convert("RGB") if image.mode == "CMYK" else image


def thumbnail(image: Image) -> bytes:
    scale = min(1, THUMBNAIL / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return as_jpeg(
        in_srgb(image.resize(size, Resampling.BICUBIC, reducing_gap=2.0), None), THUMBNAIL_QUALITY
    )


def as_jpeg(image: Image, quality: int) -> bytes:
    """As a JPEG that says nothing but its pixels."""
    buffer = io.BytesIO()
    image.info = {}
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()

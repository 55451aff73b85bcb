"""Pictures made smaller, to fit the bounds of a network.

A JPEG is encoded anew, first with less quality, then with fewer pixels. It is upright and in sRGB
already, because `normalize` made it so. Pillow is in a Lambda layer of its own.
"""

import io

from PIL import JpegImagePlugin
from PIL.Image import Image, Resampling

from herald.domain.errors import FileError
from herald.domain.media import ContentType, Dimensions, File, Flaw
from herald.domain.renditions import Bounds
from herald.domain.values import frozen
from herald.media.normalize import as_jpeg

QUALITIES = (85, 75, 65)  # below 65, fewer pixels look better than visible blocks
SCALED = 75
WITHIN_REACH = 2.5  # times the allowed bytes; a larger file does not fit at any quality
# Pixels at most in memory, as no network shows more. A JPEG of more is decoded at half its sides.
DECODED = 24_000_000
MARGIN = 0.95  # of the sides, because bytes do not fall evenly with pixels
LEAST = 64  # pixels of the longer side; a smaller picture is hard to recognise


@frozen
class Shrunk:
    """A picture within its bounds."""

    file: File
    data: bytes


def shrink(data: bytes, bounds: Bounds) -> Shrunk:
    """Return the JPEG within its bounds, never with more pixels than it had.

    Raises FileError if it cannot be made to fit.
    """
    image = scaled(decoded(data, bounds), bounds)
    encoded = b""
    reachable = bounds.allows(int(len(data) / WITHIN_REACH))
    for quality in QUALITIES if reachable else [SCALED]:
        encoded = as_jpeg(image, quality)
        if bounds.allows(len(encoded)):
            return shrunk(image, encoded)
    allowed = bounds.bytes if bounds.bytes else 0
    while max(image.size) > LEAST:
        scale = min(allowed / len(encoded), 1) ** 0.5 * MARGIN
        image = resized(image, scale)
        encoded = as_jpeg(image, SCALED)
        if bounds.allows(len(encoded)):
            return shrunk(image, encoded)
    message = f"The picture cannot be made to fit into {bounds.bytes} bytes."
    raise FileError(Flaw.FILE_TOO_LARGE, message)


def shrunk(image: Image, data: bytes) -> Shrunk:
    file = File(size=len(data), content_type=ContentType.JPEG, dimensions=Dimensions(*image.size))
    return Shrunk(file=file, data=data)


def decoded(data: bytes, bounds: Bounds) -> Image:
    """Decode the JPEG with as few pixels as are needed, as far as halving its sides allows.

    The decoder then never makes the other pixels.
    """
    image: Image = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    scale = bounds.scale(Dimensions(*image.size))
    if image.width * image.height > DECODED:
        scale = min(scale, 0.5)
    image.draft(image.mode, (int(image.width * scale), int(image.height * scale)))
    image.load()
    return image


def scaled(image: Image, bounds: Bounds) -> Image:
    scale = bounds.scale(Dimensions(*image.size))
    return resized(image, scale) if scale < 1 else image


def resized(image: Image, scale: float) -> Image:
    """Resize the picture. Its sides are rounded down, so that it exceeds no bound by a pixel."""
    width = max(1, int(image.width * scale))
    height = max(1, int(image.height * scale))
    return image.resize((width, height), Resampling.LANCZOS, reducing_gap=3.0)

"""Pictures made smaller: a JPEG anew within a network's bounds, first with less quality, then with fewer pixels.

Pillow lies in a layer of its own. What comes in is upright and in sRGB already: `normalize` has seen to it.
"""

import io

from PIL import JpegImagePlugin
from PIL.Image import Image, Resampling

from herald.domain.errors import FileError
from herald.domain.media import ContentType, Dimensions, File, Flaw
from herald.domain.renditions import Bounds
from herald.domain.values import frozen
from herald.media.normalize import as_jpeg

QUALITIES = (85, 75, 65)  # below them, fewer pixels look better than blocks
SCALED = 75
WITHIN_REACH = 2.5  # times the bytes it may have: more than that, no quality saves
DECODED = 24_000_000  # pixels at most in memory: no network shows more, and a JPEG of more is decoded to half its sides
MARGIN = 0.95  # of the sides, as bytes do not fall evenly with pixels
LEAST = 64  # pixels of the longer side: nobody recognises less


@frozen
class Shrunk:
    """A picture within its bounds."""

    file: File
    data: bytes


def shrink(data: bytes, bounds: Bounds) -> Shrunk:
    """The JPEG, never larger than it was. Raises FileError when it cannot be made to fit."""
    image = scaled(decoded(data, bounds), bounds)
    made = b""
    reachable = bounds.allows(int(len(data) / WITHIN_REACH))
    for quality in QUALITIES if reachable else [SCALED]:
        made = as_jpeg(image, quality)
        if bounds.allows(len(made)):
            return shrunk(image, made)
    while max(image.size) > LEAST:
        image = resized(image, min((bounds.bytes or 0) / len(made), 1) ** 0.5 * MARGIN)
        made = as_jpeg(image, SCALED)
        if bounds.allows(len(made)):
            return shrunk(image, made)
    raise FileError(
        Flaw.FILE_TOO_LARGE, f"The picture cannot be made to fit into {bounds.bytes} bytes."
    )


def shrunk(image: Image, data: bytes) -> Shrunk:
    file = File(size=len(data), content_type=ContentType.JPEG, dimensions=Dimensions(*image.size))
    return Shrunk(file=file, data=data)


def decoded(data: bytes, bounds: Bounds) -> Image:
    """At no more pixels than are needed, as far as halving allows: the decoder then never makes them."""
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
    """Rounded down, so that no bound is passed by a pixel."""
    size = max(1, int(image.width * scale)), max(1, int(image.height * scale))
    return image.resize(size, Resampling.LANCZOS, reducing_gap=3.0)

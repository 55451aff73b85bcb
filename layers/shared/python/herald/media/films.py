"""Films: their properties and their posters.

`player` looks at a film in a process of its own, because a hostile film may kill the process.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any

from herald.domain.errors import FileError
from herald.domain.media import ContentType, Dimensions, File
from herald.media import outline
from herald.media.reader import QUESTION, DiedError, Reader

WALL_CLOCK_LIMIT = 25.0  # seconds for one look: 16 MB in pieces take 8
START = (
    "import sys; sys.path[:] = sys.argv[4:]; "
    "from herald.media import player; player.main(*sys.argv[1:4])"
)
MAX_SAID = 1 << 20  # bytes: a poster of 400 x 400 has 480,000


def look(
    reader: Reader, content_type: ContentType, *, patience: float = WALL_CLOCK_LIMIT
) -> tuple[File, bytes | None]:
    """Return the film's properties, and its poster as a JPEG, or None if no picture can be shown.

    Raises FileError, DiedError.
    """
    begin = outline.parts_begin(reader, content_type)
    arguments = [content_type, str(reader.size), "" if begin is None else str(begin)]
    with playing(arguments, patience) as player:
        head, _, pixels = served(player, reader).partition(b"\n")
    description = json.loads(head)
    if "flaw" in description:
        raise FileError(description["flaw"], description["message"])
    file = File(
        size=reader.size,
        content_type=content_type,
        dimensions=Dimensions(*description["shown"]),
        duration_seconds=description["seconds"],
        codecs=tuple(description["codecs"]),
        frame_rate=description["rate"],
    )
    if not description["poster"]:
        return file, None
    return file, poster(pixels, *description["poster"])


@contextmanager
def playing(arguments: list[str], patience: float) -> Iterator[subprocess.Popen[bytes]]:
    """Run a player for `patience` seconds at most. Its import path is that of this process."""
    command = [sys.executable, "-I", "-S", "-c", START, *arguments, *sys.path]
    pipe = subprocess.PIPE
    # S603: it starts our own code, without a shell.
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as player:  # noqa: S603
        timer = Timer(patience, player.kill)
        timer.start()
        try:
            yield player
        finally:
            timer.cancel()
            player.kill()
            if player.stdin:
                with suppress(BrokenPipeError):  # a dead player cannot take the rest
                    player.stdin.close()


def served(player: subprocess.Popen[bytes], reader: Reader) -> bytes:
    """Give the player the bytes that it asks for, and return its last message.

    Raises DiedError, FileError.
    """
    assert player.stdin, "a pipe"
    assert player.stdout, "a pipe"
    assert player.stderr, "a pipe"
    while len(question := player.stdout.read(QUESTION.size)) == QUESTION.size:
        at, count = QUESTION.unpack(question)
        if count == 0:
            message = player.stdout.read(min(at, MAX_SAID))
            if len(message) == at:
                return message
            break
        try:
            player.stdin.write(reader.read(at, count))
            player.stdin.flush()
        except BrokenPipeError:
            break
    player.kill()
    status = player.wait()
    errors = player.stderr.read()[-1_000:].decode(errors="replace")
    raise DiedError(f"ended with {status}: {errors}")


def poster(pixels: bytes, width: int, height: int, *matrix: int) -> bytes:
    """Return the poster upright, as a JPEG."""
    from PIL import Image  # noqa: PLC0415 - Pillow lies in a layer of its own

    from herald.media.normalize import THUMBNAIL_QUALITY, as_jpeg  # noqa: PLC0415

    image = Image.frombytes("RGB", (width, height), pixels)
    turn = turned(*matrix)
    return as_jpeg(image if turn is None else image.transpose(turn), THUMBNAIL_QUALITY)


def turned(a: int, b: int, c: int, d: int) -> Any:
    """Return the turn that makes a picture upright, or None.

    The picture's x axis is shown along (a, b), and its y axis, which points down, along (c, d).
    """
    from PIL.Image import Transpose  # noqa: PLC0415

    if abs(b) > abs(a):
        quarter = {
            (1, 1): Transpose.TRANSPOSE,
            (1, -1): Transpose.ROTATE_270,
            (-1, 1): Transpose.ROTATE_90,
        }
        return quarter.get((sign(b), sign(c)), Transpose.TRANSVERSE)
    half = {(1, 1): None, (-1, 1): Transpose.FLIP_LEFT_RIGHT, (1, -1): Transpose.FLIP_TOP_BOTTOM}
    return half.get((sign(a), sign(d)), Transpose.ROTATE_180)


def sign(value: int) -> int:
    return 1 if value >= 0 else -1

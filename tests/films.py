"""Films as ffmpeg makes them, and what ffprobe says of them.

herald reads films with another library. Each film is made once, into .cache, and kept. `make
ffmpeg` installs ffmpeg and ffprobe.
"""

import hashlib
import json
import shutil
import subprocess
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

from PIL import Image

CACHE = Path(__file__).parent.parent / ".cache" / "films"
SOURCE = "testsrc2=size={size}:rate={rate}:duration={seconds}"
SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:duration={seconds}")

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
HEVC = (
    "-c:v",
    "libx265",
    "-preset",
    "ultrafast",
    "-x265-params",
    "log-level=none",
    "-tag:v",
    "hvc1",
)
AV1 = ("-c:v", "libsvtav1", "-preset", "12")
VP8, VP9 = (
    ("-c:v", "libvpx", "-deadline", "realtime"),
    ("-c:v", "libvpx-vp9", "-deadline", "realtime"),
)
MPEG4, MJPEG, PRORES = (
    ("-c:v", "mpeg4"),
    ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p"),
    ("-c:v", "prores_ks"),
)
AAC, OPUS, VORBIS = ("-c:a", "aac"), ("-c:a", "libopus"), ("-c:a", "libvorbis")
MP3, PCM = ("-c:a", "libmp3lame"), ("-c:a", "pcm_s16le")
HDTV = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
HDR = ("-colorspace", "bt2020nc", "-color_primaries", "bt2020", "-color_trc", "arib-std-b67")
FRAGMENTS = ("-movflags", "frag_keyframe+empty_moov+default_base_moof", "-g", "6")


class Recipe(NamedTuple):
    """How a film is made.

    `ending` names the container, `change` alters the bytes that ffmpeg wrote, and `piped` writes to
    a pipe, so that ffmpeg cannot go back.
    """

    ending: str
    options: tuple[str, ...]
    size: str = "160x90"
    rate: str = "24"
    seconds: str = "1"
    sound: bool = True
    piped: bool = False
    change: Callable[[bytes], bytes] | None = None
    of: str = ""  # the recipe whose film it is made of, instead of the source


def matrix(*values: int) -> Callable[[bytes], bytes]:
    """The display matrix of the first track, the film's."""

    def changed(content: bytes) -> bytes:
        at = content.index(b"tkhd") + 44
        return (
            content[:at]
            + b"".join(each.to_bytes(4, signed=True) for each in values)
            + content[at + 36 :]
        )

    return changed


ONE, END = 1 << 16, 1 << 30
CHANGEABLE = b"tkhd" + bytes(80)
QUARTER = matrix(0, ONE, 0, -ONE, 0, 0, 0, 0, END)
THREE_QUARTERS = matrix(0, -ONE, 0, ONE, 0, 0, 0, 0, END)

RECIPES: dict[str, Recipe] = {
    "mp4 h264": Recipe("mp4", (*H264, *AAC)),
    "mp4 h264 with its index first": Recipe("mp4", (*H264, *AAC, "-movflags", "+faststart")),
    "mp4 h264 without sound": Recipe("mp4", H264, sound=False),
    "mp4 h264 large": Recipe("mp4", (*H264, *AAC), size="1280x720", rate="10", seconds="0.5"),
    "mp4 h264 in HDTV's colours": Recipe(
        "mp4", (*H264, "-vf", "scale=out_color_matrix=bt709", *HDTV), size="1280x720", rate="10"
    ),
    "mp4 h264 of full range": Recipe(
        "mp4", (*H264, *AAC, "-pix_fmt", "yuvj420p", "-color_range", "pc")
    ),
    "mp4 h264 of 29.97": Recipe("mp4", (*H264, *AAC), rate="30000/1001"),
    "mp4 h264 of 60": Recipe("mp4", (*H264, *AAC), rate="60", seconds="0.5"),
    "mp4 h264 of one frame": Recipe("mp4", H264, rate="1", sound=False),
    "mp4 h264 with all its colours": Recipe(
        "mp4", (*H264, "-pix_fmt", "yuv444p"), size="62x34", sound=False
    ),
    "mp4 hevc": Recipe("mp4", (*HEVC, *AAC)),
    "mov hevc in HDR": Recipe(
        "mov",
        (*HEVC[:-4], "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=none", *HDR, *HEVC[-2:]),
    ),
    "mp4 av1": Recipe("mp4", (*AV1, *OPUS)),
    "mp4 vp9": Recipe("mp4", (*VP9, *OPUS)),
    "mp4 mpeg4": Recipe("mp4", (*MPEG4, *MP3)),
    "mov h264": Recipe("mov", (*H264, *AAC), size="320x180"),
    "mov h264 and pcm": Recipe("mov", (*H264, *PCM)),
    "mov h264 with a timecode": Recipe("mov", (*H264, *AAC, "-timecode", "01:00:00:00")),
    "mov hevc": Recipe("mov", (*HEVC, *AAC)),
    "mov prores": Recipe("mov", (*PRORES, *PCM), seconds="0.2"),
    "mov mjpeg": Recipe("mov", (*MJPEG, *AAC)),
    "webm vp8": Recipe("webm", (*VP8, *VORBIS)),
    "webm vp9": Recipe("webm", (*VP9, *OPUS)),
    "webm av1": Recipe("webm", (*AV1, *OPUS)),
    "avi mpeg4": Recipe("avi", (*MPEG4, *MP3)),
    "avi mpeg4 and aac": Recipe("avi", (*MPEG4, *AAC)),
    "avi h264": Recipe("avi", (*H264, *MP3)),
    "avi mjpeg": Recipe("avi", (*MJPEG, *PCM)),
    "avi msmpeg4": Recipe("avi", ("-c:v", "msmpeg4", *MP3)),
    "mp4 turned by 90": Recipe("mp4", (*H264, *AAC), change=QUARTER),
    "mp4 turned by 180": Recipe(
        "mp4", (*H264, *AAC), change=matrix(-ONE, 0, 0, 0, -ONE, 0, 0, 0, END)
    ),
    "mp4 turned by 270": Recipe("mp4", (*H264, *AAC), change=THREE_QUARTERS),
    "mov turned by 90": Recipe("mov", (*H264, *AAC), change=QUARTER),
    "mov turned by 270": Recipe("mov", (*HEVC, *AAC), change=THREE_QUARTERS),
    "mp4 mirrored": Recipe(
        "mp4", H264, sound=False, change=matrix(-ONE, 0, 0, 0, ONE, 0, 0, 0, END)
    ),
    "mp4 upside down": Recipe(
        "mp4", H264, sound=False, change=matrix(ONE, 0, 0, 0, -ONE, 0, 0, 0, END)
    ),
    "mp4 turned and mirrored": Recipe(
        "mp4", H264, sound=False, change=matrix(0, ONE, 0, ONE, 0, 0, 0, 0, END)
    ),
    "mp4 in fragments": Recipe("mp4", (*H264, *FRAGMENTS), sound=False),
    "mp4 in fragments with sound": Recipe("mp4", (*H264, *AAC, *FRAGMENTS)),
    "mp4 in fragments with an index of them": Recipe(
        "mp4", (*H264, *AAC, "-movflags", "dash+global_sidx+frag_keyframe", "-g", "6")
    ),
    "mp4 in fragments, turned": Recipe("mp4", (*H264, *FRAGMENTS), sound=False, change=QUARTER),
    "mp4 of a pipe": Recipe(
        "mp4", (*H264, *AAC, "-movflags", "frag_every_frame+empty_moov"), piped=True
    ),
    "mov in fragments": Recipe("mov", (*H264, *AAC, *FRAGMENTS)),
    "mp4 that begins later": Recipe("mp4", ("-ss", "0.3", "-c", "copy"), of="mp4 h264"),
    "mp4 whose film begins later": Recipe(
        "mp4", (*H264, *AAC, "-af", "adelay=0", "-vf", "setpts=PTS+0.5/TB")
    ),
    "mov that begins later": Recipe("mov", ("-ss", "0.3", "-c", "copy"), of="mov h264"),
    "webm vp8 of a browser": Recipe("webm", (*VP8, "-g", "8"), sound=False, piped=True),
    "webm vp9 of a browser": Recipe("webm", (*VP9, *OPUS, "-g", "8"), piped=True),
    "mp4 of wide pixels": Recipe("mp4", (*H264, *AAC, "-vf", "setsar=4/3")),
    "mov of narrow pixels, turned": Recipe(
        "mov", (*H264, *AAC, "-vf", "setsar=8/9"), change=QUARTER
    ),
    "webm of wide pixels": Recipe("webm", (*VP9, *OPUS, "-vf", "setsar=4/3")),
}
HOSTILE = {
    "mov of 41 million pixels": Recipe("mov", MJPEG, size="8192x5000", rate="1", sound=False)
}


def run(*command: str) -> bytes:
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr[-2_000:].decode()}"
    return done.stdout


@cache
def version() -> str:
    return run("ffmpeg", "-version").decode().split("\n")[0]


def film(name: str) -> Path:
    """The film of that name."""
    recipe = (RECIPES | HOSTILE)[name]
    changed = recipe.change(CHANGEABLE) if recipe.change else b""
    digest = hashlib.sha256(
        f"{version()} {recipe[:-2]} {recipe.of} {changed!r}".encode()
    ).hexdigest()[:12]
    path = CACHE / f"{name.replace(' ', '-')}-{digest}.{recipe.ending}"
    return path if path.exists() else made(recipe, path)


def content(name: str) -> bytes:
    return film(name).read_bytes()


def made(recipe: Recipe, path: Path) -> Path:
    """The film at this path; whoever makes it at the same time makes the same."""
    CACHE.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(dir=CACHE))
    new = folder / path.name
    source = SOURCE.format(size=recipe.size, rate=recipe.rate, seconds=recipe.seconds)
    given = (
        "-f",
        "lavfi",
        "-i",
        source,
        *(each.format(seconds=recipe.seconds) for each in SOUND if recipe.sound),
    )
    inputs = (*recipe.options[:2], "-i", str(film(recipe.of))) if recipe.of else given
    options = recipe.options[2:] if recipe.of else recipe.options
    form = ("-f", recipe.ending, "pipe:1") if recipe.piped else (str(new),)
    piped = run("ffmpeg", "-v", "error", "-y", *inputs, *options, "-threads", "2", *form)
    if recipe.piped:
        new.write_bytes(piped)
    if recipe.change:
        new.write_bytes(recipe.change(new.read_bytes()))
    new.replace(path)
    shutil.rmtree(folder)
    return path


def judged(path: Path) -> dict[str, Any]:
    """What ffprobe says of the file."""
    asked = ("-show_format", "-show_streams", "-show_packets")
    found: dict[str, Any] = json.loads(
        run("ffprobe", "-v", "error", *asked, "-of", "json", str(path))
    )
    return found


def broken(path: Path) -> bool:
    """Whether ffmpeg, which plays it to its end, complains."""
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), "-f", "null", "-"],
        capture_output=True,
        check=False,
    )
    return bool(done.returncode or done.stderr)


def first_picture(path: Path, size: tuple[int, int]) -> Image.Image:
    """As ffmpeg shows it, upright."""
    scaled = (
        "-frames:v",
        "1",
        "-vf",
        f"scale={size[0]}:{size[1]}:flags=bicubic",
        "-pix_fmt",
        "rgb24",
        "-f",
        "rawvideo",
    )
    return Image.frombytes(
        "RGB", size, run("ffmpeg", "-v", "error", "-i", str(path), *scaled, "pipe:1")
    )


def players() -> list[int]:
    """The processes that this thread started to look at films, and that run."""
    task = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    return [
        int(each)
        for each in task.read_text().split()
        if b"player.main" in Path(f"/proc/{each}/cmdline").read_bytes()
    ]

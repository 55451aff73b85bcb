"""Measures pictures: bytes read to know one, and 12 megapixels made ready, and made smaller.

`python -m benchmarks.pictures`.

Bare Pillow's work stands beside ours. Each run is a process of its own, whose peak is that of the
whole process. The best of three runs counts, because the machine is shared.
"""

import io
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image

from benchmarks.table import show
from herald.domain.media import ContentType
from herald.domain.renditions import Bounds
from herald.media.inspect import identify
from herald.media.normalize import QUALITY, normalize
from herald.media.reader import BLOCK
from herald.media.shrink import SCALED, shrink

SIZE = (4_000, 3_000)
RATIO = 1.3  # budget: processor time, as a ratio to bare Pillow's
PEAK = 150  # budget: MB
TRIES = 2.5  # budget of a rendition: time, as a ratio to one decode, resize and save
LARGEST = 600  # budget of a rendition: MB, of the worst picture that is taken
BOUNDS = Bounds(bytes=1_000_000)  # Bluesky's
WORST = (8_000, 8_000)
HEADER = 65_536  # bytes read of a picture to know its type and dimensions
RUNS = 3


def sample(mode: str, size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a picture, smooth in one channel and rough in another, as photographs are."""
    smooth = Image.radial_gradient("L").resize(size)
    rough = Image.effect_noise((size[0] // 4, size[1] // 4), 40).resize(size)
    mirrored = smooth.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return Image.merge(mode, (smooth, rough, mirrored, smooth)[: len(mode)])


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def bare(data: bytes) -> None:
    """Make a JPEG of a PNG, as Pillow's documentation would do it."""
    image: Image.Image = Image.open(io.BytesIO(data))
    if image.mode == "RGBA":
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    image.save(io.BytesIO(), "JPEG", quality=QUALITY)


def bare_smaller(data: bytes) -> None:
    """Make a picture smaller by one guess, as Pillow's documentation would do it."""
    image: Image.Image = Image.open(io.BytesIO(data))
    scale = (BOUNDS.allows(len(data)) or (BOUNDS.bytes or 0) / len(data)) ** 0.5
    size = (int(image.width * scale), int(image.height * scale))
    image.resize(size, Image.Resampling.LANCZOS).save(io.BytesIO(), "JPEG", quality=SCALED)


DOING: Mapping[str, Callable[[bytes], object]] = {
    "bare": bare,
    "ours": lambda data: normalize(data, ContentType.PNG),
    "bare smaller": bare_smaller,
    "smaller": lambda data: shrink(data, BOUNDS),
}


def run(how: str, path: str) -> None:
    """Print the milliseconds of processor time, and the process's peak in MB."""
    data = Path(path).read_bytes()
    start = time.process_time()
    DOING[how](data)
    milliseconds = (time.process_time() - start) * 1_000
    print(f"{milliseconds:.0f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024}")


def make(path: str) -> None:
    """Write the picture that takes most: a JPEG of many scans, every pixel with its own colour."""
    picture = sample("RGB", WORST)
    data = encoded(picture, "JPEG", quality=QUALITY, progressive=True, subsampling=0)
    Path(path).write_bytes(data)


def measured(how: str, path: Path, runs: int = RUNS) -> tuple[int, int]:
    """Return the least milliseconds and the least MB of its runs."""
    command = [sys.executable, "-m", "benchmarks.pictures", how, str(path)]
    times = []
    peaks = []
    for _ in range(runs):
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        milliseconds, megabytes = done.stdout.split()
        times.append(int(milliseconds))
        peaks.append(int(megabytes))
    return min(times), min(peaks)


def headers() -> list[str]:
    """Return what is wrong with reading headers."""
    picture = sample("RGB", (800, 600))
    wrong = []
    for form in ("JPEG", "PNG", "GIF"):
        data = encoded(picture, form)
        identified = identify(data[:BLOCK], len(data))
        if not identified or identified.dimensions != picture.size:
            wrong.append(f"{form}: not known from {BLOCK} bytes")
    if BLOCK > HEADER:
        wrong.append(f"{BLOCK} bytes are read of a header, {HEADER} may be")
    return wrong


def smaller(folder: Path) -> list[str]:
    """Show the renditions, and return what is wrong with them."""
    photo = folder / "photo.jpg"
    worst = folder / "worst.jpg"
    photo.write_bytes(encoded(sample("RGB"), "JPEG", quality=QUALITY))
    # in a process of its own, so that its memory does not count
    make_worst = [sys.executable, "-m", "benchmarks.pictures", "make", str(worst)]
    subprocess.run(make_worst, check=True)
    theirs, least = measured("bare smaller", photo)
    ours, peak = measured("smaller", photo)
    longest, most = measured("smaller", worst, runs=1)
    ratio = f"{ours / theirs:.2f}"
    rows = [
        ("12 megapixels of JPEG", f"{theirs} ms", f"{ours} ms", ratio, f"{least} MB", f"{peak} MB"),
        ("64, progressive", "", f"{longest} ms", "", "", f"{most} MB"),
    ]
    show("A rendition of 1 MB", ("picture", "bare", "herald", "ratio", "peak, bare", "peak"), rows)
    wrong = []
    if ours > TRIES * theirs:
        wrong.append(f"a rendition: {ratio} times bare Pillow, over {TRIES}")
    if most > LARGEST:
        wrong.append(f"a rendition: a peak of {most} MB, over {LARGEST}")
    return wrong


def main() -> int:
    rows = []
    wrong = headers()
    with tempfile.TemporaryDirectory() as folder:
        for mode in ("RGB", "RGBA"):
            path = Path(folder) / f"{mode}.png"
            path.write_bytes(encoded(sample(mode), "PNG"))
            theirs, least = measured("bare", path)
            ours, peak = measured("ours", path)
            ratio = f"{ours / theirs:.2f}"
            name = f"12 megapixels of {mode}"
            rows.append((name, f"{theirs} ms", f"{ours} ms", ratio, f"{least} MB", f"{peak} MB"))
            if ours > RATIO * theirs:
                wrong.append(f"{mode}: {ratio} times bare Pillow, over {RATIO}")
            if peak > PEAK:
                wrong.append(f"{mode}: a peak of {peak} MB, over {PEAK}")
        show(
            "PNG to JPEG, and a thumbnail",
            ("picture", "bare", "herald", "ratio", "peak, bare", "peak"),
            rows,
        )
        wrong += smaller(Path(folder))
    print(f"\n  Type and dimensions of a JPEG, PNG or GIF: {BLOCK:,} bytes read.")
    for complaint in wrong:
        print(complaint, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(sys.argv[2])
    elif sys.argv[1:]:
        run(*sys.argv[1:])
    else:
        sys.exit(main())

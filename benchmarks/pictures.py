"""What pictures take: bytes read to know one, and 12 megapixels made ready, and made smaller, beside bare Pillow's.

`python -m benchmarks.pictures`.

Each run is a process of its own, whose peak is that of the whole process. The best of three runs counts: the machine is shared.
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
RATIO, PEAK = 1.3, 150  # budgets: of processor time to bare Pillow's, and in MB
TRIES, LARGEST = (
    2.5,
    600,
)  # budgets of a rendition: of time to one decode, resize and save; in MB, of the worst that is taken
BOUNDS = Bounds(bytes=1_000_000)  # Bluesky's
WORST = (8_000, 8_000)
HEADER = 65_536  # bytes read of a picture to know its type and dimensions
RUNS = 3


def sample(mode: str, size: tuple[int, int] = SIZE) -> Image.Image:
    """Smooth in one channel, rough in another, as photographs are."""
    smooth = Image.radial_gradient("L").resize(size)
    rough = Image.effect_noise((size[0] // 4, size[1] // 4), 40).resize(size)
    return Image.merge(
        mode,
        (smooth, rough, smooth.transpose(Image.Transpose.FLIP_LEFT_RIGHT), smooth)[: len(mode)],
    )


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def bare(data: bytes) -> None:
    """PNG to JPEG, as a page of Pillow's documentation would have it."""
    image: Image.Image = Image.open(io.BytesIO(data))
    if image.mode == "RGBA":
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    image.save(io.BytesIO(), "JPEG", quality=QUALITY)


def bare_smaller(data: bytes) -> None:
    """One guess at what fits, as a page of Pillow's documentation would have it."""
    image: Image.Image = Image.open(io.BytesIO(data))
    scale = (BOUNDS.allows(len(data)) or (BOUNDS.bytes or 0) / len(data)) ** 0.5
    smaller = image.resize(
        (int(image.width * scale), int(image.height * scale)), Image.Resampling.LANCZOS
    )
    smaller.save(io.BytesIO(), "JPEG", quality=SCALED)


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
    """What takes most of all that is taken: a JPEG of many scans, every pixel with its own colour."""
    Path(path).write_bytes(
        encoded(sample("RGB", WORST), "JPEG", quality=QUALITY, progressive=True, subsampling=0)
    )


def measured(how: str, path: Path, runs: int = RUNS) -> tuple[int, int]:
    """Milliseconds and MB of the best of its runs."""
    command = [sys.executable, "-m", "benchmarks.pictures", how, str(path)]
    found = [
        subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        for _ in range(runs)
    ]
    return min(int(each[0]) for each in found), min(int(each[1]) for each in found)


def headers() -> list[str]:
    """What could not be known from as many bytes as are read."""
    picture = sample("RGB", (800, 600))
    wrong = []
    for form in ("JPEG", "PNG", "GIF"):
        data = encoded(picture, form)
        found = identify(data[:BLOCK], len(data))
        wrong += (
            []
            if found and found.dimensions == picture.size
            else [f"{form}: not known from {BLOCK} bytes"]
        )
    return wrong + (
        [f"{BLOCK} bytes are read of a header, {HEADER} may be"] if BLOCK > HEADER else []
    )


def smaller(folder: Path) -> list[str]:
    """What is wrong with the renditions, which are shown."""
    photo, worst = folder / "photo.jpg", folder / "worst.jpg"
    photo.write_bytes(encoded(sample("RGB"), "JPEG", quality=QUALITY))
    subprocess.run(
        [sys.executable, "-m", "benchmarks.pictures", "make", str(worst)], check=True
    )  # its memory is not ours
    theirs, least = measured("bare smaller", photo)
    ours, peak = measured("smaller", photo)
    longest, most = measured("smaller", worst, runs=1)
    ratio = f"{ours / theirs:.2f}"
    rows = [
        ("12 megapixels of JPEG", f"{theirs} ms", f"{ours} ms", ratio, f"{least} MB", f"{peak} MB"),
        ("64, progressive", "", f"{longest} ms", "", "", f"{most} MB"),
    ]
    show("A rendition of 1 MB", ("picture", "bare", "herald", "ratio", "peak, bare", "peak"), rows)
    wrong = (
        [f"a rendition: {ratio} times bare Pillow, over {TRIES}"] if ours > TRIES * theirs else []
    )
    return wrong + ([f"a rendition: a peak of {most} MB, over {LARGEST}"] if most > LARGEST else [])


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
            rows.append(
                (
                    f"12 megapixels of {mode}",
                    f"{theirs} ms",
                    f"{ours} ms",
                    ratio,
                    f"{least} MB",
                    f"{peak} MB",
                )
            )
            wrong += (
                [f"{mode}: {ratio} times bare Pillow, over {RATIO}"]
                if ours > RATIO * theirs
                else []
            )
            wrong += [f"{mode}: a peak of {peak} MB, over {PEAK}"] if peak > PEAK else []
        show(
            "PNG to JPEG, and a thumbnail",
            ("picture", "bare", "herald", "ratio", "peak, bare", "peak"),
            rows,
        )
        wrong += smaller(Path(folder))
    print(f"\n  Type and dimensions of a JPEG, PNG or GIF: {BLOCK:,} bytes read.")
    for each in wrong:
        print(each, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(sys.argv[2])
    elif sys.argv[1:]:
        run(*sys.argv[1:])
    else:
        sys.exit(main())

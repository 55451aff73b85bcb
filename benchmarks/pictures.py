"""What pictures take: bytes read to know one, and 12 megapixels beside bare Pillow's. `python -m benchmarks.pictures`.

Each run is a process of its own, whose peak is that of the whole process. The best of three runs counts: the machine is shared.
"""

import io
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from benchmarks.table import show
from herald.domain.media import ContentType
from herald.media.inspect import identify
from herald.media.normalize import QUALITY, normalize
from herald.media.reader import BLOCK

SIZE = (4_000, 3_000)
RATIO, PEAK = 1.3, 150  # budgets: of processor time to bare Pillow's, and in MB
HEADER = 65_536  # bytes read of a picture to know its type and dimensions
RUNS = 3


def sample(mode: str, size: tuple[int, int] = SIZE) -> Image.Image:
    """Smooth in one channel, rough in another, as photographs are."""
    smooth = Image.radial_gradient("L").resize(size)
    rough = Image.effect_noise((size[0] // 4, size[1] // 4), 40).resize(size)
    return Image.merge(mode, (smooth, rough, smooth.transpose(Image.Transpose.FLIP_LEFT_RIGHT), smooth)[: len(mode)])


def encoded(image: Image.Image, form: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form)
    return buffer.getvalue()


def bare(data: bytes) -> None:
    """PNG to JPEG, as a page of Pillow's documentation would have it."""
    image: Image.Image = Image.open(io.BytesIO(data))
    if image.mode == "RGBA":
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    image.save(io.BytesIO(), "JPEG", quality=QUALITY)


def run(how: str, path: str) -> None:
    """Print the milliseconds of processor time, and the process's peak in MB."""
    data = Path(path).read_bytes()
    start = time.process_time()
    if how == "bare":
        bare(data)
    else:
        normalize(data, ContentType.PNG)
    milliseconds = (time.process_time() - start) * 1_000
    print(f"{milliseconds:.0f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024}")


def measured(how: str, path: Path) -> tuple[int, int]:
    """Milliseconds and MB of the best of its runs."""
    command = [sys.executable, "-m", "benchmarks.pictures", how, str(path)]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() for _ in range(RUNS)]
    return min(int(each[0]) for each in runs), min(int(each[1]) for each in runs)


def headers() -> list[str]:
    """What could not be known from as many bytes as are read."""
    picture, wrong = sample("RGB", (800, 600)), []
    for form in ("JPEG", "PNG", "GIF"):
        data = encoded(picture, form)
        found = identify(data[:BLOCK], len(data))
        wrong += [] if found and found.dimensions == picture.size else [f"{form}: not known from {BLOCK} bytes"]
    return wrong + ([f"{BLOCK} bytes are read of a header, {HEADER} may be"] if BLOCK > HEADER else [])


def main() -> int:
    rows, wrong = [], headers()
    with tempfile.TemporaryDirectory() as folder:
        for mode in ("RGB", "RGBA"):
            path = Path(folder) / f"{mode}.png"
            path.write_bytes(encoded(sample(mode), "PNG"))
            (theirs, least), (ours, peak) = measured("bare", path), measured("ours", path)
            ratio = f"{ours / theirs:.2f}"
            rows.append((f"12 megapixels of {mode}", f"{theirs} ms", f"{ours} ms", ratio, f"{least} MB", f"{peak} MB"))
            wrong += [f"{mode}: {ratio} times bare Pillow, over {RATIO}"] if ours > RATIO * theirs else []
            wrong += [f"{mode}: a peak of {peak} MB, over {PEAK}"] if peak > PEAK else []
    show("PNG to JPEG, and a thumbnail", ("picture", "bare", "herald", "ratio", "peak, bare", "peak"), rows)
    print(f"\n  Type and dimensions of a JPEG, PNG or GIF: {BLOCK:,} bytes read.")
    for each in wrong:
        print(each, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:]:
        run(*sys.argv[1:])
    else:
        sys.exit(main())

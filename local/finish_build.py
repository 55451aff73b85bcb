"""What `sam build` leaves to do: what herald never uses is left out, and bytecode is added.

SAM ships no bytecode, and its zips are dated 1980, so bytecode checked by timestamp would never count. Unchecked-hash bytecode
does: without it a cold start compiles every module anew, 2.7 times the instructions. It takes the runtime's own minor version.
"""

import compileall
import py_compile
import shutil
import sys
from pathlib import Path

RUNTIME = (3, 13)
BUILT = Path(".aws-sam/build")
RENDERER = "herald/api/rapidoc.js.gz"  # what /v1/docs runs
SERVICES = {"dynamodb", "kms", "s3", "sesv2", "sns", "sqs"}
TOGETHER = 250 * 1024 * 1024  # bytes: Lambda takes no more of a function with its layers
LIMITS = {
    "SharedLayer": 30 * 1_000_000,
    "MediaLayer": 28 * 1_000_000,
    "ProcessMediaLayer": 160 * 1_000_000,
}  # bytes, unzipped


def trim(layer: Path) -> None:
    """Remove botocore's descriptions of services that nobody calls, and a Swagger UI that nobody shows."""
    shutil.rmtree(layer / "python/aws_lambda_powertools/event_handler/openapi/swagger_ui")
    for each in (layer / "python/botocore/data").iterdir():
        if each.is_dir() and each.name not in SERVICES:
            shutil.rmtree(each)


def compile_all(built: Path) -> bool:
    """Bytecode beside every module; False when one does not compile."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    return bool(
        compileall.compile_dir(built, quiet=1, force=True, workers=0, invalidation_mode=mode)
    )


def size(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


def main() -> int:
    if sys.version_info[:2] != RUNTIME:
        print(
            f"make build needs Python 3.13, the functions' runtime; .venv has {sys.version.split()[0]}",
            file=sys.stderr,
        )
        return 1
    if not (BUILT / "SharedLayer/python" / RENDERER).exists():
        print(f"the layer has no {RENDERER}: `make build` fetches it first", file=sys.stderr)
        return 1
    trim(BUILT / "SharedLayer")
    if not compile_all(BUILT):
        return 1
    sizes = {name: size(BUILT / name) for name in LIMITS}
    for name, found in sizes.items():
        print(f"{name}: {found / 1_000_000:.1f} MB unzipped, of {LIMITS[name] / 1_000_000:.0f}")
    fits = all(sizes[name] <= LIMITS[name] for name in LIMITS) and sum(sizes.values()) < TOGETHER
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())

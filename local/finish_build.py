"""Finishes what `sam build` made: removes what herald never uses, and adds bytecode.

SAM ships no bytecode, and it dates its zips 1980, so Python would ignore bytecode that is checked
by timestamp. It uses unchecked-hash bytecode. Without bytecode a cold start compiles every module
anew, which takes 2.7 times the instructions. The bytecode must be of the runtime's own minor
version.
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
LIMITS = {  # bytes, unzipped
    "SharedLayer": 30 * 1_000_000,
    "MediaLayer": 28 * 1_000_000,
    "ProcessMediaLayer": 160 * 1_000_000,
}


def trim(layer: Path) -> None:
    """Remove botocore's descriptions of services that herald never calls, and a Swagger UI.

    boto3's own descriptions are of its resources. herald uses clients alone.
    """
    shutil.rmtree(layer / "python/boto3/data")
    shutil.rmtree(layer / "python/aws_lambda_powertools/event_handler/openapi/swagger_ui")
    for service in (layer / "python/botocore/data").iterdir():
        if service.is_dir() and service.name not in SERVICES:
            shutil.rmtree(service)


def compile_all(built: Path) -> bool:
    """Write bytecode beside every module. Return False when one does not compile."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compiled = compileall.compile_dir(built, quiet=1, force=True, workers=0, invalidation_mode=mode)
    return bool(compiled)


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def main() -> int:
    if sys.version_info[:2] != RUNTIME:
        version = sys.version.split()[0]
        print(
            f"make build needs Python 3.13, the functions' runtime; .venv has {version}",
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
    for name, unzipped in sizes.items():
        print(f"{name}: {unzipped / 1_000_000:.1f} MB unzipped, of {LIMITS[name] / 1_000_000:.0f}")
    fits = all(sizes[name] <= LIMITS[name] for name in LIMITS) and sum(sizes.values()) < TOGETHER
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())

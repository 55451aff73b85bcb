"""Fetches RapiDoc's script from npm. It shows the OpenAPI document at /v1/docs.

`herald.api.voxburst.docs` names the version and the digest. A script with another digest
is refused.
"""

import base64
import gzip
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from herald.api.voxburst.docs import DIGEST, RAPIDOC, RENDERER

MEMBER = "package/dist/rapidoc-min.js"


def main() -> int:
    if is_current(RENDERER):
        RENDERER.touch()
        return 0
    if not shutil.which("npm"):
        print("npm not found: it brings RapiDoc, which shows the API at /v1/docs", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", f"rapidoc@{RAPIDOC}", "--loglevel=error"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(
                f"npm could not fetch RapiDoc {RAPIDOC}: no network?\n{done.stderr[-2000:]}",
                file=sys.stderr,
            )
            return 1
        script = member(Path(folder) / done.stdout.split()[-1])
    if digest(script) != DIGEST:
        print(
            f"RapiDoc {RAPIDOC} is not the script that herald/api/voxburst/docs.py names:"
            f" sha384-{digest(script)}",
            file=sys.stderr,
        )
        return 1
    part = RENDERER.with_suffix(".part")
    part.write_bytes(gzip.compress(script, mtime=0))
    part.replace(RENDERER)
    return 0


def is_current(file: Path) -> bool:
    """Return whether the file is that script already."""
    return file.exists() and digest(gzip.decompress(file.read_bytes())) == DIGEST


def member(archive: Path) -> bytes:
    with tarfile.open(archive) as package:
        script = package.extractfile(MEMBER)
        assert script, f"{archive.name} holds no {MEMBER}"
        return script.read()


def digest(script: bytes) -> str:
    return base64.b64encode(hashlib.sha384(script).digest()).decode()


if __name__ == "__main__":
    sys.exit(main())

"""Installs what the Bluesky server needs into .cache, once per lockfile. `python -m tests.bluesky.install`."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache"
HEADERS = Path("/usr/include/node")  # one module is compiled; with these it needs no download


def folder() -> Path:
    """Where node_modules of this very lockfile lie."""
    lock = (HERE / "package-lock.json").read_bytes() + (HERE / "package.json").read_bytes()
    return CACHE / f"bluesky-{hashlib.sha256(lock).hexdigest()[:12]}"


def install() -> str | None:
    """What went wrong, or None."""
    if folder().exists():
        return None
    if missing := [tool for tool in ("node", "npm") if not shutil.which(tool)]:
        return f"{' and '.join(missing)} not found: the Bluesky tests need Node 20 with npm"
    sys.stderr.write("installing the Bluesky server (a few minutes, once) …\n")
    CACHE.mkdir(exist_ok=True)
    new = Path(mkdtemp(prefix="bluesky-new-", dir=CACHE))
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, new)
    nodedir = {"npm_config_nodedir": str(HEADERS.parents[1])} if HEADERS.exists() else {}
    command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=new, env=os.environ | nodedir, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shutil.rmtree(new)
        return f"npm could not install the Bluesky server:\n{done.stderr[-2000:]}"
    new.rename(folder())
    return None


if __name__ == "__main__":
    sys.exit(install())

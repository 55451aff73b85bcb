"""Node packages for the tests that need them.

They are installed into .cache, once per lockfile. `python -m tests.node` installs all.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

TESTS = Path(__file__).parent
CACHE = TESTS.parent / ".cache"
HEADERS = Path("/usr/include/node")  # where they are, a module that is compiled needs no download


def folder(home: Path) -> Path:
    """Where node_modules of the lockfile in that folder lie, once they are installed."""
    lock = (home / "package-lock.json").read_bytes() + (home / "package.json").read_bytes()
    return CACHE / f"{home.name}-{hashlib.sha256(lock).hexdigest()[:12]}"


def install(home: Path) -> str | None:
    """What went wrong, or None. Scripts run only where package.json names the packages that may."""
    if folder(home).exists():
        return None
    if missing := [tool for tool in ("node", "npm") if not shutil.which(tool)]:
        return f"{' and '.join(missing)} not found: these tests need Node 20 with npm"
    sys.stderr.write(f"installing what tests/{home.name} needs …\n")
    CACHE.mkdir(exist_ok=True)
    new = Path(mkdtemp(prefix=f"{home.name}-new-", dir=CACHE))
    for name in ("package.json", "package-lock.json"):
        shutil.copy(home / name, new)
    scripts = (
        []
        if "allowScripts" in json.loads((home / "package.json").read_text())
        else ["--ignore-scripts"]
    )
    nodedir = {"npm_config_nodedir": str(HEADERS.parents[1])} if HEADERS.exists() else {}
    command = ["npm", "ci", *scripts, "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        command, cwd=new, env=os.environ | nodedir, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        shutil.rmtree(new)
        return f"npm could not install what tests/{home.name} needs:\n{done.stderr[-2000:]}"
    new.rename(folder(home))
    return None


def modules(home: Path) -> Path:
    """That folder, installed. Raises RuntimeError."""
    if problem := install(home):
        raise RuntimeError(problem)
    return folder(home)


if __name__ == "__main__":
    sys.exit(
        next(
            (
                problem
                for lock in sorted(TESTS.rglob("package-lock.json"))
                if (problem := install(lock.parent))
            ),
            None,
        )
    )

"""Check that every built handler imports, with nothing beside it but the standard library."""

import subprocess
import sys
from pathlib import Path

BUILT = Path(".aws-sam/build").resolve()
LAYER = BUILT / "SharedLayer/python"
MEDIA_LAYER = BUILT / "MediaLayer/python"
BOTH = (LAYER, MEDIA_LAYER)
ALL = (*BOTH, BUILT / "ProcessMediaLayer/python")
# The other functions have the shared layer alone.
PATHS = {"ProcessMediaFunction": ALL, "PublishTargetFunction": BOTH}
LATER = {  # modules that are imported when they are first needed
    "ProcessMediaFunction": [
        "herald.media.normalize",
        "herald.media.pdf",
        "herald.media.films",
        "herald.media.player",
    ],
    "PublishTargetFunction": ["herald.media.shrink"],
}
PROBE = "import sys; sys.path[:0] = sys.argv[1:]; import {modules}; assert callable(app.handler)"


def functions() -> dict[str, Path]:
    """Return the folder of every built function, by its logical id."""
    return {app.parent.name: app.parent for app in sorted(BUILT.glob("*/app.py"))}


def base_python() -> str:
    """Return the interpreter that .venv was made from. It sees no package of .venv."""
    version = sys.version_info
    return str(Path(sys.base_prefix) / "bin" / f"python{version.major}.{version.minor}")


def complaint(folder: Path) -> str | None:
    """Return what is wrong with a function's import, or None when nothing is."""
    probe = PROBE.format(modules=", ".join(["app", *LATER.get(folder.name, [])]))
    paths = [str(path) for path in (folder, *PATHS.get(folder.name, (LAYER,)))]
    command = [base_python(), "-I", "-S", "-B", "-c", probe, *paths]
    done = subprocess.run(command, env={}, capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode else None


def main() -> int:
    complaints = {name: complaint(folder) for name, folder in functions().items()}
    if not complaints:
        print("nothing is built: run `make build`", file=sys.stderr)
        return 1
    for name, wrong in complaints.items():
        print(f"{name:24} {wrong or 'imports'}")
    return 1 if any(complaints.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

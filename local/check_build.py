"""Every handler imports from what was built, with nothing beside it but the standard library."""

import subprocess
import sys
from pathlib import Path

BUILT = Path(".aws-sam/build").resolve()
LAYER, MEDIA_LAYER = BUILT / "SharedLayer/python", BUILT / "MediaLayer/python"
BOTH = (LAYER, MEDIA_LAYER)
ALL = (*BOTH, BUILT / "ProcessMediaLayer/python")
PATHS = {
    "ProcessMediaFunction": ALL,
    "PublishTargetFunction": BOTH,
}  # the others have the shared layer alone
LATER = {  # what is imported when it is first needed
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
    """The folder of every built function, by its logical id."""
    return {app.parent.name: app.parent for app in sorted(BUILT.glob("*/app.py"))}


def base_python() -> str:
    """The interpreter that .venv was made from: it sees no package of .venv."""
    return str(
        Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    )


def complaint(folder: Path) -> str | None:
    """What is wrong with a function's import, None when nothing is."""
    probe = PROBE.format(modules=", ".join(["app", *LATER.get(folder.name, [])]))
    command = [
        base_python(),
        "-I",
        "-S",
        "-B",
        "-c",
        probe,
        str(folder),
        *map(str, PATHS.get(folder.name, (LAYER,))),
    ]
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

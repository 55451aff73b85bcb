"""`make licences`: what runs in Lambda, what each package says of its licence, and what its wheel bundles."""

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from importlib.metadata import Distribution
from pathlib import Path

LOCK = Path("layers/requirements.lock")
PINNED = re.compile(r"^([\w.-]+)==", re.MULTILINE)
BUNDLED = re.compile(r"lib(.+?)(?:-[0-9a-f]{8})?\.so")
APPROVED = "License :: OSI Approved :: "


def packages(lock: str) -> Iterator[Distribution]:
    """Every package that the lock names, as it is installed here."""
    return (metadata.distribution(name) for name in PINNED.findall(lock))


def licence(package: Distribution) -> str:
    """What the package says: an SPDX expression, else its classifiers, else its free text."""
    said = package.metadata
    approved = [
        each.removeprefix(APPROVED)
        for each in said.get_all("Classifier") or []
        if each.startswith(APPROVED)
    ]
    return (
        said.get("License-Expression") or ", ".join(approved) or said.get("License") or "not said"
    )


def bundled(package: Distribution) -> list[str]:
    """The libraries in the wheel that have licences of their own, which the package does not name."""
    inside = (file for file in package.files or [] if file.parts[0].endswith(".libs"))
    return sorted({found[1] for file in inside if (found := BUNDLED.match(file.name))})


def main() -> int:
    for package in packages(LOCK.read_text()):
        print(f"{package.name} {package.version}: {licence(package)}")
        if libraries := bundled(package):
            print(f"    bundles {', '.join(libraries)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`make licences`: lists the packages that run in Lambda, their licences, and bundled libraries."""

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
    """Return every package that the lock names, as it is installed here."""
    return (metadata.distribution(name) for name in PINNED.findall(lock))


def licence(package: Distribution) -> str:
    """Return the package's licence: an SPDX expression, else its classifiers, else its text."""
    fields = package.metadata
    approved = [
        classifier.removeprefix(APPROVED)
        for classifier in fields.get_all("Classifier") or []
        if classifier.startswith(APPROVED)
    ]
    candidates = [fields.get("License-Expression"), ", ".join(approved), fields.get("License")]
    return next((text for text in candidates if text), "not said")


def bundled(package: Distribution) -> list[str]:
    """Return the libraries in the wheel. Their licences are their own; the package names none."""
    files = [file.name for file in package.files or [] if file.parts[0].endswith(".libs")]
    matches = [BUNDLED.match(name) for name in files]
    return sorted({match[1] for match in matches if match})


def main() -> int:
    for package in packages(LOCK.read_text()):
        print(f"{package.name} {package.version}: {licence(package)}")
        if libraries := bundled(package):
            print(f"    bundles {', '.join(libraries)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

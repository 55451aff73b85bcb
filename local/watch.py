"""Tells whether a file that is deployed has changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from local.package import files_of

Seen = dict[Path, tuple[int, int]]


def seen(template: Path, folders: Iterable[Path]) -> Seen:
    """Return when each file was written and how long it is. Equal when nothing changed."""
    files = [template, *(file for folder in set(folders) for file in files_of(folder))]
    return {file: stamp for file in files if (stamp := _stamp(file))}


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except FileNotFoundError:  # editors replace files
        return None
    return status.st_mtime_ns, status.st_size

"""Zips of our own code, with bytecode. What requirements.txt names is on the emulator's own interpreter already."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import marshal
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from local.settings import LocalError

CACHE = (
    Path(__file__).resolve().parent.parent
    / ".cache"
    / "local"
    / f"bytecode-{sys.implementation.cache_tag}"
)
LEFT_OUT = {"__pycache__", "requirements.txt"}
UNCHECKED = (1).to_bytes(4, "little")  # PEP 552: found by hash, never compared with the source


def package(folder: Path, prefix: str = "") -> bytes:
    """The same files make the same bytes, so an unchanged folder is an unchanged zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in files_of(folder):
            name = prefix + file.relative_to(folder).as_posix()
            source = file.read_bytes()
            _write(archive, name, source)
            if file.suffix == ".py":
                _write(archive, importlib.util.cache_from_source(name), bytecode(file, source))
    return buffer.getvalue()


def files_of(folder: Path) -> Iterator[Path]:
    """What is packaged, in a stable order."""
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        if (
            not LEFT_OUT.intersection(parts)
            and not any(p.startswith(".") or p.endswith("~") for p in parts)
            and file.is_file()
        ):
            yield file


def bytecode(file: Path, source: bytes) -> bytes:
    """As `sam build` followed by compileall makes it; without it every cold start would compile the whole layer."""
    kept = CACHE / hashlib.sha256(source).hexdigest()[:32]
    if kept.exists():
        return kept.read_bytes()
    try:
        code = compile(source, file.name, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise LocalError(f"{file}:{error.lineno}: {error.msg}") from error
    data = (
        importlib.util.MAGIC_NUMBER
        + UNCHECKED
        + importlib.util.source_hash(source)
        + marshal.dumps(code)
    )
    CACHE.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(f".{hashlib.sha256(str(file).encode()).hexdigest()[:8]}")
    part.write_bytes(data)
    part.replace(kept)  # two stacks may share the cache
    return data


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name)  # dated 1980, as SAM's are
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)

"""Zips our own code, with bytecode.

The emulator's own interpreter already has the packages that requirements.txt names.
"""

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

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / f".cache/local/bytecode-{sys.implementation.cache_tag}"
LEFT_OUT = {"__pycache__", "requirements.txt"}
UNCHECKED = (1).to_bytes(4, "little")  # PEP 552: found by hash, never compared with the source


def package(folder: Path, prefix: str = "") -> bytes:
    """Return the folder as a zip. The same files make the same bytes."""
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
    """Return the files that are packaged, in a stable order."""
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        hidden = any(part.startswith(".") or part.endswith("~") for part in parts)
        if not hidden and not LEFT_OUT.intersection(parts) and file.is_file():
            yield file


def bytecode(file: Path, source: bytes) -> bytes:
    """Return a module's bytecode, as `sam build` followed by compileall makes it.

    Without it every cold start would compile the whole layer.
    """
    kept = CACHE / hashlib.sha256(source).hexdigest()[:32]
    if kept.exists():
        return kept.read_bytes()
    try:
        code = compile(source, file.name, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise LocalError(f"{file}:{error.lineno}: {error.msg}") from error
    header = importlib.util.MAGIC_NUMBER + UNCHECKED + importlib.util.source_hash(source)
    data = header + marshal.dumps(code)
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

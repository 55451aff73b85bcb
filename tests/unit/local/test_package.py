"""local/package.py: zips of our own code."""

import io
import zipfile
from pathlib import Path

import pytest

from local.package import bytecode, files_of, package
from local.settings import LocalError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "herald" / "__pycache__").mkdir(parents=True)
    (tmp_path / "herald" / "__pycache__" / "posts.cpython-313.pyc").write_bytes(b"old")
    (tmp_path / "herald" / "posts.py").write_text("LIMIT = 280\n")
    (tmp_path / "requirements.txt").write_text("boto3\n")
    (tmp_path / ".posts.py.swp").write_text("an editor's")
    return tmp_path


def test_only_our_own_files_are_packaged(folder: Path) -> None:
    assert [file.name for file in files_of(folder)] == ["posts.py"]


def test_a_source_travels_with_its_bytecode(folder: Path) -> None:
    names = zipfile.ZipFile(io.BytesIO(package(folder, "python/"))).namelist()

    assert names[0] == "python/herald/posts.py"
    assert names[1].startswith("python/herald/__pycache__/posts.cpython-")


def test_the_same_files_make_the_same_bytes(folder: Path) -> None:
    first = package(folder)
    (folder / "herald" / "posts.py").touch()

    assert package(folder) == first


def test_an_edit_makes_other_bytes(folder: Path) -> None:
    first = package(folder)
    (folder / "herald" / "posts.py").write_text("LIMIT = 281\n")

    assert package(folder) != first


def test_bytecode_is_never_compared_with_its_source(folder: Path) -> None:
    data = bytecode(folder / "herald" / "posts.py", b"LIMIT = 280\n")

    assert int.from_bytes(data[4:8], "little") == 0b01  # PEP 552: by hash, unchecked


def test_a_syntax_error_names_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"app\.py:2: "):
        bytecode(tmp_path / "app.py", b"x = 1\ndef handler(:\n")

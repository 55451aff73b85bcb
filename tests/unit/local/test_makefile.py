"""The Makefile: what `make run` says and does before anything is installed."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.template import ROOT

# Stands in for an interpreter, and prints its arguments.
NOTED = '#!/bin/sh\necho "python $*" >&2\n'


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As much of a fresh clone as make looks at; nothing is installed."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "functions").mkdir()
    (tmp_path / "local").mkdir()
    for script in ("port-is-free", "find-python", "requirements.txt"):
        shutil.copy(ROOT / "local" / script, tmp_path / "local")
    (tmp_path / "layers/shared/python/herald/api/voxburst").mkdir(parents=True)
    (tmp_path / "layers/shared/python/herald/api/voxburst/docs.py").touch()
    for layer in ("shared/python", "media", "process_media"):
        (tmp_path / "layers" / layer).mkdir(parents=True, exist_ok=True)
        (tmp_path / "layers" / layer / "requirements.txt").touch()
    return tmp_path


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def make(clone: Path, *arguments: str, **environment: str) -> tuple[int, list[str]]:
    ours = {
        name: value
        for name, value in os.environ.items()
        if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PORT"}
    }
    done = subprocess.run(
        ["make", *arguments],
        cwd=clone,
        env=ours | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    return done.returncode, [
        line for line in done.stderr.splitlines() if not line.startswith("make: ***")
    ]


def interpreter(clone: Path) -> None:
    (clone / ".venv/bin").mkdir(parents=True)
    (clone / ".venv/bin/python").write_text(NOTED)
    (clone / ".venv/bin/python").chmod(0o755)


@pytest.mark.parametrize("said_by", ["environment", "argument"])
def test_a_port_that_is_taken_is_said_in_one_line_and_nothing_is_installed(
    clone: Path, taken: int, said_by: str
) -> None:
    argument = [f"PORT={taken}"] if said_by == "argument" else []
    environment = {"PORT": str(taken)} if said_by == "environment" else {}

    code, lines = make(clone, "run", *argument, **environment)

    assert code != 0
    assert lines == [f"port {taken} is taken; name another PORT"]
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "3000x", "-1", "099999"])
def test_a_port_that_is_none_is_said_before_anything_is_installed(clone: Path, port: str) -> None:
    code, lines = make(clone, "run", PORT=port)

    assert (code != 0, lines) == (True, [f"PORT must be a port number, not '{port}'"])
    assert not (clone / ".venv").exists()


def test_it_says_that_it_installs_before_it_does_and_only_then(clone: Path) -> None:
    interpreter(clone)
    free = {"PORT": "1"}  # nobody but root listens there

    first = make(clone, "run", **free)
    again = make(clone, "run", **free)

    assert first[0] == 0
    assert first[1][0].startswith("installing local/requirements.txt into .venv")
    assert first[1][1:] == ["python -m local.renderer", "python -m local.run"]
    assert (clone / ".venv/pip.log").read_text().startswith("python -m pip install ")
    assert again == (0, ["python -m local.renderer", "python -m local.run"])

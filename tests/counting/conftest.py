"""The vendors' own code, in a Node process."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests import node

HERE = Path(__file__).parent


class Counts(NamedTuple):
    weighted: int
    graphemes: int


class Shown(NamedTuple):
    """A part of a text that Bluesky makes clickable, by its UTF-8 bytes."""

    start: int
    end: int
    kind: str
    value: str


class Vendors:
    """The Node process: a line in, a line out."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def count(self, text: str) -> Counts:
        said = self._ask(text)
        return Counts(said["weighted"], said["graphemes"])

    def facets(self, text: str) -> list[Shown]:
        return [Shown(*each) for each in self._ask(text)["facets"]]

    def _ask(self, text: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(text) + "\n")
        self._process.stdin.flush()
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said


@pytest.fixture(scope="session")
def modules() -> Path:
    """Where the vendors' packages lie."""
    return node.modules(HERE)


@pytest.fixture(scope="session")
def vendors(modules: Path) -> Iterator[Vendors]:
    env = os.environ | {"COUNTING_MODULES": str(modules)}
    command = ["node", str(HERE / "count.mjs")]
    with subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Vendors(process)

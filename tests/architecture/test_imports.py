"""Who may import whom: the house's plan, held by its own source."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from herald.api.voxburst import later
from local.finish_build import SERVICES

ROOT = Path(__file__).parents[2]
HERALD = ROOT / "layers/shared/python/herald"
CLOCK = HERALD / "runtime/clock.py"

MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "settings": set(),
    "net": {"domain"},
    "aws": {"domain"},
    "store": {"domain", "aws"},
    "platforms": {"domain", "net"},
    "webhooks": {"domain", "net"},
    "media": {"domain", "net"},
    "actions": {"domain", "aws", "store", "net", "platforms", "webhooks", "media"},
    "api": {"domain", "actions", "runtime", "aws"},
    "worker": {"domain"},
    "runtime": {
        "settings",
        "aws",
        "store",
        "net",
        "platforms",
        "webhooks",
        "media",
        "actions",
        "domain",
    },
    "functions": {"runtime", "actions", "api", "worker", "domain"},
}
LATER = "herald.api.voxburst.later"
ONLY_IN = {
    "boto3": {"aws"},
    "botocore": {"aws"},
    "socket": {"net"},
    "ssl": {"net"},
    "http.client": {"net"},
    "urllib.request": set(),
    "requests": set(),
    "pydantic": {"api"},
}


def sources() -> Iterator[tuple[str, Path]]:
    """Every product file with the room it lies in."""
    for path in sorted(HERALD.rglob("*.py")):
        part = path.relative_to(HERALD).parts[0].removesuffix(".py")
        if part != "__init__":
            yield part, path
    for path in sorted((ROOT / "functions").rglob("*.py")):
        yield "functions", path


SOURCES = list(sources())


def imported(path: Path) -> Iterator[str]:
    """The modules a file names, lazily or not."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def attributes(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize(("room", "path"), SOURCES, ids=[named(path) for _, path in SOURCES])
def test_a_room_imports_only_the_rooms_it_may(room: str, path: Path) -> None:
    rooms = {name.split(".")[1] for name in imported(path) if name.startswith("herald.")} - {
        "VERSION"
    }

    assert rooms - {room} <= MAY_IMPORT[room]


@pytest.mark.parametrize(("room", "path"), SOURCES, ids=[named(path) for _, path in SOURCES])
def test_what_reaches_outside_lives_in_one_room(room: str, path: Path) -> None:
    names = set(imported(path))

    for module, rooms in ONLY_IN.items():
        users = {name for name in names if name == module or name.startswith(f"{module}.")}
        assert not users or room in rooms, f"{module} belongs to {sorted(rooms)}"


@pytest.mark.parametrize(("room", "path"), SOURCES, ids=[named(path) for _, path in SOURCES])
def test_the_environment_and_the_clock_have_one_reader(room: str, path: Path) -> None:
    used = set(attributes(path))

    assert room == "settings" or not used & {"os.environ", "os.getenv"}
    readers = {"datetime.now", "datetime.utcnow", "time.time", "time.sleep"}
    assert path == CLOCK or not used & readers


@pytest.mark.parametrize("path", [path for room, path in SOURCES if room == "functions"], ids=named)
def test_a_function_is_one_file_and_a_door(path: Path) -> None:
    tree = ast.parse(path.read_text())
    bodies = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]

    assert [each.name for each in path.parent.iterdir() if each.name != "__pycache__"] == ["app.py"]
    assert all(len(each.body) <= 5 for each in bodies)
    assert not any(isinstance(node, ast.If | ast.Try | ast.While) for node in ast.walk(tree))


@pytest.mark.parametrize(
    "path",
    [path for room, path in SOURCES if room != "settings" and path.stem != "values"],
    ids=named,
)
def test_no_start_compiles_a_value(path: Path) -> None:
    assert "@dataclass(frozen=True, slots=True, kw_only=True)" not in path.read_text(), (
        "say @frozen, of domain/values.py"
    )


@pytest.mark.parametrize(
    "path", [path for _, path in SOURCES if LATER in imported(path)], ids=named
)
def test_a_start_imports_nothing_that_comes_later(path: Path) -> None:
    """A door's signature would, without `from __future__ import annotations`."""
    command = [sys.executable, "-c", "import app, sys; print(*sys.modules)"]
    folders = {"PYTHONPATH": f"{path.parent}:{ROOT / 'layers/shared/python'}"}
    done = subprocess.run(command, env=folders, capture_output=True, text=True, check=True)

    assert LATER in done.stdout.split()
    assert {f"herald.api.voxburst.{name}" for name in later.__all__}.isdisjoint(done.stdout.split())


def test_every_module_says_what_lives_in_it() -> None:
    silent = [
        named(path) for _, path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_what_is_deployed_describes_every_service_that_is_called() -> None:
    """The build leaves out botocore's other services; a client of one of them could not be made."""
    called = {
        call.args[0].value
        for module in (HERALD / "aws").glob("*.py")
        for call in ast.walk(ast.parse(module.read_text()))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "boto3.client"
        and isinstance(call.args[0], ast.Constant)
    }

    assert called == SERVICES

"""One word, one meaning; and a line that says one thing."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.test_imports import HERALD, SOURCES
from tests.faults.deaths import STRETCHES

MODULES = 2  # in which a name may be defined, at most
EVERYWHERE = {
    "log": "a module's logger",
    "view": "what a noun looks like in the API: called as `<noun>.view`",
    "NETWORK": "a network's facts: domain/platforms finds it by this name",
}


def defined(path: Path) -> Iterator[str]:
    """The names that a module gives to its functions, classes and constants."""
    for node in ast.parse(path.read_text()).body:
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Assign(targets=targets):
                yield from (
                    name.id
                    for target in targets
                    for name in ast.walk(target)
                    if isinstance(name, ast.Name)
                )
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def place(path: Path) -> str:
    """A module. All networks are one place: they stand side by side, and do the same things."""
    module = path.relative_to(HERALD)
    network = module.parts[0] == "platforms" and len(module.parts) > 2
    return "platforms/<name>" if network else str(module)


def unpacked_twice(path: Path) -> Iterator[int]:
    """Return the lines that assign several names at once, where a call gives some of the values."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Assign(targets=[ast.Tuple()], value=ast.Tuple() as values):
                if any(isinstance(value, ast.Call) for value in ast.walk(values)):
                    yield node.lineno
            case ast.Assign(targets=[ast.Tuple()], value=ast.GeneratorExp()):
                yield node.lineno


def qualified(node: ast.AST, prefix: str = "") -> Iterator[str]:
    """The functions in a tree by their qualified names, as `Class.method`."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name=name):
                yield f"{prefix}{name}"
            case ast.ClassDef(name=name):
                yield from qualified(child, f"{prefix}{name}.")


def test_the_stretches_of_the_fault_run_end_at_functions_that_exist() -> None:
    """A stretch that ends at a name nobody has would never see a death."""
    paths = [path for _, path in SOURCES]
    existing = {name for path in paths for name in qualified(ast.parse(path.read_text()))}
    named = {name for ends in STRETCHES.values() for name in ends}

    assert named - existing == set()


def test_a_name_is_defined_in_two_modules_at_most() -> None:
    modules = defaultdict(set)
    for _, path in SOURCES:
        if path.is_relative_to(HERALD):
            for name in defined(path):
                modules[name].add(place(path))

    assert {
        name: found
        for name, found in modules.items()
        if len(found) > MODULES and not name.startswith("__")
    }.keys() == {*EVERYWHERE}


@pytest.mark.parametrize("path", [path for _, path in SOURCES], ids=str)
def test_a_line_gives_one_thing_a_name(path: Path) -> None:
    assert [*unpacked_twice(path)] == []

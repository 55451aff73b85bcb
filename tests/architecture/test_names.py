"""One word, one meaning; and a line that says one thing."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.test_imports import HERALD, SOURCES

MODULES = 2  # in which a name may be defined, at most
EVERYWHERE = {
    "log": "a module's logger",
    "view": "what a noun looks like in the API: called as `<noun>.view`",
    "NETWORK": "a network's facts: domain/platforms finds it by this name",
    "account_connector": "a network's package: platforms/registry finds it by this name",
    "connector": "a network's package: platforms/registry finds it by this name",
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


def unpacked_twice(path: Path) -> Iterator[int]:
    """Return the lines that assign several names at once, where a call gives some of the values."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Assign(targets=[ast.Tuple()], value=ast.Tuple() as values):
                if any(isinstance(value, ast.Call) for value in ast.walk(values)):
                    yield node.lineno
            case ast.Assign(targets=[ast.Tuple()], value=ast.GeneratorExp()):
                yield node.lineno


def test_a_name_is_defined_in_two_modules_at_most() -> None:
    modules = defaultdict(set)
    for _, path in SOURCES:
        if path.is_relative_to(HERALD):
            for name in defined(path):
                modules[name].add(str(path.relative_to(HERALD)))

    assert {
        name: found
        for name, found in modules.items()
        if len(found) > MODULES and not name.startswith("__")
    }.keys() == {*EVERYWHERE}


@pytest.mark.parametrize("path", [path for _, path in SOURCES], ids=str)
def test_a_line_gives_one_thing_a_name(path: Path) -> None:
    assert [*unpacked_twice(path)] == []

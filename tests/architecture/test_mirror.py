"""Tests mirror modules: who looks for the tests of a module finds a file of its name."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERALD = ROOT / "layers/shared/python/herald"
TESTS = ROOT / "tests"

ELSEWHERE = {  # modules with functions that have no test file of their own name, and why
    "runtime.actions": "wires the parts together: every integration test goes through it",
    "runtime.aws": "likewise",
    "runtime.clock": "likewise",
    "runtime.stores": "likewise",
    "platforms.protocol": "what a connector is: tests/platforms hold every one to it",
}


def name_of(module: Path) -> str:
    return ".".join(module.relative_to(HERALD).with_suffix("").parts)


def behaves(module: Path) -> bool:
    """Whether it does something: data, types and constants have nothing to test."""
    nodes = ast.walk(ast.parse(module.read_text()))
    return any(isinstance(node, ast.FunctionDef) and not only_declared(node) for node in nodes)


def only_declared(function: ast.FunctionDef) -> bool:
    """Whether it is a protocol's method."""
    return ast.unparse(function.body[-1]) == "..."


def homes(module: Path) -> Iterator[Path]:
    """Where a newcomer looks for its tests."""
    room = module.relative_to(HERALD).parent
    yield TESTS / "unit" / room / f"test_{module.stem}.py"
    yield TESTS / "integration" / f"test_{module.stem}.py"


def test_a_module_that_does_something_has_a_test_file_of_its_name() -> None:
    modules = [
        module for module in HERALD.rglob("*.py") if module.stem != "__init__" and behaves(module)
    ]

    missing = {
        name_of(module) for module in modules if not any(home.exists() for home in homes(module))
    }

    assert missing == set(ELSEWHERE), (
        "write tests/unit/<room>/test_<name>.py or tests/integration/test_<name>.py"
    )

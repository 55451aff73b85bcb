"""The words of a contract stay in its folder: below `api` nothing names its fields or routes.

A contract's fields are in camelCase and its routes begin with a version; ours are neither.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.test_imports import HERALD, imported

BELOW = ("domain", "actions", "store", "net", "media", "aws", "platforms")
CAMEL = re.compile(r"(?<!\w)[a-z]{2,}[0-9]*[A-Z]\w*")
ROUTE = re.compile(r"(?<!/api)/v[0-9]+/")  # Mastodon's own begin with /api/v1/
NETWORKS_WORDS = ("platforms",)  # connectors speak the APIs of networks
FORMER = HERALD / "store/former.py"  # reads what a version wrote whose rows held VoxBurst's words
ALLOWED: dict[str, set[str]] = {
    # names that rows have had ever since
    "store/event_rows.py": {"createdAt"},
    "store/post_rows.py": {"boardId"},
    # parameters of Pillow and zlib
    "media/normalize.py": {"outputMode"},
    "store/packing.py": {"memLevel"},
}
FILES = [path for room in BELOW for path in sorted((HERALD / room).rglob("*.py")) if path != FORMER]
EDGE = sorted((HERALD / "api/edge").glob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(HERALD))


def texts(path: Path) -> Iterator[str]:
    """Every text in a file that is no docstring and no page's name or address.

    And the names of the arguments of its calls.
    """
    tree = ast.parse(path.read_text())
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Source":
            prose |= {id(argument) for argument in node.args}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in prose:
                yield text
            case ast.keyword(arg=str(name)):
                yield name


def found(path: Path, *kinds: re.Pattern[str]) -> set[str]:
    return {word[0] for text in texts(path) for kind in kinds for word in kind.finditer(text)}


@pytest.mark.parametrize("path", FILES, ids=named)
def test_nothing_below_the_api_names_a_field_of_a_contract(path: Path) -> None:
    words = found(path, CAMEL) - ALLOWED.get(named(path), set())

    assert not words or path.relative_to(HERALD).parts[0] in NETWORKS_WORDS


@pytest.mark.parametrize("path", FILES, ids=named)
def test_nothing_below_the_api_names_a_route_of_a_contract(path: Path) -> None:
    assert found(path, ROUTE) - ALLOWED.get(named(path), set()) == set()


@pytest.mark.parametrize("path", EDGE, ids=named)
def test_the_edge_knows_no_contract(path: Path) -> None:
    folders = {name.split(".")[2] for name in imported(path) if name.startswith("herald.api.")}

    assert folders <= {"edge"}
    assert found(path, ROUTE) == set()

"""The routes, as their doors declare them. A door is read, not run: what it checks, it says in one call."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from herald.api.edge.schema import Body, Query

FUNCTIONS = Path(__file__).parents[1] / "functions"
VERBS = {"get": "GET", "post": "POST", "patch": "PATCH", "delete": "DELETE", "open": "GET"}


@dataclass(frozen=True, slots=True)
class Route:
    """One door. `ids` are the path parameters that must be ids, with their prefixes; `once`: it takes an Idempotency-Key."""

    function: str
    method: str
    path: str
    open: bool
    scope: str | None
    body: type[Body] | None
    query: type[Query] | None
    once: bool
    ids: Mapping[str, str]


def routes() -> list[Route]:
    """Every route there is."""
    return [route for app in sorted(FUNCTIONS.glob("*/app.py")) for route in read(app)]


def read(app: Path) -> Iterator[Route]:
    """The routes of one function."""
    tree = ast.parse(app.read_text())
    modules = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in tree.body:
        match node:
            case ast.FunctionDef(
                decorator_list=[
                    ast.Call(func=ast.Attribute(value=ast.Name("api"), attr=verb), args=[ast.Constant(str(path))], keywords=said)
                ]
            ):
                yield Route(
                    function=app.parent.name,
                    method=VERBS[verb],
                    path=path,
                    open=verb == "open",
                    scope=next((ast.literal_eval(each.value) for each in said if each.arg == "scope"), None),
                    body=model(node, "body", modules),
                    query=model(node, "query", modules),
                    once=next(calls(node, "request", "idempotent"), None) is not None,
                    ids={name.id: prefix.value for prefix, name in calls(node, "ids", "check")},
                )


def model(door: ast.FunctionDef, part: str, modules: Mapping[str, str]) -> Any:
    """The model that a door reads a part of its request as: `request.body(wire.CreatePost)`."""
    for (named,) in calls(door, "request", part):
        return getattr(import_module(modules[named.value.id]), named.attr)
    return None


def calls(door: ast.FunctionDef, name: str, method: str) -> Iterator[list[Any]]:
    """The arguments of every `name.method(…)` in a door."""
    for node in ast.walk(door):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id), attr=attribute), args=arguments):
                if (id, attribute) == (name, method):
                    yield arguments

"""A real payload for every function and every route."""

import ast
import json
import re
from pathlib import Path

import pytest

from tests.template import ROOT, functions

EVENTS = ROOT / "events"
VERBS = {"get": "GET", "post": "POST", "patch": "PATCH", "delete": "DELETE", "open": "GET"}


def routes(app: Path) -> list[tuple[str, str]]:
    """The (method, path) of every door in a file."""
    found = []
    for node in ast.walk(ast.parse(app.read_text())):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="api"), attr=verb), args=[path, *_]) if verb in VERBS:
                found.append((VERBS[verb], ast.literal_eval(path)))
    return found


NAMES = sorted(Path(each["CodeUri"]).name for each in functions().values())
ROUTES = [(name, *route) for name in NAMES for route in routes(ROOT / "functions" / name / "app.py")]


@pytest.mark.parametrize("name", NAMES)
def test_every_function_has_a_sample_event(name: str) -> None:
    assert list((EVENTS / name).glob("*.json"))


@pytest.mark.parametrize(("name", "method", "path"), ROUTES)
def test_every_route_has_a_sample_event(name: str, method: str, path: str) -> None:
    pattern = re.compile(re.sub(r"<\w+>", "[^/]+", path) + r"\Z")
    samples = [json.loads(each.read_text()) for each in (EVENTS / name).glob("*.json")]
    calls = [(each["requestContext"]["http"]["method"], each["rawPath"]) for each in samples]

    assert any(each == method and pattern.match(raw) for each, raw in calls)

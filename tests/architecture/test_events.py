"""A real payload for every function and every route."""

import json
import re
from pathlib import Path

import pytest

from openapi.doors import routes
from tests.template import ROOT, functions

EVENTS = ROOT / "events"
NAMES = sorted({Path(each["CodeUri"]).name for each in functions().values()})
ROUTES = [(each.function, each.method, each.path) for each in routes()]


@pytest.mark.parametrize("name", NAMES)
def test_every_function_has_a_sample_event(name: str) -> None:
    assert list((EVENTS / name).glob("*.json"))


@pytest.mark.parametrize(("name", "method", "path"), ROUTES)
def test_every_route_has_a_sample_event(name: str, method: str, path: str) -> None:
    pattern = re.compile(re.sub(r"<\w+>", "[^/]+", path) + r"\Z")
    samples = [json.loads(each.read_text()) for each in (EVENTS / name).glob("*.json")]
    calls = [(each["requestContext"]["http"]["method"], each["rawPath"]) for each in samples]

    assert any(each == method and pattern.match(raw) for each, raw in calls)

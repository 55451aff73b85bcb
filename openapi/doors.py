"""The routes that the functions' doors register."""

from dataclasses import fields
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from herald.api.edge import routes as edge
from herald.domain.values import frozen

FUNCTIONS = Path(__file__).parents[1] / "functions"


@frozen
class Route(edge.Route):
    """A route, with the folder of the function that serves it."""

    function: str

    @property
    def name(self) -> str:
        """The name of the door."""
        return self.door.__name__


@cache
def routes() -> list[Route]:
    """Return every route of the API."""
    apps = sorted(FUNCTIONS.glob("*/app.py"))
    all_routes: list[Route] = []
    for app in apps:
        function = app.parent.name
        all_routes.extend(served(function, route) for route in registered(app))
    return all_routes


def registered(app: Path) -> list[edge.Route]:
    """Return the routes of one function. A worker has none."""
    spec = spec_from_file_location(f"{app.parent.name}_app", app)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.api.routes if hasattr(module, "api") else []


def served(function: str, route: edge.Route) -> Route:
    facts: dict[str, Any] = {field.name: getattr(route, field.name) for field in fields(route)}
    return Route(function=function, **facts)

"""Every place for a value in every body, and every query parameter, from the served document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from herald.domain.accounts import Platform
from openapi.doors import Route, routes
from tests.documented import DOCUMENT

Location = tuple[str | int, ...]
BODIES = [route for route in routes() if route.body]
QUERIES = [route for route in routes() if route.query]


@dataclass(frozen=True)
class Place:
    """Where a value may stand in a body."""

    at: Location
    schema: Mapping[str, Any]
    required: bool

    @property
    def field(self) -> str:
        """As an error names it."""
        return "".join(
            f"[{each}]" if isinstance(each, int) else f".{each}" for each in self.at
        ).removeprefix(".")

    @property
    def types(self) -> set[str]:
        """What it takes; nothing where it takes whatever is JSON."""
        return {each["type"] for each in kinds(self.schema) if "type" in each}

    def takes(self, kind: str) -> bool:
        return not self.types or kind in self.types

    def put(self, body: Any, value: object) -> Any:
        """The body with the value there, and whatever must stand around it."""
        return filled(body, self.at, value)


def filled(body: Any, at: Location, value: object) -> Any:
    if not at:
        return value
    first, rest = at[0], at[1:]
    if isinstance(first, int):
        entries = body if isinstance(body, list) else []
        return [
            filled(entries[0] if entries and isinstance(entries[0], dict) else None, rest, value),
            *entries[1:],
        ]
    return {
        **(body if isinstance(body, dict) else {}),
        first: filled((body or {}).get(first), rest, value),
    }


def places(route: Route) -> list[Place]:
    """Every one of a route's body, from the outside in."""
    assert route.body
    return list(within({"$ref": f"#/components/schemas/{route.body.__name__}"}, ()))


def objects(route: Route) -> list[Location]:
    """Every JSON object of a body whose fields have names of the API's."""
    found = [
        each.at
        for each in places(route)
        if any("properties" in kind for kind in kinds(each.schema))
    ]
    return [(), *found]


def within(schema: Mapping[str, Any], at: Location) -> Iterator[Place]:
    for kind in kinds(schema):
        for name, inner in kind.get("properties", {}).items():
            yield Place((*at, name), inner, name in kind.get("required", ()))
            yield from within(inner, (*at, name))
        if kind.get("type") == "array":
            yield Place((*at, 0), kind["items"], required=True)
            yield from within(kind["items"], (*at, 0))
        if kind.get("type") == "object" and "properties" not in kind:
            name = Platform.TWITTER.upper() if "propertyNames" in kind else "any"
            inner = kind.get("additionalProperties")
            yield Place((*at, name), inner if isinstance(inner, dict) else {}, required=True)
            yield from within(inner if isinstance(inner, dict) else {}, (*at, name))


def kinds(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The alternatives of a schema, none of them a reference."""
    if "$ref" in schema:
        yield from kinds(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    elif alternatives := schema.get("anyOf", schema.get("oneOf", ())):
        if "properties" in schema:  # it only says which of its properties must be there
            yield schema
        else:
            for each in alternatives:
                yield from kinds(each)
    else:
        yield schema

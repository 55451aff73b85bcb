"""The OpenAPI document of the doors. `python -m openapi.document` writes it to the layer."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from pydantic import AliasChoices, BaseModel
from pydantic.alias_generators import to_camel, to_snake
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from pydantic_core import core_schema

from herald import VERSION
from herald.api.edge.handling import MOST_NAMES
from herald.api.edge.schema import StrictBody, distinct
from herald.api.voxburst import docs
from herald.api.voxburst.bulk import BulkPosts
from herald.api.voxburst.content import Override
from herald.api.voxburst.posts import CreatePost
from herald.api.voxburst.words import spelled
from herald.domain import idempotency, ids
from herald.domain.accounts import Platform
from herald.domain.counting import Unit
from herald.domain.limits import Measure, Subject
from openapi import events, fields, options
from openapi.answers.errors import Error
from openapi.answers.lists import Pagination
from openapi.answers.posts import PlatformOverride
from openapi.doors import Route, routes
from openapi.events import SCHEMAS
from openapi.operations import operation_of
from openapi.operations.operation import Operation
from openapi.refusals import ERRORS

EVENTS = Path(__file__).parents[1] / "events"
HANDLING = ("X-Herald-Ignored-Fields", "Preference-Applied")
# Answers write the members of these enums in camelCase.
SPELLED = (Unit, Measure, Subject)
RATE = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
TAGS = {
    "posts": "Write a post once. Each network gets it in its second, exactly once.",
    "accounts": "Accounts on the networks.",
    "media": "Files. A call here gives an address, and the file is uploaded directly to the store.",
    "webhooks": "Webhooks, their events and their deliveries.",
    "workspaces": "The workspace, its API keys, the limits of the platforms, the sandbox.",
    events.TAG: "The calls that webhooks get. herald calls your endpoint and signs each call.",
}
ID_LENGTH = ids.TIME_LENGTH + ids.RANDOM_LENGTH
ABOUT = f"""Write a post once. It goes out to the networks in its second, exactly once.
Signed webhooks tell your systems.

- **Ids** are a prefix and {ID_LENGTH} characters that sort by time.
  A malformed id gives a 400, an id of another workspace a 404.
- **Times** are ISO 8601. In answers they are UTC and end in `Z`.
  In requests they have a `Z`, an offset or a named `timezone`.
- **Enums** are accepted in any case.
- **Fields** that are not known are ignored, and named in `X-Herald-Ignored-Fields`.
  `Prefer: handling=strict` refuses them.
  The null of an optional field counts as absent, unless the null removes a value.
- **Test keys** (`vb_test_…`) see test data only, and every network is a sandbox to them.
"""


class Schemas(GenerateJsonSchema):
    """Plain schemas, without titles of fields and without null or empty defaults.

    A field's other names are part of its description.
    """

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        shown = super().default_schema(schema)
        if not isinstance(shown.get("default", ""), str | int):
            del shown["default"]
        return shown

    def function_after_schema(
        self, schema: core_schema.AfterValidatorFunctionSchema
    ) -> dict[str, Any]:
        shown = super().function_after_schema(schema)
        if schema["function"]["function"] is distinct:
            return shown | {"uniqueItems": True}
        return shown

    def enum_schema(self, schema: core_schema.EnumSchema) -> dict[str, Any]:
        shown = super().enum_schema(schema)
        if schema["cls"] in SPELLED:
            shown["enum"] = [spelled(value) for value in shown["enum"]]
        return shown

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        shown = super().model_schema(schema)
        model = schema["cls"]
        if "properties" in shown:
            fields = model.model_fields.items()
            for (name, field), key in zip(fields, shown["properties"], strict=True):
                shown["properties"][key] |= described(model, name, field)
        if issubclass(model, StrictBody):
            nullable(shown)
        return shown


def nullable(body: dict[str, Any]) -> None:
    """Allow null for each optional field."""
    required = body.get("required", ())
    for name, schema in body.get("properties", {}).items():
        if name in required or {"type": "null"} in schema.get("anyOf", ()):
            continue
        about: dict[str, Any] = {}
        for key in ("default", "description", "examples"):
            if key in schema:
                about[key] = schema.pop(key)
        body["properties"][name] = {"anyOf": [schema, {"type": "null"}], **about}


def described(model: type[BaseModel], name: str, field: FieldInfo) -> dict[str, Any]:
    """Return the description of a field, with its other names."""
    words = fields.documentation(model, name)
    if isinstance(field.validation_alias, AliasChoices):
        others = "`, `".join(str(alias) for alias in field.validation_alias.choices[1:])
        words["description"] = f"{words.get('description', '')} Or `{others}`.".lstrip()
    return words


def document() -> dict[str, Any]:
    doors = routes()
    schemas = schemas_of(doors)
    paths: dict[str, dict[str, Any]] = {}
    for route in doors:
        methods = paths.setdefault(template(route.path), {})
        methods[route.method.lower()] = operation(route, schemas)
    responses = {error.name: refusal(status, error.description) for status, error in ERRORS.items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "herald",
            "version": VERSION,
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": paths,
        "webhooks": events.webhooks(),
        "components": {
            "schemas": schemas,
            "responses": responses,
            "parameters": {"Idempotency-Key": IDEMPOTENCY_KEY, "Prefer": PREFER},
            "headers": HEADERS,
            "securitySchemes": {"key": KEY},
        },
    }


def schemas_of(doors: Sequence[Route]) -> dict[str, Any]:
    """Return the schema of every body and answer, by its name."""
    bodies = {route.body for route in doors if route.body}
    views = {operation_of(route).answer for route in doors} | {Error}
    models: list[tuple[type[BaseModel], Any]] = [(model, "validation") for model in bodies]
    models += [(model, "serialization") for model in views]
    models.sort(key=lambda pair: pair[0].__name__)
    _, definitions = models_json_schema(
        models, ref_template=SCHEMAS + "{model}", schema_generator=Schemas
    )
    schemas: dict[str, Any] = definitions["$defs"]
    schemas |= events.schemas()
    options.add(schemas[Override.__name__], schemas[PlatformOverride.__name__])
    posts = schemas[BulkPosts.__name__]["properties"]["posts"]
    # The posts are judged one by one, so the model of the whole body does not say their type.
    posts["items"] = reference(CreatePost)
    schemas[Pagination.__name__] |= told_once(schemas[Pagination.__name__])
    return dict(sorted(schemas.items()))


def told_once(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Move second spellings of a name to `patternProperties`.

    Generators do not look there. They would make one field of both spellings.
    """
    fields = schema["properties"]
    apart = {name for name in fields if to_snake(name) != name and to_snake(name) in fields}
    return {
        "properties": {name: fields[name] for name in fields if name not in apart},
        "patternProperties": {f"^{name}$": fields[name] for name in fields if name in apart},
        "required": [name for name in schema["required"] if name not in apart],
        "minProperties": len(fields),
    }


def operation(route: Route, schemas: Mapping[str, Any]) -> dict[str, Any]:
    described = operation_of(route)
    shown: dict[str, Any] = {
        "operationId": described.id,
        "summary": described.summary,
        "tags": [route.function],
    }
    if described.description:
        shown["description"] = described.description
    parameters = [*path_parameters(route), *query_parameters(route), *header_parameters(route)]
    if parameters:
        shown["parameters"] = parameters
    if route.body:
        shown["requestBody"] = request_body(route, route.body, schemas)
    by_status = sorted(answers(route, described).items())
    shown["responses"] = {str(status): answer for status, answer in by_status}
    scopes = [route.scope] if route.scope else []
    shown["security"] = [] if route.open else [{"key": scopes}]
    return shown


def template(path: str) -> str:
    """Return `/v1/posts/<post_id>` in the form of OpenAPI."""
    return re.sub(r"<(\w+)>", lambda match: f"{{{to_camel(match[1])}}}", path)


def path_parameters(route: Route) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"<(\w+)>", route.path):
        if name in route.ids:
            schema: dict[str, Any] = {"type": "string", "pattern": ids.pattern(route.ids[name])}
        else:
            schema = {"type": "string", "enum": NAMES[name]}
        yield {
            "name": to_camel(name),
            "in": "path",
            "required": True,
            "description": PATH[name],
            "schema": schema,
        }


def query_parameters(route: Route) -> Iterator[dict[str, Any]]:
    if route.query:
        model = route.query.model_json_schema(schema_generator=Schemas)
        for name, schema in model["properties"].items():
            description = schema.pop("description", "")
            yield {
                "name": name,
                "in": "query",
                "required": name in model.get("required", ()),
                "description": description,
                "schema": present(schema),
            }


def present(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema without null, because a query string has no null."""
    types = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if not types:
        return dict(schema)
    about = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**types[0], **about}


def header_parameters(route: Route) -> Iterator[dict[str, Any]]:
    if route.idempotent:
        yield {"$ref": "#/components/parameters/Idempotency-Key"}
    if names_ignored(route):
        yield {"$ref": "#/components/parameters/Prefer"}


def names_ignored(route: Route) -> bool:
    """Return whether the route names or refuses unknown fields of a request."""
    return not route.open and bool(route.body or route.query or route.idempotent)


def request_body(
    route: Route, model: type[BaseModel], schemas: Mapping[str, Any]
) -> dict[str, Any]:
    content = {"schema": reference(model)}
    samples = dict(examples(route, model, schemas))
    if samples:
        content["examples"] = samples
    return {
        "required": bool(schemas[model.__name__].get("required")),
        "content": {"application/json": content},
    }


def examples(
    route: Route, model: type[BaseModel], schemas: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Yield the valid bodies of the route's sample events.

    A body that is a sample of a refusal is left out.
    """
    path = re.compile(re.sub(r"<\w+>", "[^/]+", route.path))
    validator = Draft202012Validator({**reference(model), "components": {"schemas": schemas}})
    for file in sorted((EVENTS / route.function).glob("*.json")):
        event = json.loads(file.read_text())
        method = event["requestContext"]["http"]["method"]
        called = method == route.method and path.fullmatch(event["rawPath"])
        if called and "body" in event:
            body = json.loads(event["body"])
            if validator.is_valid(body):
                yield file.stem, {"value": body}


def answers(route: Route, described: Operation) -> dict[int, Any]:
    """Return the answers of a route and all its possible refusals, by status."""
    names: list[str] = []
    if not route.open:
        names.extend(RATE)
    if route.idempotent:
        names.append("Idempotency-Replayed")
    if names_ignored(route):
        names.extend(HANDLING)
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    content = {described.media_type: {"schema": reference(described.answer)}}
    by_status: dict[int, Any] = {}
    for status in refusals(route):
        by_status[status] = {"$ref": f"#/components/responses/{ERRORS[status].name}"}
    for status in route.answers:
        description = HTTPStatus(status).phrase
        by_status[status] = {"description": description, "headers": headers, "content": content}
    return by_status


def refusals(route: Route) -> set[int]:
    because = {
        400: names_ignored(route) or "<" in route.path,
        401: not route.open,
        403: route.scope,
        404: "<" in route.path,
        # The gateway cuts a path at an encoded question mark. An id that begins with one is empty.
        405: route.path.endswith(">"),
        409: route.idempotent,
        413: route.body or route.idempotent,
        415: route.body or route.idempotent,
        429: not route.open,
        500: True,
    }
    return {status for status, holds in because.items() if holds} | {*route.refuses}


def reference(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": SCHEMAS + model.__name__}


def refusal(status: int, description: str) -> dict[str, Any]:
    names: list[str] = []
    if status != HTTPStatus.UNAUTHORIZED:
        names.extend(RATE)
    if status in OWN_HEADER:
        names.append(OWN_HEADER[status])
    return {
        "description": description,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {"application/json": {"schema": reference(Error)}},
    }


OWN_HEADER = {
    401: "WWW-Authenticate",
    409: "Retry-After",
    415: "Accept-Encoding",
    429: "Retry-After",
    503: "Retry-After",
}
NAMES = {"platform": [*Platform], "script": [docs.SCRIPT]}
PATH = {
    "script": "The name of the script, as the page uses it.",
    "key_id": "The API key.",
    "account_id": "The account.",
    "platform": "The network that the account is on.",
    "media_id": "The file.",
    "post_id": "The post.",
    "target_id": "The target: `postPlatformId` of one of the post's `platforms`.",
    "webhook_id": "The webhook.",
    "event_id": "The event.",
    "delivery_id": "The delivery.",
}
KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key: `vb_live_…` or `vb_test_…`. `x:write` implies `x:read`.",
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request gets the same answer for "
    f"{idempotency.RESPONSE_KEPT // timedelta(hours=1)} hours, and has its effect once.",
    "schema": {
        "type": "string",
        "pattern": "^[ -~]+$",
        "minLength": 1,
        "maxLength": idempotency.MAX_KEY,
    },
}
PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": "`handling=strict` gives a 400 for a field that is not known (RFC 7240). "
    "Without it, the answer names the field.",
    "schema": {"type": "string"},
    "example": "handling=strict",
}
HEADERS = {
    "X-RateLimit-Limit": {
        "description": "Calls that this key may make in a minute.",
        "schema": {"type": "integer"},
    },
    "X-RateLimit-Remaining": {
        "description": "Calls left in this minute.",
        "schema": {"type": "integer"},
    },
    "X-RateLimit-Reset": {
        "description": "The end of the minute, in epoch seconds.",
        "schema": {"type": "integer"},
    },
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {
        "description": "The way to authenticate.",
        "schema": {"const": "Bearer"},
    },
    "Accept-Encoding": {
        "description": "The only encoding that a body may have: `identity`, which is none.",
        "schema": {"const": "identity"},
    },
    "X-Herald-Ignored-Fields": {
        "description": "The paths of the request's unknown fields, percent-encoded. "
        f"A long list shows the first {MOST_NAMES}.",
        "schema": {"type": "string"},
    },
    "Preference-Applied": {
        "description": "The part of `Prefer` that was applied.",
        "schema": {"type": "string"},
    },
    "Idempotency-Replayed": {
        "description": "`true` if this answer repeats the first one.",
        "schema": {"const": "true"},
    },
}


def text() -> str:
    """Return the document as it is served."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    docs.DOCUMENT.write_text(text())

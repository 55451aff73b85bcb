"""The OpenAPI document of what the doors serve. `python -m openapi.document` writes it to where it is served from."""

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
SPELLED = (Unit, Measure, Subject)  # names of ours that answers write in camelCase
RATE = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
TAGS = {
    "posts": "Write once; each network gets it in its second, exactly once.",
    "accounts": "Accounts on the networks.",
    "media": "Files: asked for here, uploaded straight to the store.",
    "webhooks": "Who is told what happens, and what was delivered.",
    "workspaces": "The workspace, its API keys, what the platforms accept, the sandbox.",
    events.TAG: "What webhooks are told: herald calls your endpoint, and signs each call.",
}
ID_LENGTH = ids.TIME_LENGTH + ids.RANDOM_LENGTH
ABOUT = f"""Write a post once. It goes out to the networks in its second, exactly once, and signed webhooks tell your systems.

- **Ids** are a prefix and {ID_LENGTH} characters that sort by time. A malformed one is a 400, one of another workspace a 404.
- **Times** are ISO 8601. In answers they are UTC and end in `Z`; in requests they carry `Z`, an offset or a named `timezone`.
- **Enums** are taken in any case.
- **Fields** that are not known are ignored, and named in `X-Herald-Ignored-Fields`; `Prefer: handling=strict` refuses them.
  The null of a field that may be left out is as if it was, unless it takes something away.
- **Test keys** (`vb_test_…`) see test data alone, and every network is a sandbox to them.
"""


class Schemas(GenerateJsonSchema):
    """Plain ones: without a title for every field, nor defaults that say nothing; a field's other names are told in words."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> dict[str, Any]:
        said = super().default_schema(schema)
        return {
            name: value
            for name, value in said.items()
            if name != "default" or isinstance(value, str | int)
        }

    def function_after_schema(
        self, schema: core_schema.AfterValidatorFunctionSchema
    ) -> dict[str, Any]:
        said = super().function_after_schema(schema)
        return said | {"uniqueItems": True} if schema["function"]["function"] is distinct else said

    def enum_schema(self, schema: core_schema.EnumSchema) -> dict[str, Any]:
        said = super().enum_schema(schema)
        if schema["cls"] in SPELLED:
            said["enum"] = [spelled(value) for value in said["enum"]]
        return said

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        said = super().model_schema(schema)
        if "properties" in said:
            named = zip(schema["cls"].model_fields.items(), said["properties"], strict=True)
            for (name, field), key in named:
                said["properties"][key] |= described(schema["cls"], name, field)
        if issubclass(schema["cls"], StrictBody):
            nullable(said)
        return said


def nullable(body: dict[str, Any]) -> None:
    """The null of a field that may be left out is taken."""
    for name, said in body.get("properties", {}).items():
        if name not in body.get("required", ()) and {"type": "null"} not in said.get("anyOf", ()):
            about = {
                key: said.pop(key) for key in ("default", "description", "examples") if key in said
            }
            body["properties"][name] = {"anyOf": [said, {"type": "null"}], **about}


def described(model: type[BaseModel], name: str, field: FieldInfo) -> dict[str, Any]:
    """What a field says of itself, and its other names."""
    words = fields.said(model, name)
    if isinstance(field.validation_alias, AliasChoices):
        others = "`, `".join(str(each) for each in field.validation_alias.choices[1:])
        words["description"] = f"{words.get('description', '')} Or `{others}`.".lstrip()
    return words


def document() -> dict[str, Any]:
    doors = routes()
    schemas = schemas_of(doors)
    paths: dict[str, dict[str, Any]] = {}
    for route in doors:
        paths.setdefault(template(route.path), {})[route.method.lower()] = operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "herald",
            "version": VERSION,
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": said} for name, said in TAGS.items()],
        "paths": paths,
        "webhooks": events.webhooks(),
        "components": {
            "schemas": schemas,
            "responses": {
                error.name: refusal(status, error.said) for status, error in ERRORS.items()
            },
            "parameters": {"Idempotency-Key": IDEMPOTENCY_KEY, "Prefer": PREFER},
            "headers": HEADERS,
            "securitySchemes": {"key": KEY},
        },
    }


def schemas_of(doors: Sequence[Route]) -> dict[str, Any]:
    """Every body and answer, by its name."""
    bodies = {route.body for route in doors if route.body}
    said = {operation_of(route).answer for route in doors} | {Error}
    models: list[tuple[type[BaseModel], Any]] = [(model, "validation") for model in bodies]
    models += [(model, "serialization") for model in said]
    models.sort(key=lambda pair: pair[0].__name__)
    _, found = models_json_schema(
        models, ref_template=SCHEMAS + "{model}", schema_generator=Schemas
    )
    schemas: dict[str, Any] = found["$defs"]
    schemas |= events.schemas()
    options.add(schemas[Override.__name__], schemas[PlatformOverride.__name__])
    posts = schemas[BulkPosts.__name__]["properties"]["posts"]
    posts["items"] = reference(
        CreatePost
    )  # judged one by one, so its own model does not look at them
    schemas[Pagination.__name__] |= told_once(schemas[Pagination.__name__])
    return dict(sorted(schemas.items()))


def told_once(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same promise, with the second spelling of a name where generators do not look: both would become one field."""
    fields = schema["properties"]
    apart = {name for name in fields if to_snake(name) != name and to_snake(name) in fields}
    return {
        "properties": {name: said for name, said in fields.items() if name not in apart},
        "patternProperties": {f"^{name}$": fields[name] for name in fields if name in apart},
        "required": [name for name in schema["required"] if name not in apart],
        "minProperties": len(fields),
    }


def operation(route: Route, schemas: Mapping[str, Any]) -> dict[str, Any]:
    said = operation_of(route)
    found: dict[str, Any] = {
        "operationId": said.id,
        "summary": said.summary,
        "tags": [route.function],
    }
    if said.description:
        found["description"] = said.description
    if parameters := [*path_parameters(route), *query_parameters(route), *header_parameters(route)]:
        found["parameters"] = parameters
    if route.body:
        found["requestBody"] = request_body(route, route.body, schemas)
    found["responses"] = {
        str(status): answer for status, answer in sorted(answers(route, said).items())
    }
    found["security"] = [] if route.open else [{"key": [route.scope] if route.scope else []}]
    return found


def template(path: str) -> str:
    """`/v1/posts/<post_id>` as OpenAPI writes it."""
    return re.sub(r"<(\w+)>", lambda match: f"{{{to_camel(match[1])}}}", path)


def path_parameters(route: Route) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"<(\w+)>", route.path):
        schema = (
            {"pattern": ids.pattern(route.ids[name])}
            if name in route.ids
            else {"enum": NAMES[name]}
        )
        named = {"name": to_camel(name), "in": "path", "required": True, "description": PATH[name]}
        yield {**named, "schema": {"type": "string", **schema}}


def query_parameters(route: Route) -> Iterator[dict[str, Any]]:
    if route.query:
        model = route.query.model_json_schema(schema_generator=Schemas)
        for name, schema in model["properties"].items():
            words = {"description": schema.pop("description", "")}
            required = name in model.get("required", ())
            yield {
                "name": name,
                "in": "query",
                "required": required,
                **words,
                "schema": present(schema),
            }


def present(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema without its null, which no query string can say."""
    said = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    return (
        {**said[0], **{name: value for name, value in schema.items() if name != "anyOf"}}
        if said
        else dict(schema)
    )


def header_parameters(route: Route) -> Iterator[dict[str, Any]]:
    if route.idempotent:
        yield {"$ref": "#/components/parameters/Idempotency-Key"}
    if names_ignored(route):
        yield {"$ref": "#/components/parameters/Prefer"}


def names_ignored(route: Route) -> bool:
    """Whether what it does not know of a request is named, or refused."""
    return bool(route.body or route.query or route.idempotent)


def request_body(
    route: Route, model: type[BaseModel], schemas: Mapping[str, Any]
) -> dict[str, Any]:
    content = {"schema": reference(model)}
    if found := dict(examples(route, model, schemas)):
        content["examples"] = found
    return {
        "required": bool(schemas[model.__name__].get("required")),
        "content": {"application/json": content},
    }


def examples(
    route: Route, model: type[BaseModel], schemas: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """The bodies of the route's sample events, but for those that are samples of a refusal."""
    path = re.compile(re.sub(r"<\w+>", "[^/]+", route.path))
    validator = Draft202012Validator({**reference(model), "components": {"schemas": schemas}})
    for file in sorted((EVENTS / route.function).glob("*.json")):
        event = json.loads(file.read_text())
        called = (event["requestContext"]["http"]["method"], bool(path.fullmatch(event["rawPath"])))
        if called == (route.method, True) and "body" in event:
            body = json.loads(event["body"])
            if validator.is_valid(body):
                yield file.stem, {"value": body}


def answers(route: Route, said: Operation) -> dict[int, Any]:
    """By status: what it says, and every refusal that its door can lead to."""
    headers = {
        name: {"$ref": f"#/components/headers/{name}"} for name in (() if route.open else RATE)
    }
    optional: tuple[str, ...] = ("Idempotency-Replayed",) if route.idempotent else ()
    optional += HANDLING if names_ignored(route) else ()
    headers |= {name: {"$ref": f"#/components/headers/{name}"} for name in optional}
    names = {status: ERRORS[status].name for status in refusals(route)}
    refused = {status: {"$ref": f"#/components/responses/{name}"} for status, name in names.items()}
    return refused | {
        status: {
            "description": HTTPStatus(status).phrase,
            "headers": headers,
            "content": {said.media_type: {"schema": reference(said.answer)}},
        }
        for status in route.answers
    }


def refusals(route: Route) -> set[int]:
    because = {
        400: names_ignored(route) or "<" in route.path,
        401: not route.open,
        403: route.scope,
        404: "<" in route.path,
        405: route.path.endswith(
            ">"
        ),  # an id that begins with an encoded question mark is none: the gateway cuts the path there
        409: route.idempotent,
        413: route.body or route.idempotent,
        415: route.body or route.idempotent,
        429: not route.open,
        500: True,
    }
    return {status for status, holds in because.items() if holds} | {*route.refuses}


def reference(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": SCHEMAS + model.__name__}


def refusal(status: int, said: str) -> dict[str, Any]:
    own = {401: ("WWW-Authenticate",), 415: ("Accept-Encoding",)} | dict.fromkeys(
        (409, 429, 503), ("Retry-After",)
    )
    rate = () if status == HTTPStatus.UNAUTHORIZED else RATE
    return {
        "description": said,
        "headers": {
            name: {"$ref": f"#/components/headers/{name}"} for name in (*rate, *own.get(status, ()))
        },
        "content": {"application/json": {"schema": reference(Error)}},
    }


NAMES = {"platform": [*Platform], "script": [docs.SCRIPT]}
PATH = {
    "script": "The script's name, as the page says it.",
    "key_id": "The API key.",
    "account_id": "The account.",
    "platform": "The network that the account is on.",
    "media_id": "The media.",
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
    "description": "The same key with the same request is answered the same for "
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
    "description": "`handling=strict` makes a field that is not known a 400 (RFC 7240); without it the answer names it.",
    "schema": {"type": "string"},
    "example": "handling=strict",
}
HEADERS = {
    "X-RateLimit-Limit": {
        "description": "Calls that this key has in a minute.",
        "schema": {"type": "integer"},
    },
    "X-RateLimit-Remaining": {
        "description": "Calls left in this minute.",
        "schema": {"type": "integer"},
    },
    "X-RateLimit-Reset": {
        "description": "When the minute ends, in epoch seconds.",
        "schema": {"type": "integer"},
    },
    "Retry-After": {"description": "How many seconds to wait.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "How to say who calls.", "schema": {"const": "Bearer"}},
    "Accept-Encoding": {
        "description": "The Content-Encoding that a body may have: none.",
        "schema": {"const": "identity"},
    },
    "X-Herald-Ignored-Fields": {
        "description": "The fields of the request that are not known, by their paths, percent-encoded; "
        f"of many the first {MOST_NAMES}.",
        "schema": {"type": "string"},
    },
    "Preference-Applied": {
        "description": "The `Prefer` that was heeded.",
        "schema": {"type": "string"},
    },
    "Idempotency-Replayed": {
        "description": "`true`: this is the first answer again.",
        "schema": {"const": "true"},
    },
}


def text() -> str:
    """The document as it is served."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    docs.DOCUMENT.write_text(text())

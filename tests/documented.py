"""Whether an answer is one that the served document promises."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from herald.api.voxburst import docs

DOCUMENT = json.loads(docs.DOCUMENT.read_text())
NO_ROUTE = {404: "Error", 405: "Error"}


def complaints(method: str, path: str, status: int, body: object) -> list[str]:
    """What the document does not know of this answer; nothing when all is well."""
    schema = schemas(method, path).get(status)
    if schema is None:
        said = f"{method} {path} is not documented to answer {status}"
        return [f"{said}: see `answers` and `refuses` of its door"]
    errors = Draft202012Validator({**schema, "components": DOCUMENT["components"]}).iter_errors(
        body
    )
    return [
        f"{method} {path} {status} {each.json_path}: {each.message}: see openapi/answers"
        for each in errors
    ]


@cache
def schemas(method: str, path: str) -> Mapping[int, Any]:
    """What that call may answer, by status; a call of no route, what every such call answers."""
    return next(
        known(method, path),
        {status: {"$ref": f"#/components/schemas/{name}"} for status, name in NO_ROUTE.items()},
    )


def known(method: str, path: str) -> Iterator[Mapping[int, Any]]:
    """The operation, if there is one; a route with fewer parameters comes first."""
    for template, methods in sorted(DOCUMENT["paths"].items(), key=lambda each: each[0].count("{")):
        if method.lower() in methods and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            yield {
                int(status): schema_of(said)
                for status, said in methods[method.lower()]["responses"].items()
            }


def schema_of(response: Mapping[str, Any]) -> Any:
    said = (
        DOCUMENT["components"]["responses"][response["$ref"].rpartition("/")[2]]
        if "$ref" in response
        else response
    )
    return next(iter(said["content"].values()))["schema"]

"""The answer of a door."""

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from herald.domain.idempotency import IdempotentRequest
from herald.domain.values import frozen

ROOM = 2_900_000
"""Bytes of JSON that surely fit an answer. Lambda takes 6 MB, and may write each byte as two."""


@frozen
class Response:
    """An answer. `body` is ready for JSON, or is text or bytes of the content type already."""

    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


def to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def answered(request: IdempotentRequest[Any]) -> Response:
    """Answer a request whose result is known. A stored response has the same bytes."""
    return Response(status=request.status, body=request.body)


def ok(body: object) -> Response:
    return Response(status=200, body=body)


def created(body: object) -> Response:
    return Response(status=201, body=body)


def accepted(body: object) -> Response:
    return Response(status=202, body=body)

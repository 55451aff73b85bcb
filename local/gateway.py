"""What API Gateway does between a request and a function: routes, CORS, payload format 2.0.

Behaves as AWS documents it (Developer Guide, "Work with AWS Lambda proxy integrations for HTTP
APIs", "Configure CORS for HTTP APIs"). Where the guide is silent, it behaves as live captures show:
the path is decoded, a trailing slash is another path, and a greedy variable may be empty.
"""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.aws import ACCOUNT

LARGEST_INVOCATION = 6 * 1024 * 1024  # Lambda's, in either direction
API_ID = "local"
HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "expect",
}
TEXT = re.compile(
    r"(text/.*|application/(json|javascript|xml|x-www-form-urlencoded|graphql|.*\+(json|xml)))?"
)
FUNCTION = re.compile(r"\$\{(\w+)\.Arn\}/invocations")

Payload = dict[str, Any]


class FunctionError(Exception):
    """The function raised, timed out or could not start."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where requests of one method, or ANY, and one path go. `key` is AWS's name of it."""

    key: str
    method: str
    pattern: re.Pattern[str]
    function: str
    rank: tuple[int, ...]  # the most specific first


@dataclass(frozen=True, slots=True)
class Request:
    """A request, before it is an event."""

    method: str
    target: str
    protocol: str
    source: str
    headers: Sequence[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a client."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    cookies: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Cors:
    """Whose pages may call the API from a browser, and how."""

    origins: Sequence[str]
    methods: Sequence[str] = ()
    headers: Sequence[str] = ()
    exposed: Sequence[str] = ()
    max_age: int = 0

    def allows(self, origin: str) -> bool:
        """Return whether an origin may call: `*` is every origin, `https://*` every https one."""
        for allowed in self.origins:
            if allowed in ("*", origin):
                return True
            if allowed.endswith("://*") and origin.startswith(allowed[:-1]):
                return True
        return False

    def preflight(self, origin: str) -> dict[str, str]:
        """Return the headers of the gateway's own answer to a browser that asks first."""
        if not self.allows(origin):
            return {}
        return {
            **self._origin(origin),
            "access-control-allow-methods": ",".join(self.methods),
            "access-control-allow-headers": ",".join(self.headers),
            "access-control-max-age": str(self.max_age),
        }

    def shown(self, origin: str) -> dict[str, str]:
        """Return the headers that are added to a function's answer."""
        if not self.allows(origin):
            return {}
        return {**self._origin(origin), "access-control-expose-headers": ",".join(self.exposed)}

    def _origin(self, origin: str) -> dict[str, str]:
        return {"access-control-allow-origin": "*" if "*" in self.origins else origin}


Invoke = Callable[[str, bytes], Any]


def message(status: int, text: str) -> Answer:
    """Return an answer of the gateway's own."""
    body = json.dumps({"message": text}, separators=(",", ":")).encode()
    return Answer(status, body, {"content-type": "application/json"})


NOT_FOUND = message(404, "Not Found")
TOO_LARGE = message(413, "Request Entity Too Large")
FAULTY = message(500, "Internal Server Error")
UNAVAILABLE = message(503, "Service Unavailable")


def routes_of(open_api: Mapping[str, Any]) -> list[Route]:
    """Return every route of the API's body, the most specific first."""
    return sorted(_routes(open_api.get("paths", {})), key=lambda route: route.rank)


def cors_of(open_api: Mapping[str, Any], origins: Sequence[str]) -> Cors | None:
    """Return the API's CORS for these origins.

    None when there are no origins, which is the condition in the template, or no CORS.
    """
    cors = open_api.get("x-amazon-apigateway-cors")
    if not cors or not origins:
        return None
    _condition, wanted, _otherwise = cors["Fn::If"]
    return Cors(
        origins=origins,
        methods=wanted["allowMethods"],
        headers=wanted["allowHeaders"],
        exposed=wanted["exposeHeaders"],
        max_age=wanted["maxAge"],
    )


def _routes(paths: Mapping[str, Any]) -> Iterator[Route]:
    for path, operations in paths.items():
        for verb, operation in operations.items():
            if "x-amazon-apigateway-integration" in operation:
                uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
                method = "ANY" if verb == "x-amazon-apigateway-any-method" else verb.upper()
                function = FUNCTION.search(uri)
                assert function, f"{path}: not a Lambda integration"
                yield route(method, path, function[1])


def route(method: str, path: str, function: str) -> Route:
    """Return one route. `$default` takes every path that has no other route."""
    if path.lstrip("/") == "$default":
        return Route("$default", "ANY", re.compile(".*", re.DOTALL), function, (2, 0, 0, 0))
    pattern = re.escape(path)
    pattern = re.sub(r"\\\{(\w+)\\\+\\\}", r"(?P<\1>.*)", pattern)
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", pattern)
    rank = (int("+}" in path), path.count("{"), -len(path), int(method == "ANY"))
    return Route(f"{method} {path}", method, re.compile(pattern, re.DOTALL), function, rank)


def choose(routes: Sequence[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the route that takes a request, and its path parameters."""
    for candidate in routes:
        match = candidate.pattern.fullmatch(path)
        if match and candidate.method in ("ANY", method):
            return candidate, match.groupdict()
    return None


def handle(
    request: Request, *, routes: Sequence[Route], invoke: Invoke, cors: Cors | None = None
) -> Answer:
    """Return what AWS would answer. `invoke` runs the function."""
    sent = {name.lower(): value for name, value in request.headers}
    if cors is None or "origin" not in sent:
        return answered(request, routes=routes, invoke=invoke)
    if request.method == "OPTIONS" and "access-control-request-method" in sent:
        return Answer(204, b"", cors.preflight(sent["origin"]))
    answer = answered(request, routes=routes, invoke=invoke)
    headers = {
        name: value
        for name, value in answer.headers.items()
        if not name.startswith("access-control-")
    }
    return replace(answer, headers=headers | cors.shown(sent["origin"]))


def answered(request: Request, *, routes: Sequence[Route], invoke: Invoke) -> Answer:
    """Return the answer of the function that takes the request."""
    raw_path, _, query = request.target.partition("?")
    path = urllib.parse.unquote(raw_path).partition("?")[0]
    chosen = choose(routes, request.method, path)
    if chosen is None:
        return NOT_FOUND
    taken_by, parameters = chosen
    event = event_of(request, taken_by.key, path, query, parameters, now=datetime.now(UTC))
    payload = json.dumps(event).encode()
    if len(payload) > LARGEST_INVOCATION:
        return TOO_LARGE
    try:
        return answer_of(invoke(taken_by.function, payload))
    except FunctionError:
        return FAULTY
    except (BotoCoreError, ClientError):  # throttled, or the emulator is gone
        return UNAVAILABLE


def event_of(
    request: Request,
    key: str,
    path: str,
    query: str,
    parameters: Mapping[str, str],
    *,
    now: datetime,
) -> Payload:
    """Return the request as a payload of format 2.0, without what is empty."""
    headers, cookies = _headers(request.headers)
    host = headers.get("host", "localhost")
    forwarded = [headers.get("x-forwarded-for"), request.source]
    headers |= {
        "x-amzn-trace-id": f"Root=1-{int(now.timestamp()):08x}-{uuid.uuid4().hex[:24]}",
        "x-forwarded-for": ",".join(address for address in forwarded if address),
        "x-forwarded-port": host.rpartition(":")[2] if ":" in host else "80",
        "x-forwarded-proto": "http",
    }
    encoded = bool(request.body) and not _is_text(headers.get("content-type", ""), request.body)
    optional = {
        "cookies": cookies,
        "queryStringParameters": _joined(urllib.parse.parse_qsl(query, keep_blank_values=True)),
        "pathParameters": dict(parameters),
        "body": base64.b64encode(request.body).decode() if encoded else request.body.decode(),
    }
    return {
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        **{name: value for name, value in optional.items() if value},
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": API_ID,
            "domainName": host,
            "domainPrefix": host.partition(".")[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": request.protocol,
                "sourceIp": request.source,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": base64.urlsafe_b64encode(uuid.uuid4().bytes[:11]).decode(),
            "routeKey": key,
            "stage": "$default",
            "time": f"{now:%d/%b/%Y:%H:%M:%S +0000}",
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": encoded,
    }


def _headers(sent: Sequence[tuple[str, str]]) -> tuple[dict[str, str], list[str]]:
    """Return the headers, and apart from them the cookies.

    Names are in lower case, and values of the same name are joined.
    """
    headers: list[tuple[str, str]] = []
    cookies: list[str] = []
    for name, value in sent:
        if name.lower() == "cookie":
            cookies += [cookie.strip() for cookie in value.split(";") if cookie.strip()]
        elif name.lower() not in HOP_BY_HOP:
            headers.append((name.lower(), value))
    return _joined(headers), cookies


def _joined(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _is_text(content_type: str, body: bytes) -> bool:
    if not TEXT.fullmatch(content_type.partition(";")[0].strip().lower()):
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def answer_of(result: Any) -> Answer:
    """Return a function's result as an answer. A result not of format 2.0 is a fault, as on AWS."""
    if not (isinstance(result, dict) and "statusCode" in result):  # inferred: 200 and JSON
        inferred = result if isinstance(result, str) else json.dumps(result)
        return Answer(200, inferred.encode(), {"content-type": "application/json"})
    try:
        status = int(result["statusCode"])
        body = _body(result.get("body"), encoded=bool(result.get("isBase64Encoded")))
        headers = {
            str(name).lower(): _text(value) for name, value in (result.get("headers") or {}).items()
        }
        cookies = [_text(cookie) for cookie in result.get("cookies") or ()]
    except (TypeError, ValueError, AttributeError):
        return FAULTY
    if not 100 <= status < 600 or len(body) > LARGEST_INVOCATION:
        return FAULTY
    headers.pop("content-length", None)
    return Answer(status, body, {"content-type": "text/plain; charset=utf-8", **headers}, cookies)


def _body(body: Any, *, encoded: bool) -> bytes:
    if body is None:
        return b""
    if not isinstance(body, str):
        raise TypeError("body is no string")
    return base64.b64decode(body, validate=True) if encoded else body.encode()


def _text(value: Any) -> str:
    """Return a header's value. Numbers and booleans are written as in JSON.

    Raises ValueError for anything else, and for a line break, which would begin another header.
    """
    text = value if isinstance(value, str) else json.dumps(value)
    if isinstance(value, (list, dict)) or value is None or "\r" in text or "\n" in text:
        raise ValueError("not a header's value")
    return text


def invoker(functions: Any, names: Callable[[str], str]) -> Invoke:
    """Return what runs a function through Lambda's own API, by its name in the template."""

    def invoke(function: str, payload: bytes) -> Any:
        response = functions.invoke(FunctionName=names(function), Payload=payload)
        result = json.loads(response["Payload"].read() or b"null")
        if "FunctionError" in response:
            raise FunctionError(result.get("errorMessage"))
        return result

    return invoke

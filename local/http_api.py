"""An API Gateway HTTP API on 127.0.0.1: payload format 2.0, routes and CORS from the expanded template.

Behaves as AWS documents it (Developer Guide, "Work with AWS Lambda proxy integrations for HTTP APIs", "Configure CORS for HTTP
APIs"), and where the guide is silent as live captures show: the path is decoded, a trailing slash is another path, a greedy
variable may be empty.
"""

from __future__ import annotations

import base64
import email.message
import gzip
import json
import re
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.aws import ACCOUNT
from local.logs import worded

LARGEST_REQUEST = 10 * 1024 * 1024  # the gateway's quota
LARGEST_INVOCATION = 6 * 1024 * 1024  # Lambda's, in either direction
LONGEST_BODY_READ_AWAY = 64 * 1024 * 1024
API_ID = "local"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
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
    """Where requests of one method, or ANY, and one path go; key is what AWS calls it."""

    key: str
    method: str
    pattern: re.Pattern[str]
    function: str
    rank: tuple[int, ...]  # the most specific first


@dataclass(frozen=True, slots=True)
class Request:
    """What came in, before it is an event."""

    method: str
    target: str
    protocol: str
    source: str
    headers: Sequence[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out."""

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
        """`*` is every origin, `https://*` every one of that scheme."""
        return any(
            each in ("*", origin) or (each.endswith("://*") and origin.startswith(each[:-1]))
            for each in self.origins
        )

    def preflight(self, origin: str) -> dict[str, str]:
        """The headers of the gateway's own answer to a browser that asks first."""
        if not self.allows(origin):
            return {}
        return {
            **self._origin(origin),
            "access-control-allow-methods": ",".join(self.methods),
            "access-control-allow-headers": ",".join(self.headers),
            "access-control-max-age": str(self.max_age),
        }

    def shown(self, origin: str) -> dict[str, str]:
        """The headers that a function's answer gets."""
        return (
            {**self._origin(origin), "access-control-expose-headers": ",".join(self.exposed)}
            if self.allows(origin)
            else {}
        )

    def _origin(self, origin: str) -> dict[str, str]:
        return {"access-control-allow-origin": "*" if "*" in self.origins else origin}


Invoke = Callable[[str, bytes], Any]


def message(status: int, text: str) -> Answer:
    """An answer of the gateway's own."""
    return Answer(
        status,
        json.dumps({"message": text}, separators=(",", ":")).encode(),
        {"content-type": "application/json"},
    )


NOT_FOUND = message(404, "Not Found")
TOO_LARGE = message(413, "Request Entity Too Large")
FAULTY = message(500, "Internal Server Error")
UNAVAILABLE = message(503, "Service Unavailable")


def routes_of(open_api: Mapping[str, Any]) -> list[Route]:
    """Every route of the API's body, the most specific first."""
    return sorted(_routes(open_api.get("paths", {})), key=lambda route: route.rank)


def cors_of(open_api: Mapping[str, Any], origins: Sequence[str]) -> Cors | None:
    """The API's CORS for these origins, None when there are none: the condition that the template decides it by."""
    said = open_api.get("x-amazon-apigateway-cors")
    if not said or not origins:
        return None
    _condition, wanted, _otherwise = said["Fn::If"]
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
    """One route; `$default` is every path that has no other."""
    if path.lstrip("/") == "$default":
        return Route("$default", "ANY", re.compile(".*", re.DOTALL), function, (2, 0, 0, 0))
    pattern = re.escape(path)
    pattern = re.sub(r"\\\{(\w+)\\\+\\\}", r"(?P<\1>.*)", pattern)
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", pattern)
    rank = (int("+}" in path), path.count("{"), -len(path), int(method == "ANY"))
    return Route(f"{method} {path}", method, re.compile(pattern, re.DOTALL), function, rank)


def choose(routes: Sequence[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route that takes a request, and its path parameters."""
    for candidate in routes:
        match = candidate.pattern.fullmatch(path)
        if match and candidate.method in ("ANY", method):
            return candidate, match.groupdict()
    return None


def handle(
    request: Request, *, routes: Sequence[Route], invoke: Invoke, cors: Cors | None = None
) -> Answer:
    """What AWS would answer, with `invoke` running the function."""
    sent = {name.lower(): value for name, value in request.headers}
    if cors is None or "origin" not in sent:
        return answered(request, routes=routes, invoke=invoke)
    if request.method == "OPTIONS" and "access-control-request-method" in sent:
        return Answer(204, b"", cors.preflight(sent["origin"]))
    answer = answered(request, routes=routes, invoke=invoke)
    own = {
        name: value
        for name, value in answer.headers.items()
        if not name.startswith("access-control-")
    }
    return replace(answer, headers=own | cors.shown(sent["origin"]))


def answered(request: Request, *, routes: Sequence[Route], invoke: Invoke) -> Answer:
    """What the function that takes a request makes of it."""
    raw_path, _, query = request.target.partition("?")
    path = urllib.parse.unquote(raw_path).partition("?")[0]
    chosen = choose(routes, request.method, path)
    if chosen is None:
        return NOT_FOUND
    found, parameters = chosen
    payload = json.dumps(
        event_of(request, found.key, path, query, parameters, now=datetime.now(UTC))
    ).encode()
    if len(payload) > LARGEST_INVOCATION:
        return TOO_LARGE
    try:
        return answer_of(invoke(found.function, payload))
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
    """The request as a payload of format 2.0; what is empty is left out."""
    headers, cookies = _headers(request.headers)
    host = headers.get("host", "localhost")
    headers |= {
        "x-amzn-trace-id": f"Root=1-{int(now.timestamp()):08x}-{uuid.uuid4().hex[:24]}",
        "x-forwarded-for": ",".join(filter(None, [headers.get("x-forwarded-for"), request.source])),
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
    """Lowercased names, values of one name joined; cookies apart."""
    kept = [(name.lower(), value) for name, value in sent if name.lower() not in HOP_BY_HOP]
    cookies = [
        cookie.strip() for name, value in kept if name == "cookie" for cookie in value.split(";")
    ]
    return _joined([(name, value) for name, value in kept if name != "cookie"]), [
        c for c in cookies if c
    ]


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
    """A function's result as an answer; what is not of format 2.0 is a fault, as on AWS."""
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
    """Numbers and booleans are written as JSON writes them; a line break would be a header of its own."""
    text = value if isinstance(value, str) else json.dumps(value)
    if isinstance(value, (list, dict)) or value is None or "\r" in text or "\n" in text:
        raise ValueError("not a header's value")
    return text


def refusal(answer: Answer) -> Mapping[str, Any]:
    """What a refusal says of itself: its code, and the field that it is about."""
    if answer.status < 400:
        return {}
    zipped = answer.headers.get("content-encoding") == "gzip"
    try:
        error = json.loads(gzip.decompress(answer.body) if zipped else answer.body)["error"]
        said = {"code": error["code"], "field": error.get("details", {}).get("field")}
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OSError,
        EOFError,
    ):  # the gateway's own, or none of herald's
        return {}
    return {name: value for name, value in said.items() if value is not None}


class HttpApi(ThreadingHTTPServer):
    """The socket and its threads; bound at once, answering after `serve`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, *, invoke: Invoke, tell: Callable[[str], None]) -> None:
        super().__init__(("127.0.0.1", port), _Handler, bind_and_activate=False)
        self.routes: Sequence[Route] = ()
        self.cors: Cors | None = None
        self.invoke = invoke
        self.tell = tell
        self._thread = threading.Thread(
            target=self.serve_forever, args=(0.1,), name="http", daemon=True
        )
        self.server_bind()

    def serve(self) -> None:
        """Listen and answer, in threads of its own."""
        self.server_activate()
        self._thread.start()

    def close(self) -> None:
        """Answer nobody any more."""
        if self._thread.is_alive():
            self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one write per answer
    disable_nagle_algorithm = True
    server: HttpApi

    def answer(self) -> None:
        started = time.perf_counter()
        answer = self._answer()
        self._send(answer)
        took = round((time.perf_counter() - started) * 1000)
        told = f"{self.command} {self.path.partition('?')[0]} {answer.status} {took} ms {worded(refusal(answer))}"
        self.server.tell(f"{'request':<16} {told.rstrip()}")

    def _answer(self) -> Answer:
        try:
            body = read_body(self.headers, self.rfile.read, self.rfile.readline)
        except ValueError:
            self.close_connection = True
            return message(400, "Bad Request")
        if body is None:
            self.close_connection = True
            return TOO_LARGE
        request = Request(
            self.command,
            self.path,
            self.request_version,
            self.client_address[0],
            self.headers.items(),
            body,
        )
        return handle(
            request, routes=self.server.routes, invoke=self.server.invoke, cors=self.server.cors
        )

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        self.send_header("date", self.date_time_string())
        for name, value in answer.headers.items():
            self.send_header(name, value)
        for cookie in answer.cookies:
            self.send_header("set-cookie", cookie)
        self.send_header("apigw-requestid", uuid.uuid4().hex[:15] + "=")
        if self.close_connection:
            self.send_header("connection", "close")
        if answer.status >= 200 and answer.status not in (204, 304):
            self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD" and answer.status not in (204, 304):
            self.wfile.write(answer.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """We tell it ourselves."""


for _method in METHODS:
    setattr(_Handler, f"do_{_method}", _Handler.answer)


def read_body(
    headers: email.message.Message, read: Callable[[int], bytes], read_line: Callable[[int], bytes]
) -> bytes | None:
    """The whole body, plain or chunked; None when it is too large, ValueError when its length makes no sense."""
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        return _read_chunks(read, read_line)
    length = int(headers.get("Content-Length") or 0)
    if length < 0:
        raise ValueError("negative length")
    if length <= LARGEST_REQUEST:
        return read(length)
    left = min(
        length, LONGEST_BODY_READ_AWAY
    )  # a client that is still sending would not see our answer
    while left > 0 and (data := read(min(left, 1 << 20))):
        left -= len(data)
    return None


def _read_chunks(read: Callable[[int], bytes], read_line: Callable[[int], bytes]) -> bytes | None:
    body = bytearray()
    while length := int(read_line(1024).partition(b";")[0], 16):
        if len(body) + length > LARGEST_REQUEST:
            return None
        body += read(length)
        read_line(8)
    while read_line(65536).strip():  # trailers
        pass
    return bytes(body)


def invoker(functions: Any, names: Callable[[str], str]) -> Invoke:
    """Run a function, known by its name in the template, through Lambda's own API."""

    def invoke(function: str, payload: bytes) -> Any:
        response = functions.invoke(FunctionName=names(function), Payload=payload)
        result = json.loads(response["Payload"].read() or b"null")
        if "FunctionError" in response:
            raise FunctionError(result.get("errorMessage"))
        return result

    return invoke

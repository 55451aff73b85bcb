"""The HTTP API on 127.0.0.1: the sockets around local/gateway.py."""

from __future__ import annotations

import email.message
import gzip
import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.gateway import TOO_LARGE, Answer, Cors, Invoke, Request, Route, handle, message
from local.logs import worded

LARGEST_REQUEST = 10 * 1024 * 1024  # the gateway's quota
LONGEST_BODY_READ_AWAY = 64 * 1024 * 1024
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


def refusal(answer: Answer) -> Mapping[str, Any]:
    """Return a refusal's code, and the field that it is about."""
    if answer.status < 400:
        return {}
    zipped = answer.headers.get("content-encoding") == "gzip"
    try:
        error = json.loads(gzip.decompress(answer.body) if zipped else answer.body)["error"]
        facts = {"code": error["code"], "field": error.get("details", {}).get("field")}
    # a refusal of the gateway's own, or an answer that is none of herald's
    except (ValueError, LookupError, TypeError, AttributeError, OSError, EOFError):
        return {}
    return {name: value for name, value in facts.items() if value is not None}


class HttpApi(ThreadingHTTPServer):
    """The socket and its threads. It is bound at once, and answers after `serve`."""

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
        """Listen and answer, in other threads."""
        self.server_activate()
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        if self._thread.is_alive():
            self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: a client that hung up is no news."""


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
        path = self.path.partition("?")[0]
        line = f"{self.command} {path} {answer.status} {took} ms {worded(refusal(answer))}"
        self.server.tell(f"{'request':<16} {line.rstrip()}")

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
        """Print nothing: `answer` writes the line."""


for _method in METHODS:
    setattr(_Handler, f"do_{_method}", _Handler.answer)


def read_body(
    headers: email.message.Message, read: Callable[[int], bytes], read_line: Callable[[int], bytes]
) -> bytes | None:
    """Return the whole body, plain or chunked, or None when it is too large.

    Raises ValueError when its length makes no sense.
    """
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        return _read_chunks(read, read_line)
    length = int(headers.get("Content-Length") or 0)
    if length < 0:
        raise ValueError("negative length")
    if length <= LARGEST_REQUEST:
        return read(length)
    # a client that is still sending would not see our answer
    left = min(length, LONGEST_BODY_READ_AWAY)
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

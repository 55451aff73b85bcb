"""Fakes of HTTP: a client that a test answers, and servers on loopback that a test answers for."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from herald.net.client import Http, Response, StreamedBody

# ----------------------------------------------------------------------------------------- a client


@dataclass(frozen=True)
class Request:
    """What a client was told to send; the chunks of a Body are joined."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    timeout: float
    max_bytes: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def call(self) -> str:
        """The last part of the path."""
        return self.url.partition("?")[0].rpartition("/")[2]

    def sent_by(self, http: Http, *, timeout: float | None = None) -> Response:
        """Send it with another client, within `timeout` seconds in place of its own."""
        return http.send(
            self.method,
            self.url,
            headers=self.headers,
            body=self.body,
            timeout=self.timeout if timeout is None else timeout,
            max_bytes=self.max_bytes,
        )


Answer = Callable[[Request], Response]


@dataclass
class Scripted:
    """An Http that a test answers itself; what `answer` raises is raised to the caller."""

    answer: Answer
    requests: list[Request] = field(default_factory=list)

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | StreamedBody = b"",
        timeout: float = 30,
        max_bytes: int = 65536,
    ) -> Response:
        whole = b"".join(body.chunks()) if isinstance(body, StreamedBody) else body
        request = Request(method, url, headers, whole, timeout, max_bytes)
        self.requests.append(request)
        return self.answer(request)

    @property
    def timeouts(self) -> list[float]:
        return [request.timeout for request in self.requests]


def reply(status: int, body: object = "", **headers: str) -> Response:
    """Make an answer; a body that is no str is sent as JSON."""
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, headers=named, body=data)


def scripted(*answers: Response | Exception) -> Scripted:
    """A client that is answered in this order, whatever it asks."""
    rest = iter(answers)

    def answer(_request: Request) -> Response:
        found = next(rest)
        if isinstance(found, Exception):
            raise found
        return found

    return Scripted(answer)


def hasty(http: Http, seconds: float) -> Scripted:
    """A client that waits for nobody longer than so many seconds."""
    return Scripted(lambda request: request.sent_by(http, timeout=seconds))


def meanwhile(http: Http, happens: Callable[[str], object]) -> Scripted:
    """A client that lets something happen before it sends; told is the address."""

    def answer(request: Request) -> Response:
        happens(request.url)
        return request.sent_by(http)

    return Scripted(answer)


# ------------------------------------------------------------------------------------------ servers


class Server(ThreadingHTTPServer):
    """Listens on loopback until `stop`; `take` answers every request, whatever its method."""

    def __init__(self, take: Callable[[BaseHTTPRequestHandler], object]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                take(self)

            do_GET = do_POST = handle_any  # noqa: N815 - the names that http.server looks for

            def log_message(self, *_: object) -> None:
                """Silent."""

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self._thread = Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


@contextmanager
def serving(take: Callable[[BaseHTTPRequestHandler], object]) -> Iterator[str]:
    """A server for as long as the block lasts. Yields its address."""
    server = Server(take)
    try:
        yield server.url
    finally:
        server.stop()


def read_body(request: BaseHTTPRequestHandler) -> bytes:
    return request.rfile.read(int(request.headers["Content-Length"]))


def headers_of(request: BaseHTTPRequestHandler) -> dict[str, str]:
    """Its headers, by their names in lower case."""
    return {name.lower(): value for name, value in request.headers.items()}


def say(
    request: BaseHTTPRequestHandler,
    status: int,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> None:
    """Answer a request. Headers may say another Content-Length than the true one."""
    request.send_response(status)
    for name, value in ({"Content-Length": str(len(body))} | dict(headers or {})).items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


@dataclass
class Site:
    """A server with one file; `asked` are the ranges that were wanted, None for all of it."""

    url: str = ""
    content: bytes = b""
    status: int = 200
    ranged: bool = True  # whether it knows what a range means
    size: str = ""  # what it says of the whole file, in place of the truth
    asked: list[str | None] = field(default_factory=list)

    def take(self, request: BaseHTTPRequestHandler) -> None:
        wanted = request.headers["Range"]
        self.asked.append(wanted)
        part = re.fullmatch(r"bytes=(\d+)-(\d+)", wanted or "")
        try:
            if part and self.ranged and self.status == 200:
                self._say_part(request, int(part[1]), int(part[2]))
            else:
                say(request, self.status, self.content)
        except ConnectionError:
            return  # the reader had enough

    def _say_part(self, request: BaseHTTPRequestHandler, first: int, last: int) -> None:
        part = self.content[first : last + 1]
        whole = self.size or len(self.content)
        say(request, 206, part, {"Content-Range": f"bytes {first}-{first + len(part) - 1}/{whole}"})


@contextmanager
def site_with(content: bytes = b"", *, path: str = "/file") -> Iterator[Site]:
    """A site for as long as the block lasts, its file at that path."""
    site = Site(content=content)
    with serving(site.take) as url:
        site.url = url + path
        yield site

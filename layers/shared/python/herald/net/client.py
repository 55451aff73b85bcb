"""The only client for outgoing HTTP, in one file: all of it keeps hostile receivers at bay.

One deadline covers a whole call, reads are capped, no redirect is followed, no body decompressed.
"""

import io
import json
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from http.client import (
    BadStatusLine,
    HTTPException,
    HTTPResponse,
    IncompleteRead,
    LineTooLong,
    UnknownProtocol,
)
from threading import Lock
from typing import Any, Protocol

from herald.domain.values import frozen
from herald.net.errors import BlockedError, CallError, NoAnswerError, NotSentError
from herald.net.guard import Address, Destination, Guard

__all__ = [
    "BlockedError",
    "CallError",
    "Client",
    "Http",
    "NoAnswerError",
    "NotSentError",
    "Response",
    "StreamedBody",
]

MAX_RESPONSE = 65536
MAX_HEAD = 256 * 1024  # bytes before a body, 1xx answers included
# Bytes that may come in for each byte of a body. A chunk of one byte takes six.
FRAMING = 8
MAX_INTERIM = 8  # 1xx answers before the real one
SWITCHING = 101  # no HTTP follows it, because the other side now speaks another protocol
MAX_TRIED = 8  # of the addresses of one name, which may have thousands
METHOD = re.compile(r"[A-Z]+\Z")
SIZE = re.compile(r"[0-9]{1,15}\Z")  # of a file; a longer number is not worth reading
FIELD_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
FIELD_VALUE = re.compile(r"[\x20-\x7e\x80-\xff]*\Z")
OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding"})
HTTP_WORDS: Mapping[type[HTTPException], str] = {
    BadStatusLine: "it is not HTTP/1.1",
    UnknownProtocol: "it is not HTTP/1.1",
    IncompleteRead: "the answer broke off",
    LineTooLong: "a line is too long",
}
TLS_WORDS = {
    "HTTP_REQUEST": "it does not speak TLS",
    "WRONG_VERSION_NUMBER": "it does not speak TLS",
    "TLSV1_ALERT_PROTOCOL_VERSION": "its TLS is too old, 1.2 is the least",
    "UNSUPPORTED_PROTOCOL": "its TLS is too old, 1.2 is the least",
}


@frozen
class StreamedBody:
    """A body that is never whole in memory. Every call of `chunks` yields its `size` bytes anew."""

    size: int
    chunks: Callable[[], Iterable[bytes]]


@frozen
class Response:
    """An answer. Header names are in lower case; a `truncated` body went on after `max_bytes`."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    truncated: bool = False

    def json(self) -> Any:
        """Return the body as JSON. Raises NoAnswerError for any other body, which tells nothing."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):  # RecursionError: brackets without end
            reason = "is too long" if self.truncated else "is not JSON"
            message = f"the answer (HTTP {self.status}) {reason}"
            raise NoAnswerError(message, status=self.status) from None


class Http(Protocol):
    """The method of a client that callers need."""

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | StreamedBody = b"",
        timeout: float = 30,
        max_bytes: int = MAX_RESPONSE,
    ) -> Response:
        """Send a request on a connection of its own and read the answer, within `timeout` seconds.

        Raises NotSentError (no effect), its child BlockedError, or NoAnswerError (outcome unknown).
        Raises ValueError for a method or header that no request may have.
        Raises whatever the chunks of a StreamedBody raise.
        """
        ...


class Deadline:
    """One point in time that every step of a call shares."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """Return the seconds that remain. Raises TimeoutError when none do."""
        left = self._end - self._clock()
        if left <= 0:
            raise TimeoutError("timed out")
        return left


class Client:
    """A client that threads may share, with one TLS context, made at the first https call."""

    def __init__(
        self,
        guard: Guard,
        clock: Callable[[], float] = time.monotonic,
        *,
        make_tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._guard = guard
        self._clock = clock
        self._make_tls = make_tls
        self._tls: ssl.SSLContext | None = None
        self._lock = Lock()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | StreamedBody = b"",
        timeout: float = 30,
        max_bytes: int = MAX_RESPONSE,
    ) -> Response:
        deadline = Deadline(self._clock, timeout)
        destination = self._guard.check_url(url)
        size = body.size if isinstance(body, StreamedBody) else len(body)
        head = render(method, destination, headers, size)
        try:
            connection = self._connect(destination, deadline)
        except OSError as error:
            raise NotSentError(f"no connection: {describe(error)}") from None
        with closing(connection):
            try:
                missing = transmit(connection, head, body, deadline)
            except NotSentError as error:  # a server that finds the body too large hangs up
                return early(connection, method, deadline, max_bytes, error)
            if missing:
                raise NotSentError("the body is not as long as it said")
            return read_response(connection, method, deadline, max_bytes)

    def _connect(self, destination: Destination, deadline: Deadline) -> socket.socket:
        addresses = self._guard.resolve(destination, timeout=deadline.left())
        connection = open_first(addresses[:MAX_TRIED], destination.port, deadline)
        if destination.scheme == "http":
            return connection
        try:
            connection.settimeout(deadline.left())
            return self._context().wrap_socket(connection, server_hostname=destination.host)
        except BaseException:
            connection.close()
            raise

    def _context(self) -> ssl.SSLContext:
        with self._lock:
            if self._tls is None:
                self._tls = self._make_tls()
                self._tls.set_alpn_protocols(["http/1.1"])
            return self._tls


def render(method: str, destination: Destination, headers: Mapping[str, str], size: int) -> bytes:
    """Return the head of a request whose body has `size` bytes.

    Raises ValueError for a method or header that would change its shape, or that is set here.
    """
    if not METHOD.match(method):
        raise ValueError("not a request method")
    for name, value in headers.items():
        if not FIELD_NAME.match(name) or name.lower() in OURS:
            raise ValueError("not a header that may be set")
        if not FIELD_VALUE.match(value):
            raise ValueError(
                f"the value of the header {name} has characters that no header may have"
            )
    fields = {
        "Host": destination.authority,
        **headers,
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    if not any(name.lower() == "user-agent" for name in headers):
        fields["User-Agent"] = "herald"
    if size or method in {"POST", "PUT", "PATCH"}:
        fields["Content-Length"] = str(size)
    start = f"{method} {destination.target} HTTP/1.1"
    lines = [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join([start, *lines, "", ""]).encode("latin-1")


def open_first(addresses: Sequence[Address], port: int, deadline: Deadline) -> socket.socket:
    """Connect to the first address that answers; each gets a fair share of the time."""
    for tried, address in enumerate(addresses, start=1):
        share = deadline.left() / (len(addresses) - tried + 1)
        try:
            connection = socket.create_connection((str(address), port), timeout=share)
        except OSError:
            if tried == len(addresses):
                raise
        else:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
    raise OSError("no address")


def transmit(
    connection: socket.socket, head: bytes, body: bytes | StreamedBody, deadline: Deadline
) -> int:
    """Write a request and return how many bytes its body lacks. Raises NotSentError."""
    if isinstance(body, bytes):
        write(connection, head + body, deadline)
        return 0
    write(connection, head, deadline)
    return stream(connection, body, deadline)


def write(connection: socket.socket, request: bytes, deadline: Deadline) -> None:
    """Write the request to its end. Raises NotSentError."""
    rest = memoryview(request)
    try:
        while rest:
            connection.settimeout(deadline.left())
            rest = rest[connection.send(rest) :]
    except OSError as error:
        raise NotSentError(f"the request could not be written: {describe(error)}") from None


def stream(connection: socket.socket, body: StreamedBody, deadline: Deadline) -> int:
    """Write the body as it is read, never beyond its size.

    Return how many bytes it lacks; the number is below 0 if it has too many. Raises NotSentError.
    """
    missing = body.size
    for chunk in body.chunks():
        missing -= len(chunk)
        if missing < 0:
            break
        write(connection, chunk, deadline)
    return missing


def early(
    connection: socket.socket, method: str, deadline: Deadline, max_bytes: int, broken: NotSentError
) -> Response:
    """Return the answer of a server that stopped reading. Raises `broken` if there is none."""
    try:
        return read_response(connection, method, deadline, max_bytes)
    except NoAnswerError:
        raise broken from None


def read_response(
    connection: socket.socket, method: str, deadline: Deadline, max_bytes: int
) -> Response:
    """Read the answer. Raises NoAnswerError."""
    answers = Answers(Stream(connection, deadline, MAX_HEAD + FRAMING * max_bytes))
    status: int | None = None
    try:
        response = first_final(answers, method)
        status = response.status
        check_length(response)
        body = response.read(max_bytes + 1)
        if len(body) <= max_bytes and response.length:
            raise ConnectionError("the answer broke off")
    except (OSError, HTTPException) as error:
        raise NoAnswerError(f"no answer: {describe(error)}", status=status) from None
    except ValueError:  # a chunk of a size below zero
        raise NoAnswerError("no answer: malformed", status=status) from None
    return Response(
        status=status,
        headers=fold(response),
        body=body[:max_bytes],
        truncated=len(body) > max_bytes,
    )


class Stream(io.RawIOBase):
    """The receiving side of a connection, which takes in no more than `most` bytes.

    Each read may take the time that the call has left, so a slow peer cannot stretch the deadline.
    """

    def __init__(self, connection: socket.socket, deadline: Deadline, most: int) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._left <= 0:
            raise HTTPException("it does not end")
        self._connection.settimeout(self._deadline.left())
        received = self._connection.recv_into(buffer, min(len(buffer), self._left))
        self._left -= received
        return received


class Answers:
    """Socket and file of every HTTPResponse: each answer reads on where the last one stopped."""

    def __init__(self, stream: Stream) -> None:
        reader = io.BufferedReader(stream)
        self.read = reader.read
        self.readline = reader.readline

    def makefile(self, _mode: str) -> "Answers":
        return self

    def flush(self) -> None:
        """Do nothing: it is read only."""

    def close(self) -> None:
        """Do nothing: the opener of the connection closes it."""


def first_final(answers: Answers, method: str) -> HTTPResponse:
    """Return the first answer that is not interim, with its head read."""
    for _ in range(MAX_INTERIM):
        response = HTTPResponse(answers, method=method)  # type: ignore[arg-type]  # uses makefile alone
        response.begin()
        if response.status >= 200 or response.status == SWITCHING:
            return response
    raise HTTPException("too many interim answers")


def check_length(response: HTTPResponse) -> None:
    """Raise HTTPException for a Content-Length that is not one number. Source: RFC 9112, 6.3."""
    lines = response.headers.get_all("content-length", [])
    lengths = {length.strip() for line in lines for length in line.split(",")}
    if len(lengths) > 1 or not all(length.isascii() and length.isdigit() for length in lengths):
        raise HTTPException("its Content-Length is not a length")


def fold(response: HTTPResponse) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


def describe(error: Exception) -> str:
    """Say what went wrong to people at the other side, without addresses or anything they sent."""
    match error:
        case TimeoutError():
            return "timed out"
        case (
            ConnectionResetError()
            | BrokenPipeError()
            | ssl.SSLEOFError()
            | ssl.SSLZeroReturnError()
        ):
            return "connection closed by the peer"
        case HTTPException():
            return HTTP_WORDS.get(type(error), str(error))
        case ssl.SSLError():
            return describe_tls(error)
        case OSError(strerror=str(text)):
            return text.lower()
        case _:
            return str(error)


def describe_tls(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted: {error.verify_message}"
    reason = error.reason if error.reason else "UNKNOWN"
    return TLS_WORDS.get(reason, f"TLS failed: {reason.lower().replace('_', ' ')}")

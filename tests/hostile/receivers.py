"""Receivers that keep no rule, each with what becomes of a delivery to it.

There are good receivers too, which must not suffer for the others.
"""

import gzip
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Event

from herald.domain.deliveries import MAX_BODY_KEPT, MAX_RETRY_AFTER
from herald.webhooks.delivery import kept_text
from tests.fakes.peer import Script, read_request

# SO_LINGER of no time: what is unsent is dropped, and the other side told so.
RESET = b"\1\0\0\0\0\0\0\0"
DATE = b"Fri, 31 Dec 9999 23:59:59 GMT"
LATE = "no answer: timed out"
BROKEN = "no answer: the answer broke off"
NO_HTTP = "no answer: it is not HTTP/1.1"
CLOSED = "no answer: connection closed by the peer"
ENDLESS = "no answer: it does not end"
NO_LENGTH = "no answer: its Content-Length is not a length"

over = Event()
"""Set when the tests are done: whoever hangs or drips stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """What it does once it is connected to, and what the log says of it."""

    name: str
    script: Script
    status: int | None = None
    error: str | None = None
    body: str | None = None
    permanent: bool = False
    retry_after: float | None = None


def says(answer: bytes) -> Script:
    """Reads the request, answers these bytes and closes."""

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer)

    return script


def says_and_stays(answer: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer)
        over.wait(60)

    return script


def says_and_resets(answer: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )  # it is under way before the reset is
        connection.sendall(answer)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    return script


def drips(head: bytes, drop: bytes) -> Script:
    """A little at a time, for ever: no single read ever takes long."""

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(head)
        while not over.wait(0.05):
            connection.sendall(drop)

    return script


def pours(head: bytes, flood: bytes) -> Script:
    """For ever, as fast as it is read."""

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(head)
        while not over.is_set():
            connection.sendall(flood)

    return script


def in_pieces(pieces: Iterable[bytes]) -> Script:
    """Slow, but in time."""

    def script(connection: socket.socket) -> None:
        read_request(connection)
        for piece in pieces:
            connection.sendall(piece)
            over.wait(0.02)

    return script


def resets_at_once(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def reads_half_and_resets(connection: socket.socket) -> None:
    connection.recv(10)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def answers_unasked(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    read_request(connection)


def never_answers(connection: socket.socket) -> None:
    read_request(connection)
    over.wait(60)


def status(code: int, *headers: bytes, body: bytes = b"") -> bytes:
    head = b"".join(b"%s\r\n" % each for each in headers)
    return b"HTTP/1.1 %d Said So\r\n%sContent-Length: %d\r\n\r\n%s" % (code, head, len(body), body)


def ok(*headers: bytes, body: bytes = b"ok") -> bytes:
    """A 200 that says no length of its own."""
    return b"HTTP/1.1 200 OK\r\n" + b"".join(b"%s\r\n" % each for each in headers) + b"\r\n" + body


def chunked(body: bytes) -> bytes:
    return ok(b"Transfer-Encoding: chunked", body=body)


BOMB = gzip.compress(bytes(20_000_000))
"""20 kB that unpack to 20 MB."""

HOSTILE = [
    # leaves
    Receiver(name="resets at once", script=resets_at_once, error="connection closed by the peer"),
    Receiver(
        name="closes at once",
        script=lambda connection: connection.close(),
        error="connection closed by the peer",
    ),
    Receiver(
        name="resets halfway through the request",
        script=reads_half_and_resets,
        error="connection closed by the peer",
    ),
    Receiver(name="closes without an answer", script=says(b""), error=CLOSED),
    Receiver(name="resets without an answer", script=says_and_resets(b""), error=CLOSED),
    Receiver(name="closes in the status line", script=says(b"HTTP/1.1 20"), error=NO_HTTP),
    Receiver(
        name="closes in the body",
        script=says(ok(b"Content-Length: 10", body=b"short")),
        status=200,
        error=BROKEN,
    ),
    Receiver(
        name="resets in the body",
        script=says_and_resets(ok(b"Content-Length: 10")),
        status=200,
        error=CLOSED,
    ),
    Receiver(name="closes in a chunk", script=says(chunked(b"5\r\nhel")), status=200, error=BROKEN),
    Receiver(
        name="closes between chunks",
        script=says(chunked(b"5\r\nhello\r\n")),
        status=200,
        error=BROKEN,
    ),
    # hangs and drips
    Receiver(name="never answers", script=never_answers, error=LATE),
    Receiver(name="hangs in the status line", script=says_and_stays(b"HTTP/1.1 200"), error=LATE),
    Receiver(
        name="hangs in the headers",
        script=says_and_stays(b"HTTP/1.1 200 OK\r\nX: 1\r\n"),
        error=LATE,
    ),
    Receiver(
        name="hangs in the body",
        script=says_and_stays(ok(b"Content-Length: 10")),
        status=200,
        error=LATE,
    ),
    Receiver(
        name="hangs after a body of no length", script=says_and_stays(ok()), status=200, error=LATE
    ),
    Receiver(
        name="hangs in a chunk",
        script=says_and_stays(chunked(b"ff\r\nhello")),
        status=200,
        error=LATE,
    ),
    Receiver(name="drips the status line", script=drips(b"HTTP/1.1 200 ", b"O"), error=LATE),
    Receiver(name="drips a header", script=drips(b"HTTP/1.1 200 OK\r\nX: ", b"x"), error=LATE),
    Receiver(name="drips headers", script=drips(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n"), error=LATE),
    Receiver(
        name="drips a body",
        script=drips(ok(b"Content-Length: 99999"), b"x"),
        status=200,
        error=LATE,
    ),
    Receiver(
        name="drips chunks", script=drips(chunked(b""), b"1\r\nx\r\n"), status=200, error=LATE
    ),
    Receiver(
        name="drips early hints", script=drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), error=LATE
    ),
    # floods
    Receiver(
        name="pours a status line",
        script=pours(b"HTTP/1.1 200 ", b"O" * 4096),
        error="no answer: a line is too long",
    ),
    Receiver(
        name="pours a header",
        script=pours(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 4096),
        error="no answer: a line is too long",
    ),
    Receiver(
        name="pours headers",
        script=pours(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n" * 1000),
        error="no answer: got more than 100 headers",
    ),
    Receiver(
        name="pours long headers",
        script=pours(b"HTTP/1.1 200 OK\r\n", b"X: " + b"x" * 60_000 + b"\r\n"),
        error=ENDLESS,
    ),
    Receiver(
        name="one header of 70 KB",
        script=says(ok(b"X: " + b"x" * 70_000)),
        error="no answer: a line is too long",
    ),
    Receiver(
        name="3000 headers",
        script=says(ok(*[b"X: 1"] * 3000)),
        error="no answer: got more than 100 headers",
    ),
    Receiver(
        name="pours a body",
        script=pours(ok(body=b""), b"x" * 65536),
        status=200,
        body="x" * MAX_BODY_KEPT,
    ),
    Receiver(
        name="pours 100s", script=pours(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), error=ENDLESS
    ),
    Receiver(
        name="pours 103s",
        script=pours(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 9),
        error="no answer: too many interim answers",
    ),
    Receiver(
        name="pours extensions of chunks",
        script=pours(chunked(b""), b"1;" + b"e" * 60_000 + b"\r\nx\r\n"),
        status=200,
        error=ENDLESS,
    ),
    Receiver(
        name="pours trailers",
        script=pours(chunked(b"2\r\nok\r\n0\r\n"), b"X: 1\r\n" * 1000),
        status=200,
        error=ENDLESS,
    ),
    Receiver(
        name="a chunk without end",
        script=pours(chunked(b"ffffffffff\r\n"), b"x" * 65536),
        status=200,
        body="x" * MAX_BODY_KEPT,
    ),
    Receiver(
        name="pours into a chunk of size -1",
        script=pours(chunked(b"-1\r\n"), b"x" * 65536),
        status=200,
        error=ENDLESS,
    ),
    # is no HTTP/1.1
    Receiver(name="HTTP/0.9", script=says(b"ok"), error=NO_HTTP),
    Receiver(
        name="HTTP/2",
        script=says(b"\0\0\x12\4\0\0\0\0\0\0\3\0\0\0\x64\0\4\0\x10\0\0\r\n"),
        error=NO_HTTP,
    ),
    Receiver(
        name="HTTP/2 in words",
        script=says(b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
        error=NO_HTTP,
    ),
    Receiver(
        name="the request, sent back",
        script=lambda connection: connection.sendall(read_request(connection)),
        error=NO_HTTP,
    ),
    Receiver(name="SSH", script=says(b"SSH-2.0-OpenSSH_9.9\r\n"), error=NO_HTTP),
    Receiver(name="NULs", script=says(bytes(1000) + b"\r\n\r\n"), error=NO_HTTP),
    Receiver(name="a status in letters", script=says(b"HTTP/1.1 OK 200\r\n\r\n"), error=NO_HTTP),
    Receiver(name="no status", script=says(b"HTTP/1.1\r\n\r\n"), error=NO_HTTP),
    Receiver(name="status 99", script=says(b"HTTP/1.1 99 Low\r\n\r\n"), error=NO_HTTP),
    Receiver(name="status 000", script=says(b"HTTP/1.1 000 None\r\n\r\n"), error=NO_HTTP),
    Receiver(name="status -200", script=says(b"HTTP/1.1 -200 OK\r\n\r\n"), error=NO_HTTP),
    Receiver(name="status 1000", script=says(b"HTTP/1.1 1000 High\r\n\r\n"), error=NO_HTTP),
    Receiver(name="status 999", script=says(status(999)), status=999, error="answered 999"),
    # bodies that lie
    Receiver(
        name="a chunk size in letters",
        script=says(chunked(b"xyz\r\nhello\r\n")),
        status=200,
        error=BROKEN,
    ),
    Receiver(
        name="a chunk size of -2",
        script=says(chunked(b"-2\r\nhello\r\n")),
        status=200,
        error="no answer: malformed",
    ),
    Receiver(
        name="a length below zero",
        script=says(ok(b"Content-Length: -1")),
        status=200,
        error=NO_LENGTH,
    ),
    Receiver(
        name="a length of NaN", script=says(ok(b"Content-Length: NaN")), status=200, error=NO_LENGTH
    ),
    Receiver(
        name="an empty length", script=says(ok(b"Content-Length:")), status=200, error=NO_LENGTH
    ),
    Receiver(
        name="two lengths",
        script=says(ok(b"Content-Length: 2", b"Content-Length: 3")),
        status=200,
        error=NO_LENGTH,
    ),
    Receiver(
        name="two lengths in a line",
        script=says(ok(b"Content-Length: 2, 3")),
        status=200,
        error=NO_LENGTH,
    ),
    Receiver(
        name="a length in other digits",
        script=says(ok(b"Content-Length: \xb2")),
        status=200,
        error=NO_LENGTH,
    ),
    Receiver(
        name="a length of 5000 digits",
        script=says(ok(b"Content-Length: " + b"9" * 5000)),
        status=200,
        body="ok",
    ),
    Receiver(
        name="a length that is too long",
        script=says(ok(b"Content-Length: 3")),
        status=200,
        error=BROKEN,
    ),
    # refuses, well-formed
    Receiver(
        name="switches protocols",
        script=says_and_stays(b"HTTP/1.1 101 Switch\r\nUpgrade: ws\r\n\r\n\x81\0"),
        status=101,
        error="answered 101",
    ),
    Receiver(
        name="sends elsewhere, inside",
        script=says(status(301, b"Location: http://169.254.169.254/latest/meta-data/")),
        status=301,
        error="answered 301: redirects are not followed",
    ),
    *(
        Receiver(
            name=f"redirects, {code}",
            script=says(status(code, b"Location: /")),
            status=code,
            error=f"answered {code}: redirects are not followed",
        )
        for code in (302, 303, 307, 308)
    ),
    Receiver(
        name="not modified",
        script=says_and_stays(b"HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n"),
        status=304,
        error="answered 304",
    ),
    *(
        Receiver(
            name=f"answers {code}",
            script=says(status(code, body=b"no")),
            status=code,
            error=f"answered {code}",
            body="no",
        )
        for code in (
            300,
            400,
            401,
            402,
            403,
            404,
            405,
            408,
            413,
            418,
            429,
            451,
            500,
            501,
            502,
            503,
            504,
            599,
            600,
        )
    ),
    Receiver(
        name="is gone",
        script=says(status(410, body=b"bye")),
        status=410,
        error="answered 410",
        body="bye",
        permanent=True,
    ),
    Receiver(
        name="refuses, then resets",
        script=says_and_resets(status(413)),
        status=413,
        error="answered 413",
    ),
    *(
        Receiver(
            name=f"asks for patience: {text[:40]!r}, {code}",
            script=says(status(code, b"Retry-After: " + text)),
            status=code,
            error=f"answered {code}",
            retry_after=seconds if code in {429, 503} else None,
        )
        for code in (429, 503, 413, 500)
        for text, seconds in [
            (b"120", 120),
            (b"0", 0),
            (b"-5", None),
            (b"soon", None),
            (b"1e9", None),
            (b"9" * 400, MAX_RETRY_AFTER),
            (DATE, MAX_RETRY_AFTER),
            (b"Thu, 01 Jan 1970 00:00:00 GMT", 0),
            (b"Mon, 99 Jun 2026 99:99:99 +9999", None),
            (b"120, 60", None),
            (b"\xff\0", None),
        ]
    ),
]

GOOD = [
    Receiver(name="200", script=says(status(200, body=b"ok")), status=200, body="ok"),
    Receiver(name="201", script=says(status(201, body=b'{"id": 1}')), status=201, body='{"id": 1}'),
    Receiver(name="202, empty", script=says(status(202)), status=202),
    Receiver(name="204", script=says(b"HTTP/1.1 204 No Content\r\n\r\n"), status=204),
    Receiver(
        name="204 with a body",
        script=says_and_stays(b"HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nhello"),
        status=204,
    ),
    Receiver(name="226", script=says(status(226)), status=226),
    Receiver(name="299", script=says(status(299)), status=299),
    Receiver(
        name="chunks",
        script=says(chunked(b"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX: 1\r\n\r\n")),
        status=200,
        body="hello world",
    ),
    Receiver(
        name="chunks of a byte each",
        script=says(chunked(b"1\r\nx\r\n" * 2000 + b"0\r\n\r\n")),
        status=200,
        body="x" * 2000,
    ),
    Receiver(
        name="chunks and a length",
        script=says(
            ok(b"Transfer-Encoding: chunked", b"Content-Length: 99", body=b"2\r\nok\r\n0\r\n\r\n")
        ),
        status=200,
        body="ok",
    ),
    Receiver(name="until it closes", script=says(ok()), status=200, body="ok"),
    Receiver(name="HTTP/1.0", script=says(b"HTTP/1.0 200 OK\r\n\r\nok"), status=200, body="ok"),
    Receiver(
        name="keeps the connection",
        script=says_and_stays(ok(b"Connection: keep-alive", b"Content-Length: 2")),
        status=200,
        body="ok",
    ),
    Receiver(
        name="says more than its length",
        script=says(ok(b"Content-Length: 2", body=b"ok" * 50)),
        status=200,
        body="ok",
    ),
    Receiver(
        name="answers twice",
        script=says(status(200, body=b"ok") + status(500)),
        status=200,
        body="ok",
    ),
    Receiver(
        name="the same length twice",
        script=says(ok(b"Content-Length: 2", b"Content-Length: 2")),
        status=200,
        body="ok",
    ),
    Receiver(
        name="answers, then resets",
        script=says_and_resets(status(200, body=b"ok")),
        status=200,
        body="ok",
    ),
    Receiver(name="answers before it is asked", script=answers_unasked, status=200, body="ok"),
    Receiver(
        name="hints first",
        script=says(
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n" + status(200)
        ),
        status=200,
    ),
    Receiver(
        name="no reason",
        script=says(b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok"),
        status=200,
        body="ok",
    ),
    Receiver(
        name="bare line feeds",
        script=says(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
        status=200,
        body="ok",
    ),
    Receiver(
        name="NULs in a header",
        script=says(ok(b"X: \0\0", b"Content-Length: 2")),
        status=200,
        body="ok",
    ),
    Receiver(
        name="a header in no encoding",
        script=says(ok(b"X-\xff: \xfe\xfd", b"Content-Length: 2")),
        status=200,
        body="ok",
    ),
    Receiver(
        name="a folded header",
        script=says(ok(b"X: a\r\n b", b"Content-Length: 2")),
        status=200,
        body="ok",
    ),
    Receiver(
        name="a body in no encoding",
        script=says(ok(body=b"\xff\xfe\0\x1b[31m")),
        status=200,
        body="\ufffd\ufffd\ufffd\ufffd[31m",
    ),
    Receiver(
        name="a gzip bomb",
        script=says(ok(b"Content-Encoding: gzip", b"Content-Length: %d" % len(BOMB), body=BOMB)),
        status=200,
        body=kept_text(BOMB),
    ),
    Receiver(name="50 headers", script=says(ok(*[b"X: 1"] * 50)), status=200, body="ok"),
    Receiver(
        name="10 KB",
        script=says(status(200, body=b"x" * MAX_BODY_KEPT)),
        status=200,
        body="x" * MAX_BODY_KEPT,
    ),
    Receiver(
        name="64 KB",
        script=says(status(200, body=b"x" * 65536)),
        status=200,
        body="x" * MAX_BODY_KEPT,
    ),
    Receiver(
        name="1 MB",
        script=says(status(200, body=b"x" * 1_000_000)),
        status=200,
        body="x" * MAX_BODY_KEPT,
    ),
    Receiver(
        name="slow, but in time",
        script=in_pieces([status(200)[:9], status(200)[9:30], status(200)[30:]]),
        status=200,
    ),
]

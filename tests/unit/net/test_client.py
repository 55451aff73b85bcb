"""What the client promises, against peers on loopback that keep no rule."""

import gzip
import itertools
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Event

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from herald.net.client import (
    MAX_TRIED,
    BlockedError,
    Client,
    NoAnswerError,
    NotSentError,
    StreamedBody,
)
from herald.net.guard import Guard
from tests.fakes.peer import Peer, Script, read_request

Start = Callable[[Script], Peer]
Answering = Callable[[bytes], Peer]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LOOPBACK = ["127.0.0.0/8", "::1"]


def to_loopback(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


@pytest.fixture
def client() -> Client:
    return Client(Guard(LOOPBACK, lookup=to_loopback))


def ticking(step: float = 1) -> Callable[[], float]:
    """A clock that moves each time somebody looks."""
    ticks = itertools.count()
    return lambda: next(ticks) * step


# -------------------------------------------------------------------------------------- the request


def test_a_request_is_written_as_told_and_on_a_connection_of_its_own(
    client: Client, start: Start
) -> None:
    seen: list[bytes] = []

    def script(connection: socket.socket) -> None:
        seen.append(read_request(connection))
        connection.sendall(OK)

    peer = start(script)

    client.send(
        "POST",
        peer.url(path="/a?b=c"),
        headers={"Content-Type": "text/plain"},
        body="grün".encode(),
    )

    head, _, body = seen[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /a?b=c HTTP/1.1"
    assert sorted(lines[1:]) == [
        "Accept-Encoding: identity",
        "Connection: close",
        "Content-Length: 5",
        "Content-Type: text/plain",
        f"Host: 127.0.0.1:{peer.port}",
        "User-Agent: herald",
    ]
    assert body == "grün".encode()


def test_the_host_header_keeps_the_name_and_the_socket_the_judged_address(start: Start) -> None:
    seen: list[bytes] = []
    asked: list[str] = []

    def script(connection: socket.socket) -> None:
        seen.append(read_request(connection))
        connection.sendall(OK)

    def lookup(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]  # a name that changes its mind

    peer = start(script)

    Client(Guard(LOOPBACK, lookup=lookup)).send("GET", peer.url("hook.example"), headers={})

    assert asked == ["hook.example"]
    assert f"Host: hook.example:{peer.port}".encode() in seen[0]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "b\r\nX-Injected: 1"},
        {"X-A": "b\nX-Injected: 1"},
        {"X-A": "b\x00"},
        {"X-A": "b\x7f"},
        {"X-A": "\u2028"},
        {"X-A\r\nX-Injected": "1"},
        {"X-A:": "1"},
        {"X A": "1"},
        {"": "1"},
        {"Host": "evil.example"},
        {"content-length": "0"},
        {"Transfer-Encoding": "chunked"},
        {"connection": "keep-alive"},
        {"Accept-Encoding": "gzip"},
    ],
    ids=ascii,
)
def test_a_header_that_would_change_the_request_is_refused_unsent(
    client: Client, start: Start, headers: dict[str, str]
) -> None:
    peer = start(read_request)

    with pytest.raises(ValueError, match="header") as caught:
        client.send("GET", peer.url(), headers=headers)

    assert peer.connections == 0
    assert "Injected: 1" not in str(caught.value)


@pytest.mark.parametrize("method", ["get", "GET /evil HTTP/1.1\r\nX: ", "", "G T"])
def test_a_strange_method_is_refused_unsent(client: Client, start: Start, method: str) -> None:
    peer = start(read_request)

    with pytest.raises(ValueError, match="method"):
        client.send(method, peer.url(), headers={})

    assert peer.connections == 0


def test_a_blocked_address_is_never_connected_to(start: Start) -> None:
    peer = start(read_request)
    client = Client(Guard(["127.0.0.2"], lookup=to_loopback))

    for url in (peer.url(), peer.url("hook.example"), peer.url("hook.example", scheme="https")):
        with pytest.raises(BlockedError):
            client.send("GET", url, headers={})

    assert peer.connections == 0


def test_the_next_address_is_tried_when_one_refuses(start: Start) -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(OK)

    peer = start(script)  # listens on 127.0.0.1 only
    client = Client(Guard(LOOPBACK, lookup=lambda _host, _port: ["127.0.0.9", "127.0.0.1"]))

    assert client.send("GET", peer.url("hook.example"), headers={}).status == 200


@pytest.mark.parametrize(("ahead", "reached"), [(MAX_TRIED - 1, True), (MAX_TRIED, False)])
def test_a_name_with_thousands_of_addresses_is_tried_a_few_times(
    start: Start, ahead: int, reached: bool
) -> None:
    peer = start(answer_ok)
    closed = [f"127.0.1.{number}" for number in range(ahead)]
    client = Client(Guard(LOOPBACK, lookup=lambda _host, _port: [*closed, "127.0.0.1"]))

    with suppress(NotSentError):
        client.send("GET", peer.url("hook.example"), headers={})

    assert peer.connections == reached


# --------------------------------------------------------------------------------------- the answer


def test_an_answer_is_returned_with_folded_lower_case_headers(
    client: Client, answering: Answering
) -> None:
    peer = answering(
        b"HTTP/1.1 418 Teapot\r\nX-One: 1\r\nx-two: a\r\nX-TWO: b\r\nContent-Length: 8\r\n\r\n"
        b'{"a": 1}'
    )

    response = client.send("GET", peer.url(), headers={})

    assert response.status == 418
    assert response.headers == {"x-one": "1", "x-two": "a, b", "content-length": "8"}
    assert response.json() == {"a": 1}
    assert not response.truncated


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nhello world",
        b"HTTP/1.0 200 OK\r\n\r\nhello world",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
    ],
)
def test_every_framing_is_read(client: Client, answering: Answering, answer: bytes) -> None:
    response = client.send("GET", answering(answer).url(), headers={})

    assert (response.status, response.body) == (200, b"hello world")


def test_a_redirect_is_an_answer_and_is_not_followed(
    client: Client, start: Start, answering: Answering
) -> None:
    elsewhere = start(read_request)
    peer = answering(
        f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.url()}\r\nContent-Length: 0\r\n\r\n".encode()
    )

    response = client.send("GET", peer.url(), headers={})

    assert (response.status, response.headers["location"]) == (302, elsewhere.url())
    assert elsewhere.connections == 0


def test_a_compressed_answer_is_not_unpacked(client: Client, answering: Answering) -> None:
    bomb = gzip.compress(bytes(1_000_000))
    peer = answering(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
        + bomb
    )

    assert client.send("GET", peer.url(), headers={}).body == bomb


@pytest.mark.parametrize(("size", "truncated"), [(9, False), (10, False), (11, True), (5000, True)])
def test_a_body_is_cut_at_max_bytes(
    client: Client, answering: Answering, size: int, truncated: bool
) -> None:
    peer = answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)

    response = client.send("GET", peer.url(), headers={}, max_bytes=10)

    assert (len(response.body), response.truncated) == (min(size, 10), truncated)


def test_an_endless_body_ends_at_max_bytes(client: Client, start: Start) -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    response = client.send("GET", start(script).url(), headers={})

    assert (len(response.body), response.truncated) == (65536, True)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{", b"\xff", b"[" * 60_000, b"9" * 5_000], ids=range(6)
)
def test_an_answer_that_is_not_json_says_nothing(
    client: Client, answering: Answering, body: bytes
) -> None:
    response = client.send("GET", answering(b"HTTP/1.1 200 OK\r\n\r\n" + body).url(), headers={})

    with pytest.raises(NoAnswerError, match="not JSON") as caught:
        response.json()
    assert caught.value.status == 200


# -------------------------------------------------------------------------- no effect: NotSentError


def test_a_refused_connection_is_not_sent(client: Client, start: Start) -> None:
    peer = start(read_request)
    url = peer.url("hook.example")
    peer.close()

    with pytest.raises(NotSentError, match="connection refused") as caught:
        client.send("POST", url, headers={}, body=b"x")
    assert "127.0.0.1" not in str(caught.value)


def test_a_name_that_resolves_too_late_is_not_sent() -> None:
    over = Event()

    def lookup(_host: str, _port: int) -> Sequence[str]:
        over.wait(10)
        return ["127.0.0.1"]

    with pytest.raises(NotSentError, match="in time"):
        Client(Guard(LOOPBACK, lookup=lookup)).send(
            "GET", "https://hook.example/", headers={}, timeout=0.01
        )
    over.set()


def test_time_that_is_over_before_the_start_is_not_sent(start: Start) -> None:
    peer = start(read_request)

    with pytest.raises(NotSentError, match="timed out"):
        Client(Guard(LOOPBACK), ticking(100)).send("GET", peer.url(), headers={})


def test_a_body_cut_short_by_the_peer_is_not_sent(client: Client, start: Start) -> None:
    peer = start(lambda connection: connection.close())

    with pytest.raises(NotSentError, match="could not be written"):
        client.send("POST", peer.url(), headers={}, body=bytes(20_000_000))


def test_a_body_nobody_reads_is_not_sent(client: Client, start: Start) -> None:
    over = Event()
    peer = start(lambda _connection: over.wait(10))

    with pytest.raises(NotSentError, match="timed out"):
        client.send("POST", peer.url(), headers={}, body=bytes(20_000_000), timeout=0.2)
    over.set()


# ------------------------------------------------------------------- outcome unknown: NoAnswerError


def test_a_body_goes_out_as_it_is_read_and_is_never_whole(client: Client, start: Start) -> None:
    begun = Event()
    received = list[bytes]()

    def script(connection: socket.socket) -> None:
        received.append(connection.recv(1, socket.MSG_PEEK))
        begun.set()
        received.append(read_request(connection))
        connection.sendall(OK)

    def chunks() -> Iterator[bytes]:
        yield b"first, "
        assert begun.wait(5)
        yield b"then the rest"

    answer = client.send(
        "POST", start(script).url(), headers={}, body=StreamedBody(size=20, chunks=chunks)
    )

    assert (answer.status, answer.body) == (200, b"ok")
    assert received[1].endswith(b"\r\n\r\nfirst, then the rest")


@pytest.mark.parametrize("chunks", [[b"ab"], [b"ab", b"cde"]])
def test_a_body_that_is_not_as_long_as_it_said_is_not_sent(
    client: Client, start: Start, chunks: list[bytes]
) -> None:
    peer = start(read_request)

    with pytest.raises(NotSentError, match="not as long as it said"):
        client.send(
            "POST", peer.url(), headers={}, body=StreamedBody(size=4, chunks=lambda: chunks)
        )


def test_a_body_that_cannot_be_read_says_why(client: Client, start: Start) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"ab"
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        client.send(
            "POST", start(read_request).url(), headers={}, body=StreamedBody(size=4, chunks=chunks)
        )


def test_a_server_that_does_not_read_a_body_to_its_end_is_heard(
    client: Client, start: Start
) -> None:
    answered = Event()

    def script(connection: socket.socket) -> None:
        connection.recv(1_000)
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        connection.shutdown(socket.SHUT_RD)
        answered.set()

    def chunks() -> Iterator[bytes]:
        yield b"first"
        answered.wait(5)
        for _ in range(1_000):
            yield bytes(65_536)

    answer = client.send(
        "POST",
        start(script).url(),
        headers={},
        body=StreamedBody(size=5 + 65_536_000, chunks=chunks),
    )

    assert answer.status == 413


def test_a_peer_that_leaves_after_the_request_gave_no_answer(client: Client, start: Start) -> None:
    peer = start(read_request)

    with pytest.raises(NoAnswerError, match="closed") as caught:
        client.send("POST", peer.url(), headers={}, body=b"x")
    assert caught.value.status is None


def test_a_peer_that_hangs_after_the_request_gave_no_answer(client: Client, start: Start) -> None:
    over = Event()

    def script(connection: socket.socket) -> None:
        read_request(connection)
        over.wait(10)

    with pytest.raises(NoAnswerError, match="timed out"):
        client.send("POST", start(script).url(), headers={}, body=b"x", timeout=0.5)
    over.set()


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"", None),
        (b"\x00\x01\x02\r\n\r\n", None),
        (b"SSH-2.0-OpenSSH_9.2\r\n", None),
        (b"HTTP/1.1 abc\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000, None),
        (b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 200 + b"\r\n", None),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 50, None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", 200),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", 200),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n", 200),
    ],
    ids=range(10),
)
def test_a_malformed_answer_is_no_answer(
    client: Client, answering: Answering, answer: bytes, status: int | None
) -> None:
    with pytest.raises(NoAnswerError) as caught:
        client.send("POST", answering(answer).url(), headers={}, body=b"x")
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("head", "drip", "status"),
    [
        (b"HTTP/1.1 200 OK\r\nX: ", b"x", None),
        (b"HTTP/1.1 200 OK\r\n", b"X: " + b"x" * 2000 + b"\r\n", None),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x", 200),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 200),
    ],
)
def test_a_dripping_peer_does_not_stretch_the_deadline(
    start: Start, head: bytes, drip: bytes, status: int | None
) -> None:
    """The clock stands still until the request is written.

    Then each read takes a second, and brings a little.
    """
    reads = 0
    written = Event()

    def clock() -> float:
        nonlocal reads
        reads += written.is_set()
        return reads

    def script(connection: socket.socket) -> None:
        read_request(connection)
        written.set()
        connection.sendall(head)
        while True:
            connection.sendall(drip)

    client = Client(Guard(LOOPBACK), clock)

    with pytest.raises(NoAnswerError, match="timed out") as caught:
        client.send("POST", start(script).url(), headers={}, body=b"x", timeout=4, max_bytes=10**9)

    assert caught.value.status == status
    assert reads <= 5


# ---------------------------------------------------------------------------------------------- TLS


class Certificate:
    """A certificate for hook.example that is its own authority."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hook.example")])
        now = datetime.now(UTC)
        names = [x509.DNSName("hook.example"), x509.IPAddress(ip_address("127.0.0.1"))]
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.file = folder / "certificate.pem"
        self.file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption(),
            )
        )

    def speak(self, script: Script, names: list[str | None]) -> Script:
        """The script, spoken over TLS; `names` collects what clients ask for."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        context.sni_callback = lambda _connection, name, _context: names.append(name)

        def speak(connection: socket.socket) -> None:
            with context.wrap_socket(connection, server_side=True) as secure:
                script(secure)

        return speak


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("tls"))


def answer_ok(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(OK)


def test_https_asks_for_the_name_and_one_context_serves_all_threads(
    start: Start, certificate: Certificate
) -> None:
    names: list[str | None] = []
    made: list[ssl.SSLContext] = []

    def make_tls() -> ssl.SSLContext:
        made.append(ssl.create_default_context(cafile=str(certificate.file)))
        return made[-1]

    peer = start(certificate.speak(answer_ok, names))
    client = Client(Guard(LOOPBACK, lookup=to_loopback), make_tls=make_tls)
    assert not made

    with ThreadPoolExecutor(8) as pool:
        urls = [peer.url("hook.example", scheme="https")] * 16
        statuses = list(
            pool.map(lambda url: client.send("POST", url, headers={}, body=b"x").status, urls)
        )

    assert statuses == [200] * 16
    assert names == ["hook.example"] * 16
    assert len(made) == 1


def test_an_untrusted_certificate_is_not_sent(
    client: Client, start: Start, certificate: Certificate
) -> None:
    peer = start(certificate.speak(answer_ok, []))

    with pytest.raises(NotSentError, match="certificate is not trusted"):
        client.send("POST", peer.url("hook.example", scheme="https"), headers={}, body=b"x")


def test_a_certificate_for_another_name_is_not_sent(start: Start, certificate: Certificate) -> None:
    peer = start(certificate.speak(answer_ok, []))
    client = Client(
        Guard(LOOPBACK, lookup=to_loopback),
        make_tls=lambda: ssl.create_default_context(cafile=str(certificate.file)),
    )

    with pytest.raises(NotSentError, match="certificate is not trusted"):
        client.send("POST", peer.url("other.example", scheme="https"), headers={}, body=b"x")


def test_a_peer_that_speaks_no_tls_is_not_sent(client: Client, start: Start) -> None:
    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(OK)

    with pytest.raises(NotSentError):
        client.send(
            "POST", start(script).url("hook.example", scheme="https"), headers={}, body=b"x"
        )


def test_a_handshake_that_hangs_is_not_sent(client: Client, start: Start) -> None:
    over = Event()
    peer = start(lambda _connection: over.wait(10))

    with pytest.raises(NotSentError, match="timed out"):
        client.send(
            "POST", peer.url("hook.example", scheme="https"), headers={}, body=b"x", timeout=0.05
        )
    over.set()

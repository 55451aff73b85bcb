"""One attempt against real sockets: whatever a receiver does ends in an answer in plain words."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from herald.domain.deliveries import MAX_BODY_KEPT, MAX_RETRY_AFTER, AttemptResult
from herald.net.client import Client
from herald.net.guard import Guard
from herald.webhooks import delivery
from tests.fakes.peer import Peer, Script, read_request

Answering = Callable[[bytes], Peer]
Start = Callable[[Script], Peer]

NOW = datetime(2026, 6, 15, 14, tzinfo=UTC)


def attempt(url: str, *, client: Client | None = None) -> AttemptResult:
    ticks = count()
    http = client or Client(Guard(["127.0.0.1"]))
    return delivery.attempt(
        http,
        url,
        {"X-Test": "1"},
        b'{"a":1}',
        now=lambda: NOW + timedelta(milliseconds=7 * next(ticks)),
    )


def test_a_2xx_is_accepted_with_its_body_and_latency(answering: Answering) -> None:
    answer = attempt(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").url())

    assert answer.accepted
    assert answer == AttemptResult(status=200, body="ok", latency_ms=7)


def test_the_body_goes_out_as_it_is(start: Start) -> None:
    seen: list[bytes] = []

    def script(connection: socket.socket) -> None:
        seen.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    answer = attempt(start(script).url(path="/hook?a=1"))

    assert answer == AttemptResult(status=204, latency_ms=7)
    assert seen[0].startswith(b"POST /hook?a=1 HTTP/1.1\r\n")
    assert seen[0].endswith(b'\r\n\r\n{"a":1}')


def test_a_500_is_a_failure_that_keeps_what_was_said(answering: Answering) -> None:
    answer = attempt(answering(b"HTTP/1.1 500 Oops\r\nContent-Length: 5\r\n\r\nstack").url())

    assert not answer.accepted
    assert (answer.status, answer.body, answer.error) == (500, "stack", "answered 500")
    assert not answer.permanent


def test_a_redirect_is_a_failure_and_not_followed(answering: Answering) -> None:
    elsewhere = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    peer = answering(
        f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.url()}\r\nContent-Length: 0\r\n\r\n".encode()
    )

    answer = attempt(peer.url())

    assert (answer.status, answer.error) == (302, "answered 302: redirects are not followed")
    assert elsewhere.connections == 0


def test_a_receiver_that_drips_is_left_after_thirty_seconds(start: Start) -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            connection.sendall(b"x")

    seconds = count()  # every look at the clock finds a second gone
    answer = attempt(
        start(script).url(), client=Client(Guard(["127.0.0.1"]), clock=lambda: next(seconds))
    )

    assert (answer.status, answer.error) == (None, "no answer: timed out")
    assert not answer.permanent


def test_a_success_whose_body_never_ends_is_a_failure_too(start: Start) -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")

    answer = attempt(start(script).url())

    assert not answer.accepted
    assert (answer.status, answer.error) == (200, "no answer: the answer broke off")


def test_a_reset_is_a_failure_in_plain_words(start: Start) -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    answer = attempt(start(script).url())

    assert (answer.status, answer.error) == (None, "no answer: connection closed by the peer")


def test_a_closed_port_is_a_failure_in_plain_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    answer = attempt(f"http://127.0.0.1:{port}/")

    assert (answer.status, answer.error, answer.permanent) == (
        None,
        "no connection: connection refused",
        False,
    )


def test_what_is_no_http_is_a_failure_in_plain_words(answering: Answering) -> None:
    answer = attempt(answering(b"SSH-2.0-OpenSSH_9.9\r\n").url())

    assert (answer.status, answer.error) == (None, "no answer: it is not HTTP/1.1")


def test_a_huge_body_does_not_matter(answering: Answering) -> None:
    answer = attempt(
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"y" * 300_000).url()
    )

    assert answer.accepted
    assert answer.body == "y" * MAX_BODY_KEPT


@pytest.mark.parametrize(
    "url",
    ["https://10.0.0.1/", "https://169.254.169.254/latest", "https://[::1]/", "http://8.8.8.8/"],
)
def test_a_blocked_address_fails_for_good(url: str) -> None:
    answer = attempt(url, client=Client(Guard()))

    assert (answer.status, answer.permanent) == (None, True)
    assert answer.error is not None
    assert answer.error.startswith("blocked: ")


def test_a_blocked_address_is_not_told() -> None:
    client = Client(Guard(lookup=lambda host, port: ["203.0.113.9", "10.1.2.3"]))

    answer = attempt("https://inside.example/", client=client)

    assert answer.permanent
    assert "10.1" not in repr(answer)
    assert "203.0" not in repr(answer)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_heard_where_it_belongs(answering: Answering, status: int) -> None:
    answer = attempt(
        answering(
            f"HTTP/1.1 {status} No\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n".encode()
        ).url()
    )

    assert answer.retry_after == 120


def test_retry_after_is_not_heard_elsewhere(answering: Answering) -> None:
    answer = attempt(
        answering(b"HTTP/1.1 500 No\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n").url()
    )

    assert answer.retry_after is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        (" 90 ", 90),
        ("9" * 400, MAX_RETRY_AFTER),
        ("Mon, 15 Jun 2026 14:02:00 GMT", 120),
        ("Mon, 15 Jun 2026 13:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_RETRY_AFTER),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_has_a_limit(
    header: str | None, seconds: float | None
) -> None:
    assert delivery.wait_asked_for(header, NOW) == seconds


@settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # a busy machine is no failure
@given(st.text() | st.from_regex(r"[A-Za-z]{3}, \d+ [A-Za-z]{3} \d+ \d+:\d+:\d+ ([+-]\d+|[A-Z]+)"))
def test_no_retry_after_breaks_an_attempt(header: str) -> None:
    seconds = delivery.wait_asked_for(header, NOW)

    assert seconds is None or 0 <= seconds <= MAX_RETRY_AFTER


@given(st.binary(max_size=200), st.integers(0, 400))
def test_a_kept_body_is_at_most_10_kb_of_text_without_control_characters(
    body: bytes, times: int
) -> None:
    kept = delivery.kept_text(body * times) or ""

    assert len(kept.encode()) <= MAX_BODY_KEPT
    assert all(letter >= " " or letter in "\t\n\r" for letter in kept)


def test_no_body_is_none() -> None:
    assert delivery.kept_text(b"") is None

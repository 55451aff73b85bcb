"""Whatever a receiver does, a delivery ends in time, in little memory, and in clear words."""

import socket
import ssl
import time
import tracemalloc
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from herald.domain.deliveries import AttemptResult
from herald.net.client import Client
from herald.net.guard import Guard
from herald.webhooks import delivery
from tests.fakes.peer import Script, running
from tests.hostile.certificates import DAY, Authority
from tests.hostile.receivers import GOOD, HOSTILE, Receiver, over, says, says_and_stays, status

SECONDS = 4.0  # for an attempt, in place of 30
SLACK = 20.0  # on a machine that does much else
SECRET = "whsec_c2VjcmV0"
ALL = {each.name: each for each in (*HOSTILE, *GOOD)}


@dataclass(frozen=True, slots=True)
class Outcome:
    answer: AttemptResult
    seconds: float


def lookup(host: str, _port: int) -> Sequence[str]:
    """Every name leads to this machine, but for two."""
    if host == "nowhere.example":
        raise OSError("no such name")
    if host == "hangs.example":
        over.wait(60)
    return ["127.0.0.1"]


def client(authority: Authority) -> Client:
    return Client(Guard(["127.0.0.1"], lookup=lookup), make_tls=authority.trusting)


def attempt(http: Client, url: str, *, body: bytes = b'{"a":1}') -> Outcome:
    began = time.monotonic()
    headers = {"X-Signature": SECRET}
    answer = delivery.attempt(
        http, url, headers, body, now=lambda: datetime.now(UTC), timeout=SECONDS
    )
    return Outcome(answer, time.monotonic() - began)


def over_tls(script: Script, context: ssl.SSLContext) -> Script:
    def speak(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            script(secure)

    return speak


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("trusted"), "trusted")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("stranger"), "stranger")


def met(authority: Authority, scripts: Mapping[str, tuple[Script, str]]) -> dict[str, Outcome]:
    """Attempt a delivery to each script, at a URL of that shape.

    Many attempts run at once, so that hanging costs its time only once.
    """
    http = client(authority)
    over.clear()
    with ExitStack() as stack:
        urls = {
            name: url.format(stack.enter_context(running(script)).port)
            for name, (script, url) in scripts.items()
        }
        with ThreadPoolExecutor(24) as pool:
            found = dict(
                zip(urls, pool.map(lambda url: attempt(http, url), urls.values()), strict=True)
            )
        over.set()
    return found


@pytest.fixture(scope="module")
def outcomes(authority: Authority) -> Mapping[str, Outcome]:
    """What became of a delivery to each, in the clear and over TLS."""
    context = authority.server("hook.example")
    plain = {f"http {name}": (each.script, "http://hook.example:{}/") for name, each in ALL.items()}
    secure = {
        f"https {name}": (over_tls(each.script, context), "https://hook.example:{}/")
        for name, each in ALL.items()
    }
    return met(authority, plain | secure)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("receiver", ALL.values(), ids=ALL)
def test_what_becomes_of_a_delivery(
    receiver: Receiver, scheme: str, outcomes: Mapping[str, Outcome]
) -> None:
    answer = outcomes[f"{scheme} {receiver.name}"].answer

    assert (answer.error or "").endswith(receiver.error or "")
    assert (answer.status, answer.body, answer.permanent, answer.retry_after, answer.accepted) == (
        receiver.status,
        receiver.body,
        receiver.permanent,
        receiver.retry_after,
        receiver.error is None,
    )


def test_every_attempt_ends_in_its_time(outcomes: Mapping[str, Outcome]) -> None:
    assert {
        name: each.seconds for name, each in outcomes.items() if each.seconds > SECONDS + SLACK
    } == {}


def test_what_is_said_of_them_is_short_and_gives_nothing_away(
    outcomes: Mapping[str, Outcome],
) -> None:
    for name, outcome in outcomes.items():
        error = outcome.answer.error or ""
        assert len(error) <= 80, name
        assert error.isprintable(), name
        assert not any(
            secret in error
            for secret in ("127.0.0.1", SECRET, "Traceback", "Error", "object at", "b'")
        ), (
            name,
            error,
        )


def test_no_receiver_makes_us_read_more_than_a_little(authority: Authority) -> None:
    """In turn; what the receivers hold themselves is counted with it, some 100 KB."""
    http = client(authority)
    floods = [
        each
        for each in ALL.values()
        if each.name.startswith(("pours", "a chunk without", "a gzip", "1 MB", "3000"))
    ]
    over.clear()
    peaks = {}
    tracemalloc.start()
    try:
        for each in floods:
            with running(each.script) as peer:
                tracemalloc.reset_peak()
                attempt(http, peer.url("hook.example"))
                peaks[each.name] = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        over.set()

    assert len(peaks) == 14
    assert {name: peak for name, peak in peaks.items() if peak > 3_000_000} == {}


# ---------------------------------------------------------------------------------------------- TLS

UNTRUSTED = "no connection: the certificate is not trusted: "
OK = says(status(200, body=b"ok"))


def needs_name(authority: Authority) -> ssl.SSLContext:
    """A server that speaks only to who asks for its name."""
    context = authority.server("hook.example")

    def choose(_socket: object, name: str | None, _context: object) -> int | None:
        return None if name == "hook.example" else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    context.sni_callback = choose
    return context


def old(authority: Authority, version: ssl.TLSVersion) -> ssl.SSLContext:
    context = authority.server("hook.example")
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    return context


def newest(authority: Authority) -> ssl.SSLContext:
    context = authority.server("hook.example")
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def leaves_politely(connection: socket.socket) -> None:
    """With a close_notify, which nobody else here sends."""
    OK(connection)
    assert isinstance(connection, ssl.SSLSocket)
    connection.unwrap()


def begins(connection: socket.socket) -> None:
    connection.sendall(b"\x16\x03\x03\x40\x00\x02")
    over.wait(60)


def drip(connection: socket.socket) -> None:
    connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
    while not over.wait(0.05):
        connection.sendall(b"\0")


CONTEXTS: dict[str, tuple[Callable[[Authority, Authority], ssl.SSLContext], str, str | None]] = {
    "good": (lambda ours, _: ours.server("hook.example"), "hook.example", None),
    "good among other names": (
        lambda ours, _: ours.server("a.example", "hook.example"),
        "hook.example",
        None,
    ),
    "good for all of a domain": (
        lambda ours, _: ours.server("*.hooks.example"),
        "one.hooks.example",
        None,
    ),
    "good for an address": (lambda ours, _: ours.server("127.0.0.1"), "127.0.0.1", None),
    "good for who says its name": (lambda ours, _: needs_name(ours), "hook.example", None),
    "good for a host that ends in a dot": (lambda ours, _: needs_name(ours), "hook.example.", None),
    "TLS 1.2": (lambda ours, _: old(ours, ssl.TLSVersion.TLSv1_2), "hook.example", None),
    "TLS 1.3": (lambda ours, _: newest(ours), "hook.example", None),
    "expired": (
        lambda ours, _: ours.server("hook.example", valid=-DAY),
        "hook.example",
        f"{UNTRUSTED}certificate has expired",
    ),
    "not valid yet": (
        lambda ours, _: ours.server("hook.example", valid=5 * DAY),
        "hook.example",
        f"{UNTRUSTED}certificate is not yet valid",
    ),
    "another name": (
        lambda ours, _: ours.server("other.example"),
        "hook.example",
        f"{UNTRUSTED}Hostname mismatch, certificate is not valid for 'hook.example'.",
    ),
    "too deep for its wildcard": (
        lambda ours, _: ours.server("*.hooks.example"),
        "a.b.hooks.example",
        f"{UNTRUSTED}Hostname mismatch, certificate is not valid for 'a.b.hooks.example'.",
    ),
    "an address, but not this one": (
        lambda ours, _: ours.server("127.0.0.2", "hook.example"),
        "127.0.0.1",
        f"{UNTRUSTED}IP address mismatch, certificate is not valid for '127.0.0.1'.",
    ),
    "self-signed": (
        lambda _, theirs: theirs.own(),
        "hook.example",
        f"{UNTRUSTED}self-signed certificate",
    ),
    "an unknown authority": (
        lambda _, theirs: theirs.server("hook.example"),
        "hook.example",
        f"{UNTRUSTED}unable to get local issuer certificate",
    ),
    "TLS 1.0": (
        lambda ours, _: old(ours, ssl.TLSVersion.TLSv1),
        "hook.example",
        "no connection: its TLS is too old, 1.2 is the least",
    ),
    "TLS 1.1": (
        lambda ours, _: old(ours, ssl.TLSVersion.TLSv1_1),
        "hook.example",
        "no connection: its TLS is too old, 1.2 is the least",
    ),
    "another name than it speaks to": (
        lambda ours, _: needs_name(ours),
        "other.example",
        "no connection: TLS failed: tlsv1 unrecognized name",
    ),
}
HANDSHAKES: dict[str, tuple[Script, str]] = {
    "speaks no TLS": (
        lambda connection: connection.sendall(status(400)),
        "no connection: it does not speak TLS",
    ),
    "speaks SSH": (
        lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.9\r\n"),
        "no connection: it does not speak TLS",
    ),
    "hangs": (lambda _connection: over.wait(60), "no connection: timed out"),
    "hangs after its first record": (
        begins,
        "no connection: timed out",
    ),
    "drips": (drip, "no connection: timed out"),
    "closes": (
        lambda connection: connection.recv(10),
        "no connection: connection closed by the peer",
    ),
}


@pytest.fixture(scope="module")
def tls_outcomes(authority: Authority, stranger: Authority) -> Mapping[str, Outcome]:
    scripts = {
        name: (over_tls(OK, make(authority, stranger)), f"https://{host}:{{}}/")
        for name, (make, host, _) in CONTEXTS.items()
    }
    return met(
        authority,
        scripts
        | {name: (script, "https://hook.example:{}/") for name, (script, _) in HANDSHAKES.items()},
    )


EXPECTED = {name: error for name, (_, _, error) in CONTEXTS.items()} | {
    name: error for name, (_, error) in HANDSHAKES.items()
}


@pytest.mark.parametrize("name", EXPECTED)
def test_who_is_not_certain_is_not_told(name: str, tls_outcomes: Mapping[str, Outcome]) -> None:
    answer, seconds = tls_outcomes[name].answer, tls_outcomes[name].seconds

    assert (answer.error, answer.permanent, answer.accepted) == (
        EXPECTED[name],
        False,
        EXPECTED[name] is None,
    )
    assert seconds < SECONDS + SLACK


def test_a_tls_connection_may_end_with_a_goodbye(authority: Authority) -> None:
    """Without one is how everybody else here leaves."""
    [outcome] = met(
        authority,
        {
            "polite": (
                over_tls(leaves_politely, authority.server("hook.example")),
                "https://hook.example:{}/",
            )
        },
    ).values()

    assert outcome.answer.accepted


# ---------------------------------------------------------------------------- before any connection


def test_a_name_that_does_not_resolve_is_tried_again(authority: Authority) -> None:
    answer = attempt(client(authority), "https://nowhere.example/").answer

    assert (answer.error, answer.permanent) == ("the host's name does not resolve", False)


def test_a_name_whose_server_hangs_is_tried_again(authority: Authority) -> None:
    over.clear()
    outcome = attempt(client(authority), "https://hangs.example/")
    over.set()

    answer = outcome.answer
    assert (answer.error, answer.permanent) == ("the host's name did not resolve in time", False)
    assert outcome.seconds < SECONDS + SLACK


def test_a_closed_port_is_tried_again(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    answer = attempt(client(authority), f"https://hook.example:{port}/").answer

    assert (answer.error, answer.permanent) == ("no connection: connection refused", False)


def test_a_server_that_takes_no_more_connections_is_tried_again(authority: Authority) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = server.getsockname()[1]
        while waits(stack, port):
            """Fill its queue."""
        answer = attempt(client(authority), f"https://hook.example:{port}/").answer

    assert (answer.error, answer.permanent) == ("no connection: timed out", False)


def waits(stack: ExitStack, port: int) -> bool:
    """Whether one more got into the queue."""
    caller = stack.enter_context(closing(socket.socket()))
    caller.settimeout(0.5)
    try:
        caller.connect(("127.0.0.1", port))
    except TimeoutError:
        return False
    return True


def test_a_server_that_reads_nothing_is_tried_again(authority: Authority) -> None:
    over.clear()
    with running(lambda _connection: over.wait(60)) as peer:
        outcome = attempt(client(authority), peer.url("hook.example"), body=bytes(20_000_000))
        over.set()

    assert (outcome.answer.error, outcome.answer.permanent) == (
        "the request could not be written: timed out",
        False,
    )
    assert outcome.seconds < SECONDS + SLACK


def test_a_server_that_refuses_a_body_unread_is_heard(authority: Authority) -> None:
    """A 410 counts, though the request was never read to its end."""

    def script(connection: socket.socket) -> None:
        connection.sendall(status(410))
        connection.shutdown(socket.SHUT_WR)
        over.wait(2)

    over.clear()
    with running(script) as peer:
        answer = attempt(client(authority), peer.url("hook.example"), body=bytes(20_000_000)).answer
        over.set()

    assert (answer.status, answer.permanent) == (410, True)


def test_the_good_are_served_while_the_others_hang(authority: Authority) -> None:
    """Half of a full pool hangs."""
    http = client(authority)
    hanging = says_and_stays(b"")
    over.clear()
    with ExitStack() as stack, ThreadPoolExecutor(16) as pool:
        bad = [stack.enter_context(running(hanging)).url("hook.example") for _ in range(8)]
        good = [stack.enter_context(running(OK)).url("hook.example") for _ in range(8)]
        found = list(pool.map(lambda url: attempt(http, url), [*bad, *good]))
        over.set()

    assert [each.answer.accepted for each in found] == [False] * 8 + [True] * 8
    assert max(each.seconds for each in found[8:]) < min(each.seconds for each in found[:8])

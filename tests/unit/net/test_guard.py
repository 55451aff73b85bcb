"""What may be spoken to: a long table of what may not, and a shorter one of what must."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from threading import Event

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from urllib3.util import parse_url

from herald.net.errors import BlockedError, NotSentError
from herald.net.guard import Guard
from tests.unit.net import registries
from tests.unit.net.urls import (
    ALLOWED,
    FORBIDDEN,
    MALFORMED,
    METADATA,
    PRIVATE_NAMES,
    PUBLIC,
    disguises,
    embedded,
)

UNHURRIED = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # a busy machine is no failure
NEVER = list(
    dict.fromkeys(
        [*FORBIDDEN, *(address for addresses in METADATA.values() for address in addresses)]
    )
)
HIDDEN = [IPv4Address(each) for each in NEVER if ":" not in each]


def answers(*addresses: str) -> Guard:
    """A guard for which every name has these addresses."""

    def lookup(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return Guard(lookup=lookup)


@pytest.mark.parametrize("url", MALFORMED, ids=ascii)
def test_a_hostile_spelling_is_refused_before_any_lookup(url: str) -> None:
    with pytest.raises(BlockedError):
        Guard().check_url(url)


@pytest.mark.parametrize("url", MALFORMED, ids=ascii)
def test_a_private_address_in_the_allow_list_opens_no_other_spelling(url: str) -> None:
    guard = Guard(["127.0.0.1", "::1"], lookup=lambda _host, _port: [PUBLIC])

    with pytest.raises(BlockedError):
        guard.resolve(guard.check_url(url))


@pytest.mark.parametrize("address", NEVER)
def test_a_forbidden_address_is_refused_in_the_url(address: str) -> None:
    host = f"[{address}]" if ":" in address else address

    with pytest.raises(BlockedError):
        Guard().check_url(f"https://{host}/")


@pytest.mark.parametrize("address", NEVER)
def test_a_forbidden_address_is_refused_behind_a_name(address: str) -> None:
    guard = answers(address)

    with pytest.raises(BlockedError):
        guard.resolve(guard.check_url("https://example.com/"))


@pytest.mark.parametrize("hidden", HIDDEN, ids=str)
def test_a_forbidden_address_is_refused_in_every_disguise(hidden: IPv4Address) -> None:
    for host in disguises(hidden):
        with pytest.raises(BlockedError):
            Guard().check_url(f"https://{host}/")
        with pytest.raises(BlockedError):
            Guard(["127.0.0.0/31"]).check_url(f"https://user@{host}/")


def test_only_a_mapped_public_address_is_taken_for_one() -> None:
    for host in disguises(IPv4Address("8.8.8.8")):
        if host == "[::ffff:8.8.8.8]":
            assert Guard().check_url(f"https://{host}/").host == "8.8.8.8"
        else:
            with pytest.raises(BlockedError):
                Guard().check_url(f"https://{host}/")


@pytest.mark.parametrize("name", PRIVATE_NAMES, ids=ascii)
def test_a_name_from_inside_is_refused_unasked(name: str) -> None:
    for spelled in (name, f"{name}."):
        with pytest.raises(BlockedError, match="name is not a public one"):
            Guard().check_url(f"https://{spelled}/")


@pytest.mark.parametrize("name", PRIVATE_NAMES, ids=ascii)
def test_a_name_from_inside_is_only_good_for_what_is_allowed_by_address(name: str) -> None:
    for found, allowed in {
        ("10.1.2.3",): True,
        (PUBLIC,): False,
        ("10.1.2.3", PUBLIC): False,
        ("10.1.2.4",): False,
    }.items():
        guard = Guard(["10.1.2.3"], lookup=lambda _host, _port, found=found: found)  # type: ignore[misc]
        destination = guard.check_url(f"https://{name}/")
        if allowed:
            assert guard.resolve(destination)
        else:
            with pytest.raises(BlockedError):
                guard.resolve(destination)


# --------------------------------------------------------------------------- against the registries


def near(block: str) -> st.SearchStrategy[registries.Address]:
    """Addresses in a block, and the two beside it."""
    kind, first, last = registries.bounds(block)
    most = (1 << (128 if kind is IPv6Address else 32)) - 1
    edges = [each for each in (first - 1, first, last, last + 1) if 0 <= each <= most]
    return (st.sampled_from(edges) | st.integers(first, last)).map(kind)


addresses = st.ip_addresses() | st.sampled_from(registries.BLOCKS).flatmap(near)


@settings(UNHURRIED, max_examples=1_000)
@given(addresses)
@example(IPv4Address("192.0.0.9"))
@example(IPv6Address("2001:1::1"))
def test_an_address_may_be_spoken_to_when_the_registries_say_so(
    address: registries.Address,
) -> None:
    for spelled in {str(address), address.exploded.upper()}:
        assert passes(
            f"https://[{spelled}]/" if ":" in spelled else f"https://{spelled}/"
        ) is registries.allowed(address)
        assert resolves(spelled) is registries.allowed(address)


@settings(UNHURRIED, max_examples=300)
@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_by_what_it_is(address: IPv4Address) -> None:
    mapped, *others = embedded(address)

    assert resolves(str(mapped)) is registries.allowed(address)
    assert not any(resolves(str(each)) for each in others)


@settings(UNHURRIED, max_examples=300)
@given(st.lists(addresses.map(str), min_size=1, max_size=6))
def test_an_answer_is_as_good_as_its_worst_address(found: list[str]) -> None:
    assert resolves(*found) is all(registries.allowed(ip_address(each)) for each in found)


def passes(url: str) -> bool:
    try:
        Guard().check_url(url)
    except BlockedError:
        return False
    return True


def resolves(*found: str) -> bool:
    guard = answers(*found)
    try:
        guard.resolve(guard.check_url("https://example.com/"))
    except BlockedError:
        return False
    return True


# ---------------------------------------------------------------------------- against other parsers

PIECES = [
    "https",
    "http",
    ":",
    "/",
    "//",
    "\\",
    "@",
    "?",
    "#",
    "[",
    "]",
    "%",
    "%2e",
    ".",
    "。",
    "127",
    "0x7f",
    "::1",
    "1",
    "a",
    "ü",
    "xn--",
    "localhost",
    "example.com",
    "8.8.8.8",
    "443",
    "\t",
    " ",
    "-",
    "_",
    "é",
]
urls = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map(
    lambda parts: "https://" + "".join(parts)
)


@settings(UNHURRIED, max_examples=1_000)
@given(urls)
def test_whatever_passes_has_one_reading(url: str) -> None:
    try:
        found = Guard().check_url(url)
    except BlockedError:
        return

    assert Guard().check_url(f"https://{found.authority}{found.target}") == found
    assert found.host.isascii()
    if url.isascii():
        other = parse_url(url)
        assert (str(other.host).strip("[]").removesuffix("."), other.port or 443) == (
            found.host,
            found.port,
        )


@settings(UNHURRIED, max_examples=1_000)
@given(st.text())
def test_no_text_breaks_the_guard(text: str) -> None:
    passes(text)
    passes(f"https://{text}")


# -------------------------------------------------------------------------------------------- ports


@pytest.mark.parametrize("port", [22, 25, 53, 110, 6000, 6667, 10080])
def test_a_port_that_no_browser_calls_is_refused_also_where_private_addresses_are_allowed(
    port: int,
) -> None:
    for url in (
        f"https://example.com:{port}/",
        f"http://127.0.0.1:{port}/",
        f"https://[::1]:{port}/",
    ):
        with pytest.raises(BlockedError, match="port"):
            Guard(["127.0.0.1", "::1"]).check_url(url)


# ------------------------------------------------------------------------------------- many answers


@pytest.mark.parametrize(
    "others",
    [(PUBLIC, "127.0.0.1"), ("127.0.0.1", PUBLIC), (PUBLIC, "::1"), (PUBLIC, "fe80::1%eth0")],
)
def test_one_bad_address_rejects_the_whole_answer(others: tuple[str, ...]) -> None:
    guard = answers(*others)

    with pytest.raises(BlockedError):
        guard.resolve(guard.check_url("https://example.com/"))


@pytest.mark.parametrize("url", ALLOWED)
def test_an_ordinary_url_is_taken_apart(url: str) -> None:
    guard = answers(PUBLIC)

    destination = guard.check_url(url)

    assert (
        destination.host,
        destination.port,
        destination.target,
        destination.authority,
    ) == ALLOWED[url]
    assert guard.resolve(destination)


def test_ipv4_is_tried_first_and_nothing_twice() -> None:
    guard = answers("2606:4700:4700::1111", PUBLIC, PUBLIC, "::ffff:1.1.1.1")

    found = guard.resolve(guard.check_url("https://example.com/"))

    assert [str(address) for address in found] == [PUBLIC, "1.1.1.1", "2606:4700:4700::1111"]


def test_an_allowed_private_address_may_be_plain_http() -> None:
    guard = Guard(["127.0.0.1", "::1"], lookup=lambda _host, _port: ["::1", "127.0.0.1"])

    for url in (
        "http://127.0.0.1:8080/",
        "http://[::1]:8080/",
        "http://localhost:8080/",
        "https://127.0.0.1/",
    ):
        assert guard.resolve(guard.check_url(url))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "http://8.8.8.8/",
        "http://127.0.0.2/",
        "https://127.0.0.2/",
        "https://10.0.0.1/",
    ],
)
def test_the_allow_list_opens_nothing_else(url: str) -> None:
    guard = Guard(["127.0.0.1"], lookup=lambda _host, _port: [PUBLIC])

    with pytest.raises(BlockedError):
        guard.resolve(guard.check_url(url))


def test_plain_http_to_an_answer_that_is_only_partly_allowed_is_refused() -> None:
    guard = Guard(["127.0.0.1"], lookup=lambda _host, _port: ["127.0.0.1", PUBLIC])

    with pytest.raises(BlockedError):
        guard.resolve(guard.check_url("http://localhost/"))


def test_a_network_may_be_allowed() -> None:
    guard = Guard(["10.1.0.0/16"])

    assert guard.resolve(guard.check_url("http://10.1.2.3/"))
    with pytest.raises(BlockedError):
        guard.check_url("http://10.2.0.1/")


def test_a_name_that_does_not_resolve_is_not_blocked() -> None:
    def lookup(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    for guard in (Guard(lookup=lookup), answers()):
        with pytest.raises(NotSentError) as caught:
            guard.resolve(guard.check_url("https://example.com/"))
        assert not isinstance(caught.value, BlockedError)


def test_a_resolver_that_hangs_is_left_behind() -> None:
    over = Event()

    def lookup(_host: str, _port: int) -> Sequence[str]:
        over.wait(10)
        return [PUBLIC]

    guard = Guard(lookup=lookup)

    with pytest.raises(NotSentError, match="in time"):
        guard.resolve(guard.check_url("https://example.com/"), timeout=0.01)
    over.set()


def test_messages_name_no_address() -> None:
    guard = answers("10.11.12.13")

    with pytest.raises(BlockedError) as caught:
        guard.resolve(guard.check_url("https://example.com/"))
    assert "10." not in str(caught.value)

"""The addresses that may be called.

A URL is parsed once, here. The client connects to the very address that was judged.

Sources: the IANA special-purpose address and domain name registries, the clouds' documents on their
metadata and platform addresses, and the Fetch standard for the ports that no browser calls.
"""

import re
import socket
import unicodedata
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

from herald.domain.values import frozen
from herald.net.errors import BlockedError, NotSentError

Address = IPv4Address | IPv6Address
Lookup = Callable[[str, int], Sequence[str]]
"""Turns a host and a port into addresses as text. Raises OSError if the name does not resolve."""

MAX_URL = 2048
PORTS = {"https": 443, "http": 80}

BAD_PORTS_TEXT = """
1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115
117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563
587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667
6668 6669 6679 6697 10080
"""
BAD_PORTS = frozenset(map(int, BAD_PORTS_TEXT.split()))
"""Ports of mail, files and chat. A server there speaks no HTTP, but may act on what it reads.

Source: the Fetch standard.
"""

LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
NAME = re.compile(rf"(?=.{{1,253}}\Z){LABEL}(?:\.{LABEL})*\Z")
# Some parser may take such a host for an IPv4 address.
ENDS_IN_A_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\Z")
AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:@%]+)(?::(?P<port>[1-9][0-9]{0,4}))?\Z")

FORBIDDEN_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carriers; Alibaba's metadata
        "127.0.0.0/8",  # loopback; Lambda's runtime API
        "168.63.129.16/32",  # Azure's platform
        "169.254.0.0/16",  # link-local; every cloud's metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
GLOBAL_V6 = IPv6Network("2000::/3")
FORBIDDEN_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments; Teredo
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
PRIVATE_ZONES = (
    ".localhost",  # RFC 6761
    ".local",  # RFC 6762
    ".intranet",  # RFC 6762, appendix G, as the next five
    ".internal",  # also ICANN's for private use; Google's metadata, AWS's instances
    ".private",
    ".corp",
    ".home",
    ".lan",
    ".home.arpa",  # RFC 8375
    ".localdomain",  # Lambda's own sandbox
)


@frozen
class Destination:
    """The parts of a URL. `host` is in lower case, without brackets; `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def private(self) -> bool:
        """Whether the host is a name without a meaning outside: in a private zone, or one word."""
        if literal(self.host) is not None:
            return False
        return "." not in self.host or f".{self.host}".endswith(PRIVATE_ZONES)

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def system_lookup(host: str, port: int) -> Sequence[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Guard:
    """Judge of URLs and addresses. It allows only https, and only public addresses.

    The addresses and networks in `allow_private` are allowed as well, also over http.
    """

    def __init__(
        self, allow_private: Sequence[str] = (), *, lookup: Lookup = system_lookup
    ) -> None:
        self._allowed = tuple(ip_network(entry) for entry in allow_private)
        self._lookup = lookup

    def check_url(self, url: str) -> Destination:
        """Take a URL apart and judge it as far as no resolver is needed. Raises BlockedError."""
        destination = parse(url)
        if address := literal(destination.host):
            self._judge(address, destination)
        elif not self._allowed:
            judge_name(destination)
        return destination

    def resolve(self, destination: Destination, *, timeout: float = 10) -> tuple[Address, ...]:
        """Return the addresses to connect to, IPv4 first, because Lambda has no IPv6 of its own.

        Raises BlockedError if any of them is forbidden.
        Raises NotSentError if the name does not resolve in time.
        """
        own = literal(destination.host)
        addresses = [own] if own else self._look_up(destination, timeout)
        for address in addresses:
            self._judge(address, destination)
        return tuple(sorted(dict.fromkeys(addresses), key=lambda address: address.version))

    def _judge(self, address: Address, destination: Destination) -> None:
        if any(address in network for network in self._allowed):
            return
        judge_name(destination)
        if not is_public(address):
            raise BlockedError("the host's address is not a public one")

    def _look_up(self, destination: Destination, timeout: float) -> list[Address]:
        """Ask the resolver for the addresses of a host. Raises NotSentError.

        The resolver knows no deadline, so a thread asks it. When time is over, the thread is left.
        """
        answers: SimpleQueue[Sequence[str] | OSError | ValueError] = SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._lookup(destination.host, destination.port))
            except (OSError, ValueError) as error:
                # ValueError: a name that the resolver's own encoding refuses.
                answers.put(error)

        Thread(target=ask, daemon=True).start()
        try:
            answer = answers.get(timeout=timeout)
        except Empty:
            raise NotSentError("the host's name did not resolve in time") from None
        if isinstance(answer, Exception) or not answer:
            raise NotSentError("the host's name does not resolve")
        return [read_address(text) for text in answer]


def judge_name(destination: Destination) -> None:
    """Judge the scheme and the name of the host, without its addresses. Raises BlockedError."""
    if destination.scheme != "https":
        raise BlockedError("only https is allowed")
    if destination.private:
        raise BlockedError("the host's name is not a public one")


def parse(url: str) -> Destination:
    """Take a URL apart, accepting one spelling of each part. Raises BlockedError."""
    if len(url) > MAX_URL:
        raise BlockedError(f"the URL is longer than {MAX_URL} characters")
    if any(unicodedata.category(letter)[0] in "CZ" for letter in url) or "\\" in url:
        raise BlockedError("the URL contains a space, a control character or a backslash")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BlockedError("the URL's host is malformed") from error
    if parts.scheme not in PORTS:
        raise BlockedError("only https is allowed")
    if "@" in parts.netloc:
        raise BlockedError("the URL carries credentials")
    if "#" in url:
        raise BlockedError("the URL has a fragment, which is never sent")
    if not (parts.path + parts.query).isascii():
        raise BlockedError("the URL's path must be percent-encoded")
    host, port = split_authority(parts.netloc)
    path = parts.path if parts.path else "/"
    return Destination(
        scheme=parts.scheme,
        host=host,
        port=port if port else PORTS[parts.scheme],
        target=f"{path}?{parts.query}" if parts.query else path,
    )


def split_authority(netloc: str) -> tuple[str, int | None]:
    match = AUTHORITY.match(netloc)
    if not match:
        raise BlockedError("the URL's host is malformed")
    port = int(match["port"]) if match["port"] else None
    if port and port > 65535:
        raise BlockedError("the URL's port is malformed")
    if port in BAD_PORTS:
        raise BlockedError("the URL's port is one that is never called")
    return read_host(match["host"]), port


def read_host(text: str) -> str:
    """Return the canonical spelling of a host: an ASCII name, or an address. Raises BlockedError.

    The dot that a name may end with is left out, because no certificate has it and most servers
    do not know it in a Host header.
    """
    if text.startswith("["):
        return str(read_address(text[1:-1]))
    bare = text.removesuffix(".")
    name = bare.lower() if bare.isascii() else encode_name(bare)
    if ENDS_IN_A_NUMBER.match(name):
        return str(read_address(text.lower()))  # not `name`, because no address ends in a dot
    if not NAME.match(name):
        raise BlockedError("the URL's host is malformed")
    return name


def encode_name(text: str) -> str:
    """Return a name in other letters as `xn--`. Raises BlockedError if encoding would change it."""
    name = text.lower()
    for letter in name:
        plain = letter in ".-" or (letter.isascii() and letter.isalnum())
        if not plain and not is_letter(letter):
            raise BlockedError("the URL's host is malformed")
    if unicodedata.normalize("NFKC", text) != text:
        raise BlockedError("the URL's host is malformed")
    try:
        encoded = name.encode("idna")
        same = encoded.decode("idna") == name
    except UnicodeError as error:
        raise BlockedError("the URL's host is malformed") from error
    if not same:
        raise BlockedError("the URL's host is malformed")
    return encoded.decode("ascii")


def is_letter(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LM"


def literal(host: str) -> Address | None:
    """Return the address if a canonical host is one, or None for a name."""
    return read_address(host) if ":" in host or ENDS_IN_A_NUMBER.match(host) else None


def read_address(text: str) -> Address:
    """Read an address, and an IPv4-mapped IPv6 address as IPv4. Raises BlockedError."""
    try:
        address = ip_address(text)
    except ValueError as error:
        raise BlockedError("the URL's host is malformed") from error
    if isinstance(address, IPv4Address):
        return address
    if address.scope_id is not None:
        raise BlockedError("the host's address is not a public one")
    return address.ipv4_mapped if address.ipv4_mapped else address


def is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in FORBIDDEN_V4)
    return address in GLOBAL_V6 and not any(address in network for network in FORBIDDEN_V6)

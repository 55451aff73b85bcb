"""Which addresses may be spoken to. A URL is parsed once, here, and the very address judged is the one connected to.

Sources: the IANA special-purpose address and domain name registries, the clouds' documents on their metadata and platform
addresses, and the Fetch standard for the ports that no browser calls.
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
"""Host and port to addresses in text form. Raises OSError when the name does not resolve."""

MAX_URL = 2048
PORTS = {"https": 443, "http": 80}

BAD_PORTS_TEXT = """
1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 137 139 143
161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659
4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080
"""
BAD_PORTS = frozenset(map(int, BAD_PORTS_TEXT.split()))
"""What listens there does not speak HTTP, but may act on what it reads: mail, files, chat. Source: the Fetch standard."""

LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
NAME = re.compile(rf"(?=.{{1,253}}\Z){LABEL}(?:\.{LABEL})*\Z")
ENDS_IN_A_NUMBER = re.compile(
    r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\Z"
)  # what some parser may take for an IPv4 address
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
    """A URL taken apart. `host` is in lower case, without brackets; `target` is what the request line asks for."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def private(self) -> bool:
        """Whether it is called by a name that means nothing outside: one of a private zone, or a single word."""
        return literal(self.host) is None and (
            "." not in self.host or f".{self.host}".endswith(PRIVATE_ZONES)
        )

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def system_lookup(host: str, port: int) -> Sequence[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class Guard:
    """Everything spoken to is https and public, except what `allow_private` names: addresses or networks, over http too."""

    def __init__(
        self, allow_private: Sequence[str] = (), *, lookup: Lookup = system_lookup
    ) -> None:
        self._allowed = tuple(ip_network(entry) for entry in allow_private)
        self._lookup = lookup

    def check_url(self, url: str) -> Destination:
        """Take a URL apart and judge what can be judged without the network. Raises BlockedError."""
        destination = parse(url)
        if address := literal(destination.host):
            self._judge(address, destination)
        elif not self._allowed:
            judge_name(destination)
        return destination

    def resolve(self, destination: Destination, *, timeout: float = 10) -> tuple[Address, ...]:
        """The addresses to connect to, in order: IPv4 first, since Lambda has no IPv6 of its own.

        Raises BlockedError when any one of them is forbidden, NotSentError when the name does not resolve in time.
        """
        address = literal(destination.host)
        found = [address] if address else self._look_up(destination, timeout)
        for each in found:
            self._judge(each, destination)
        return tuple(sorted(dict.fromkeys(found), key=lambda each: each.version))

    def _judge(self, address: Address, destination: Destination) -> None:
        if any(address in network for network in self._allowed):
            return
        judge_name(destination)
        if not is_public(address):
            raise BlockedError("the host's address is not a public one")

    def _look_up(self, destination: Destination, timeout: float) -> list[Address]:
        """Ask the resolver, which knows no deadline, from a thread that is left behind when time is over."""
        answers: SimpleQueue[Sequence[str] | OSError | ValueError] = SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._lookup(destination.host, destination.port))
            except (
                OSError,
                ValueError,
            ) as error:  # ValueError: a name the resolver's own encoding refuses
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
    """Judge what a URL says before any address is known. Raises BlockedError."""
    if destination.scheme != "https":
        raise BlockedError("only https is allowed")
    if destination.private:
        raise BlockedError("the host's name is not a public one")


def parse(url: str) -> Destination:
    """Take a URL apart, accepting one spelling of everything. Raises BlockedError."""
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
    path = parts.path or "/"
    return Destination(
        scheme=parts.scheme,
        host=host,
        port=port or PORTS[parts.scheme],
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
    """The one canonical spelling of a host: an ASCII name, or an address as it is usually written. Raises BlockedError.

    The dot that a name may end with is left out: no certificate has it, and most servers do not know it in a Host header.
    """
    if text.startswith("["):
        return str(read_address(text[1:-1]))
    bare = text.removesuffix(".")
    name = bare.lower() if bare.isascii() else encode_name(bare)
    if ENDS_IN_A_NUMBER.match(name):
        return str(read_address(text.lower()))  # an address ends in no dot
    if not NAME.match(name):
        raise BlockedError("the URL's host is malformed")
    return name


def encode_name(text: str) -> str:
    """A name in other letters as `xn--`, provided that the encoding maps nothing away. Raises BlockedError."""
    name = text.lower()
    plain = all(
        letter in ".-" or (letter.isascii() and letter.isalnum()) or is_letter(letter)
        for letter in name
    )
    if not plain or unicodedata.normalize("NFKC", text) != text:
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
    """The address a canonical host is, or None for a name."""
    return read_address(host) if ":" in host or ENDS_IN_A_NUMBER.match(host) else None


def read_address(text: str) -> Address:
    """The address a text is, an IPv4 address in IPv6 clothes unwrapped. Raises BlockedError."""
    try:
        address = ip_address(text)
    except ValueError as error:
        raise BlockedError("the URL's host is malformed") from error
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            raise BlockedError("the host's address is not a public one")
        return address.ipv4_mapped or address
    return address


def is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in FORBIDDEN_V4)
    return address in GLOBAL_V6 and not any(address in network for network in FORBIDDEN_V6)

"""What IANA says of addresses, and where herald is stricter. It shares no code with the guard.

Sources: iana.org/assignments/iana-ipv4-special-registry, iana-ipv6-special-registry,
ipv4-address-space, ipv6-address-space.
"""

from functools import cache
from ipaddress import IPv4Address, IPv6Address

Address = IPv4Address | IPv6Address
Blocks = dict[str, bool]

# Each block with "Globally Reachable". What the registry leaves open counts as no.
SPECIAL_V4: Blocks = {
    "0.0.0.0/8": False,
    "0.0.0.0/32": False,
    "10.0.0.0/8": False,
    "100.64.0.0/10": False,
    "127.0.0.0/8": False,
    "169.254.0.0/16": False,
    "172.16.0.0/12": False,
    "192.0.0.0/24": False,
    "192.0.0.0/29": False,
    "192.0.0.8/32": False,
    "192.0.0.9/32": True,
    "192.0.0.10/32": True,
    "192.0.0.170/32": False,
    "192.0.0.171/32": False,
    "192.0.2.0/24": False,
    "192.31.196.0/24": True,
    "192.52.193.0/24": True,
    "192.88.99.0/24": False,
    "192.88.99.2/32": False,
    "192.168.0.0/16": False,
    "192.175.48.0/24": True,
    "198.18.0.0/15": False,
    "198.51.100.0/24": False,
    "203.0.113.0/24": False,
    "240.0.0.0/4": False,
    "255.255.255.255/32": False,
}
SPACE_V4: Blocks = {"0.0.0.0/0": True, "224.0.0.0/4": False}

SPECIAL_V6: Blocks = {
    "::1/128": False,
    "::/128": False,
    "::ffff:0:0/96": False,
    "64:ff9b::/96": True,
    "64:ff9b:1::/48": False,
    "100::/64": False,
    "100:0:0:1::/64": False,
    "2001::/23": False,
    "2001::/32": False,
    "2001:1::1/128": True,
    "2001:1::2/128": True,
    "2001:1::3/128": True,
    "2001:2::/48": False,
    "2001:3::/32": True,
    "2001:4:112::/48": True,
    "2001:10::/28": False,
    "2001:20::/28": True,
    "2001:30::/28": True,
    "2001:db8::/32": False,
    "2002::/16": False,
    "2620:4f:8000::/48": True,
    "3fff::/20": False,
    "5f00::/16": False,
    "fc00::/7": False,
    "fe80::/10": False,
}
SPACE_V6: Blocks = {"::/0": False, "2000::/3": True}

STRICTER: Blocks = dict.fromkeys(
    [
        "168.63.129.16/32",  # Azure's platform
        "192.0.0.0/24",  # protocol assignments, also the two that may be reached
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.175.48.0/24",  # AS112
        "64:ff9b::/96",  # NAT64: any IPv4 address
        "2001::/23",  # protocol assignments, also those that may be reached
        "2620:4f:8000::/48",  # AS112
    ],
    False,
)

BLOCKS = [*SPECIAL_V4, *SPACE_V4, *SPECIAL_V6, *SPACE_V6, *STRICTER]


@cache
def bounds(block: str) -> tuple[type[Address], int, int]:
    """The kind of a block, its first and its last address as numbers."""
    text, _, length = block.partition("/")
    kind, bits = (IPv6Address, 128) if ":" in text else (IPv4Address, 32)
    first = int(kind(text))
    return kind, first, first + (1 << bits - int(length)) - 1


def says(blocks: Blocks, address: Address) -> bool | None:
    """What the smallest block around an address says; None when there is none."""
    around = [
        (last - first, blocks[block])
        for block in blocks
        for kind, first, last in [bounds(block)]
        if isinstance(address, kind) and first <= int(address) <= last
    ]
    return min(around)[1] if around else None


def reachable(address: Address) -> bool:
    """Return whether IANA calls the address globally reachable.

    A mapped address counts as the IPv4 address in it.
    """
    if isinstance(address, IPv6Address) and int(address) >> 32 == 0xFFFF:
        return reachable(IPv4Address(int(address) & 0xFFFFFFFF))
    special = says(SPECIAL_V4 | SPECIAL_V6, address)
    return bool(says(SPACE_V4 | SPACE_V6, address)) if special is None else special


def allowed(address: Address) -> bool:
    """Whether herald may speak to it."""
    if isinstance(address, IPv6Address) and int(address) >> 32 == 0xFFFF:
        return allowed(IPv4Address(int(address) & 0xFFFFFFFF))
    return reachable(address) and says(STRICTER, address) is None

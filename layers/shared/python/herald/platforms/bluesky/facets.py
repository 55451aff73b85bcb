"""The clickable parts of a text on Bluesky: links, mentions, hashtags, cashtags.

Positions are in UTF-8 bytes.

Source: the lexicon app.bsky.richtext.facet, and the detection of the official client (@atproto/api
0.19). It differs from that client in two cases, where the client makes a record that no server
takes. A domain that begins with `http` and has no protocol becomes a link like any other, and a
protocol with nothing behind it becomes no link.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from herald.domain.top_level_domains import PRESENT

SPACES = "\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"  # as JavaScript's \s
INVISIBLE = "\u00ad\u200a-\u200d\u2060\u20e2"
BEFORE = rf"(?<![^{SPACES}(])"  # only at the start, after a space or an opening bracket
LINK = re.compile(
    rf"{BEFORE}(?:https?://[^{SPACES}]+|(?P<domain>[a-z][a-z0-9]*(?:\.[a-z0-9]+)+)[^{SPACES}]*)",
    re.IGNORECASE | re.ASCII,
)
MENTION = re.compile(rf"{BEFORE}@([a-z0-9.-]+)\b", re.IGNORECASE | re.ASCII)
HANDLE = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\Z"
)
TAG = re.compile(rf"(?<![^{SPACES}])[#\uff03](?!\ufe0f)([^{SPACES}{INVISIBLE}]+)")
CASHTAG = re.compile(rf"{BEFORE}\$([A-Za-z][A-Za-z0-9]{{0,4}})(?=[{SPACES}.,;:!?)\"'\u2019]|\Z)")
SOMEWHERE = re.compile(r"https?://[^/]", re.IGNORECASE | re.ASCII)
MAX_TAG = 64  # in UTF-16, as the client counts
MAX_MENTIONS = 20
DIGITS = "0123456789"

Facet = dict[str, object]
ByteSpan = tuple[int, int]


def mentioned(text: str) -> list[str]:
    """Return the handles that a text mentions, in lower case, each once."""
    handles = [match[1].lower() for match in MENTION.finditer(text) if is_handle(match[1])]
    return list(dict.fromkeys(handles))[:MAX_MENTIONS]


def facets(text: str, dids: Mapping[str, str]) -> list[Facet]:
    """Return the facets of a text, in its order.

    A mention is a facet only if `dids` knows whose handle it is. Of two facets that overlap, the
    first one stays.
    """
    shown: list[Facet] = []
    free = 0
    for (start, end), feature in sorted(features(text, dids), key=lambda facet: facet[0]):
        if start < free:
            continue
        free = end
        index = {"byteStart": size(text[:start]), "byteEnd": size(text[:end])}
        shown.append({"index": index, "features": [feature]})
    return shown


def features(text: str, dids: Mapping[str, str]) -> Iterator[tuple[ByteSpan, Facet]]:
    for match in LINK.finditer(text):
        link = without_closing(match[0])
        if is_link(link, match["domain"]):
            span = (match.start(), match.start() + len(link))
            uri = f"https://{link}" if match["domain"] else link
            yield span, {"$type": "app.bsky.richtext.facet#link", "uri": uri}
    for match in MENTION.finditer(text):
        did = dids.get(match[1].lower()) if is_handle(match[1]) else None
        if did:
            yield match.span(), {"$type": "app.bsky.richtext.facet#mention", "did": did}
    for match in TAG.finditer(text):
        tag = without_punctuation(match[1])
        if tag and utf16(tag) <= MAX_TAG and any(is_word(letter) for letter in tag):
            span = (match.start(), match.start(1) + len(tag))
            yield span, {"$type": "app.bsky.richtext.facet#tag", "tag": tag}
    for match in CASHTAG.finditer(text):
        yield match.span(), {"$type": "app.bsky.richtext.facet#tag", "tag": match[0].upper()}


def is_link(shown: str, domain: str | None) -> bool:
    """Whether it leads somewhere.

    A bare domain must have a top-level domain that exists. A protocol must be in lower case, with
    something behind it.
    """
    if domain:
        return top_level(domain) in PRESENT
    return shown.startswith("http") and SOMEWHERE.match(shown) is not None


def is_handle(text: str) -> bool:
    """Whether somebody could have this handle. Handles at a server in tests end in `.test`."""
    if top_level(text) not in PRESENT and not text.endswith(".test"):
        return False
    return HANDLE.match(text.lower()) is not None


def top_level(domain: str) -> str:
    return domain.rpartition(".")[2]


def without_closing(link: str) -> str:
    """Return a link without one punctuation mark at its end, and without a bracket not its own."""
    if link[-1] in ".,;:!?":
        link = link[:-1]
    return link[:-1] if link.endswith(")") and "(" not in link else link


def without_punctuation(tag: str) -> str:
    while tag and unicodedata.category(tag[-1])[0] == "P":
        tag = tag[:-1]
    return tag


def is_word(letter: str) -> bool:
    return letter not in DIGITS and unicodedata.category(letter)[0] != "P"


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def size(text: str) -> int:
    return len(text.encode())

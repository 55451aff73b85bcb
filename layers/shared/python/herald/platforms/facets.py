"""What Bluesky makes clickable in a text: links, mentions, hashtags. Positions are in UTF-8 bytes.

Source: the lexicon app.bsky.richtext.facet, and the detection of the official client (@atproto/api), less bare domains.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import islice

BEFORE = r"(?<![^\s(])"  # only at the start, after a space or an opening bracket
LINK = re.compile(BEFORE + r"https?://[^\s/]\S*", re.IGNORECASE)
MENTION = re.compile(BEFORE + r"@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)", re.IGNORECASE)
TAG = re.compile(r"(?<!\S)[#\uff03](?!\ufe0f)([^\s\u00ad\u200a-\u200d\u2060\u20e2]+)")
MAX_TAG = 64
MAX_MENTIONS = 20

Facet = dict[str, object]
Span = tuple[int, int]


def mentioned(text: str) -> list[str]:
    """The handles a text mentions, in lower case, each once."""
    found = dict.fromkeys(match[1].lower() for match in MENTION.finditer(text))
    return list(islice(found, MAX_MENTIONS))


def facets(text: str, dids: Mapping[str, str]) -> list[Facet]:
    """The facets of a text, in its order; a mention only where `dids` knows whose handle it is."""
    shown: list[Facet] = []
    free = 0
    for (start, end), feature in sorted(features(text, dids), key=lambda found: found[0]):
        if start >= free:
            free = end
            shown.append({"index": {"byteStart": size(text[:start]), "byteEnd": size(text[:end])}, "features": [feature]})
    return shown


def features(text: str, dids: Mapping[str, str]) -> Iterator[tuple[Span, Facet]]:
    for match in LINK.finditer(text):
        if uri := without_closing(match[0]):
            yield (match.start(), match.start() + len(uri)), {"$type": "app.bsky.richtext.facet#link", "uri": uri}
    for match in MENTION.finditer(text):
        if did := dids.get(match[1].lower()):
            yield match.span(), {"$type": "app.bsky.richtext.facet#mention", "did": did}
    for match in TAG.finditer(text):
        tag = without_punctuation(match[1])
        if tag and len(tag) <= MAX_TAG and any(is_word(letter) for letter in tag):
            yield (match.start(), match.start(1) + len(tag)), {"$type": "app.bsky.richtext.facet#tag", "tag": tag}


def without_closing(uri: str) -> str:
    """A link without the punctuation of the sentence around it; empty when nothing else is left."""
    while uri and (uri[-1] in ".,;:!?'\"" or (uri[-1] == ")" and uri.count("(") < uri.count(")"))):
        uri = uri[:-1]
    return uri if re.search(r"://[^\s/]", uri) else ""


def without_punctuation(tag: str) -> str:
    while tag and unicodedata.category(tag[-1])[0] == "P":
        tag = tag[:-1]
    return tag


def is_word(letter: str) -> bool:
    return not letter.isdigit() and unicodedata.category(letter)[0] != "P"


def size(text: str) -> int:
    return len(text.encode())

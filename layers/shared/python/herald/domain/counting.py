"""The length of a text, counted as each network counts.

Patterns are compiled and `regex` is imported when a check first needs them, because that takes
20 ms.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

from herald.domain import emoji

URL_LENGTH = 23  # X and Mastodon count every link as this many
# The characters that X counts as two. Source: twitter-text's configuration, version 3.
X_HEAVY = "[^\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]"
# The pattern of Mastodon's Account::MENTION_RE.
MENTION = r"(?<![=/\w])@([A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)(?:@\w+(?:[.-]+\w+)*)?"
HASHTAG = r"(?<![\w&/])[#＃](?=\w*[^\W\d_])\w+"
HANDLE = r"(?<![\w@/])[@＠]\w+"
CASHTAG = r"(?<!\S)\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?![\w$])"


class Unit(StrEnum):
    """The ways in which networks count a text."""

    CHARACTERS = "characters"
    UTF16_UNITS = "utf16_units"
    BYTES = "bytes"
    GRAPHEMES = "graphemes"
    GRAPHEMES_URL_23 = "graphemes_url_23"
    WEIGHTED = "weighted"
    EMOJI_AS_BYTES = "emoji_as_bytes"


def graphemes(text: str) -> list[str]:
    """Return the characters that a reader sees (Unicode UAX 29)."""
    if text.isascii():
        return re.findall(r"(?s)\r\n|.", text)
    import regex  # noqa: PLC0415

    return regex.findall(r"\X", text)


def weighted(text: str) -> int:
    """Return X's length of a text, after NFC.

    A link counts 23, an emoji 2, a character of the Latin-like ranges 1, and every other one 2.
    """
    normal = unicodedata.normalize("NFC", text)
    if "." not in normal:
        return weight(normal)
    from herald.domain import links  # noqa: PLC0415

    total = 0
    at = 0
    for start, length in links.links(normal, links.twitter()):
        if start >= at:
            total += weight(normal[at:start]) + URL_LENGTH
            at = start + length
    return total + weight(normal[at:])


def weight(text: str) -> int:
    if text.isascii():
        return len(text)
    rest, emojis = emoji.pattern().subn("", text)
    return 2 * emojis + len(rest) + len(re.findall(X_HEAVY, rest))


def emoji_as_bytes(text: str) -> int:
    """Return Threads' length: an emoji counts its UTF-8 bytes, anything else its code points."""
    length = 0
    for grapheme in graphemes(text):
        length += len(grapheme.encode()) if is_emoji(grapheme) else len(grapheme)
    return length


def is_emoji(grapheme: str) -> bool:
    import regex  # noqa: PLC0415

    pictures = r"\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u20e3"
    return not grapheme.isascii() and regex.search(pictures, grapheme) is not None


def graphemes_url_23(text: str) -> int:
    """Return Mastodon's length: a link counts 23, a mention does not count its server."""
    kept: list[str] = []
    at = 0
    for start, end, counted in sorted([*long_links(text), *remote_mentions(text)]):
        if start >= at:
            kept += [text[at:start], counted]
            at = end
    kept.append(text[at:])
    return len(graphemes("".join(kept)))


def long_links(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each link begins and ends, and the text that counts in its place."""
    if "." not in text:
        return
    from herald.domain import links  # noqa: PLC0415

    for start, length in links.links(text, links.mastodon()):
        yield start, start + length, "x" * URL_LENGTH


def remote_mentions(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each mention begins and ends, and the text that counts in its place."""
    if "@" not in text:
        return
    from herald.domain.links import ACCENTED  # noqa: PLC0415

    for mention in re.finditer(MENTION, text):
        following = text[mention.end() : mention.end() + 3]
        if not re.match(rf"[@＠{ACCENTED}]|://", following):
            yield mention.start(), mention.end(), f"@{mention[1]}"


COUNT: Mapping[Unit, Callable[[str], int]] = {
    Unit.CHARACTERS: len,
    Unit.UTF16_UNITS: lambda text: len(text.encode("utf-16-le")) // 2,
    Unit.BYTES: lambda text: len(text.encode()),
    Unit.GRAPHEMES: lambda text: len(graphemes(text)),
    Unit.GRAPHEMES_URL_23: graphemes_url_23,
    Unit.WEIGHTED: weighted,
    Unit.EMOJI_AS_BYTES: emoji_as_bytes,
}

"""How long a text is, counted as each network counts. Patterns and `regex` are made when a check first needs them: 20 ms."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

from herald.domain import emoji

URL_LENGTH = 23  # X and Mastodon count every link as this many
X_HEAVY = (
    "[^\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]"  # twitter-text's configuration, version 3
)
MENTION = r"(?<![=/\w])@([A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)(?:@\w+(?:[.-]+\w+)*)?"  # as Mastodon's Account::MENTION_RE
HASHTAG = r"(?<![\w&/])[#＃](?=\w*[^\W\d_])\w+"
HANDLE = r"(?<![\w@/])[@＠]\w+"
CASHTAG = r"(?<!\S)\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?![\w$])"


class Unit(StrEnum):
    """How a network counts a text."""

    CHARACTERS = "characters"
    UTF16_UNITS = "utf16_units"
    BYTES = "bytes"
    GRAPHEMES = "graphemes"
    GRAPHEMES_URL_23 = "graphemes_url_23"
    WEIGHTED = "weighted"
    EMOJI_AS_BYTES = "emoji_as_bytes"


def graphemes(text: str) -> list[str]:
    """The characters a reader sees (Unicode UAX 29)."""
    if text.isascii():
        return re.findall(r"(?s)\r\n|.", text)
    import regex  # noqa: PLC0415

    return regex.findall(r"\X", text)


def weighted(text: str) -> int:
    """X's length: a link 23, an emoji 2, the Latin-like ranges 1, everything else 2, after NFC."""
    normal = unicodedata.normalize("NFC", text)
    if "." not in normal:
        return weight(normal)
    from herald.domain import links  # noqa: PLC0415

    total, at = 0, 0
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
    """Threads' length: an emoji counts its UTF-8 bytes, anything else its code points."""
    return sum(len(each.encode()) if is_emoji(each) else len(each) for each in graphemes(text))


def is_emoji(grapheme: str) -> bool:
    import regex  # noqa: PLC0415

    pictures = r"\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u20e3"
    return not grapheme.isascii() and regex.search(pictures, grapheme) is not None


def graphemes_url_23(text: str) -> int:
    """Mastodon's length: a link counts 23, a mention does not count its server."""
    kept, at = [], 0
    for start, end, counted in sorted([*long_links(text), *remote_mentions(text)]):
        if start >= at:
            kept += [text[at:start], counted]
            at = end
    return len(graphemes("".join([*kept, text[at:]])))


def long_links(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each stands, and what counts in its place."""
    if "." not in text:
        return
    from herald.domain import links  # noqa: PLC0415

    for start, length in links.links(text, links.mastodon()):
        yield start, start + length, "x" * URL_LENGTH


def remote_mentions(text: str) -> Iterator[tuple[int, int, str]]:
    if "@" not in text:
        return
    from herald.domain.links import ACCENTED  # noqa: PLC0415

    for mention in re.finditer(MENTION, text):
        if not re.match(rf"[@＠{ACCENTED}]|://", text[mention.end() : mention.end() + 3]):
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

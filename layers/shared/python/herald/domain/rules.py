"""What each network accepts, as data, and one checker over it. Verified against the vendors' texts on 2026-11-21."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from herald.domain.accounts import Platform
from herald.domain.errors import Problem

URL = r"https?://[^\s]+"
URL_LENGTH = 23  # X and Mastodon count every link as this many
EMOJI = r"\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u20e3"
X_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))  # twitter-text v3 configuration


class Unit(StrEnum):
    """How a network counts a text."""

    CHARACTERS = "characters"
    UTF16_UNITS = "utf16Units"
    BYTES = "bytes"
    GRAPHEMES = "graphemes"
    GRAPHEMES_URL_23 = "graphemesUrl23"
    WEIGHTED = "weighted"
    EMOJI_AS_BYTES = "emojiAsBytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRule:
    """At most `limit` units of text."""

    id: str
    limit: int
    unit: Unit
    source: str


TEXT: Mapping[Platform, tuple[TextRule, ...]] = {
    Platform.TWITTER: (TextRule(id="twitter.text", limit=280, unit=Unit.WEIGHTED, source="twitter-text v3 configuration"),),
    Platform.INSTAGRAM: (TextRule(id="instagram.caption", limit=2_200, unit=Unit.CHARACTERS, source="Instagram Graph API"),),
    Platform.FACEBOOK: (
        TextRule(id="facebook.message", limit=63_206, unit=Unit.CHARACTERS, source="secondary: open-source schedulers"),
    ),
    Platform.THREADS: (TextRule(id="threads.text", limit=500, unit=Unit.EMOJI_AS_BYTES, source="Threads API"),),
    Platform.LINKEDIN: (
        TextRule(id="linkedin.commentary", limit=3_000, unit=Unit.CHARACTERS, source="secondary: LinkedIn names none"),
    ),
    Platform.YOUTUBE: (TextRule(id="youtube.description", limit=5_000, unit=Unit.BYTES, source="YouTube Data API v3"),),
    Platform.TIKTOK: (TextRule(id="tiktok.title", limit=2_200, unit=Unit.UTF16_UNITS, source="TikTok Content Posting API"),),
    Platform.PINTEREST: (
        TextRule(id="pinterest.description", limit=800, unit=Unit.CHARACTERS, source="Pinterest OpenAPI 5.23.0"),
    ),
    Platform.BLUESKY: (
        TextRule(id="bluesky.graphemes", limit=300, unit=Unit.GRAPHEMES, source="lexicon app.bsky.feed.post"),
        TextRule(id="bluesky.bytes", limit=3_000, unit=Unit.BYTES, source="lexicon app.bsky.feed.post"),
    ),
    Platform.MASTODON: (TextRule(id="mastodon.text", limit=500, unit=Unit.GRAPHEMES_URL_23, source="Mastodon default instance"),),
    Platform.SANDBOX: (TextRule(id="sandbox.text", limit=10_000, unit=Unit.CHARACTERS, source="the contract, section 3"),),
}

NAMES = {Platform.TWITTER: "Twitter", Platform.LINKEDIN: "LinkedIn", Platform.YOUTUBE: "YouTube", Platform.TIKTOK: "TikTok"}


def name(platform: Platform) -> str:
    """What people call it."""
    return NAMES.get(platform, platform.capitalize())


def check_text(platform: Platform, text: str, *, field: str = "content") -> list[Problem]:
    """Everything this platform has against that text; empty when it takes it."""
    if not text.strip():
        return [
            Problem(
                field=field,
                code="CONTENT_EMPTY",
                rule="text.required",
                platform=platform.upper(),
                message="There is no text to post.",
            )
        ]
    return [too_long(platform, rule, actual, field) for rule in TEXT[platform] if (actual := COUNT[rule.unit](text)) > rule.limit]


def too_long(platform: Platform, rule: TextRule, actual: int, field: str) -> Problem:
    return Problem(
        field=field,
        code="CONTENT_TOO_LONG",
        rule=rule.id,
        platform=platform.upper(),
        max_length=rule.limit,
        actual_length=actual,
        message=f"Content exceeds maximum length for {name(platform)} ({rule.limit} {UNIT_WORDS[rule.unit]})",
    )


def graphemes(text: str) -> list[str]:
    """The characters a reader sees (Unicode UAX 29)."""
    import regex  # noqa: PLC0415 - 15 ms that only a check of text should cost

    return regex.findall(r"\X", text)


def without_urls(text: str) -> tuple[str, int]:
    """The text less its links, and how many there were."""
    import regex  # noqa: PLC0415

    return regex.subn(URL, "", text)


def is_emoji(grapheme: str) -> bool:
    import regex  # noqa: PLC0415

    return not grapheme.isascii() and regex.search(EMOJI, grapheme) is not None


def weighted(text: str) -> int:
    """X's length: links 23, an emoji 2, the Latin-like ranges 1, everything else 2, after NFC."""
    rest, links = without_urls(unicodedata.normalize("NFC", text))
    return links * URL_LENGTH + sum(2 if is_emoji(each) else sum(map(x_weight, each)) for each in graphemes(rest))


def x_weight(character: str) -> int:
    return 1 if any(low <= ord(character) <= high for low, high in X_LIGHT) else 2


def emoji_as_bytes(text: str) -> int:
    """Threads' length: an emoji counts its UTF-8 bytes, anything else its code points."""
    return sum(len(each.encode()) if is_emoji(each) else len(each) for each in graphemes(text))


def graphemes_url_23(text: str) -> int:
    """Mastodon's length: a link counts 23."""
    rest, links = without_urls(text)
    return links * URL_LENGTH + len(graphemes(rest))


COUNT: Mapping[Unit, Callable[[str], int]] = {
    Unit.CHARACTERS: len,
    Unit.UTF16_UNITS: lambda text: len(text.encode("utf-16-le")) // 2,
    Unit.BYTES: lambda text: len(text.encode()),
    Unit.GRAPHEMES: lambda text: len(graphemes(text)),
    Unit.GRAPHEMES_URL_23: graphemes_url_23,
    Unit.WEIGHTED: weighted,
    Unit.EMOJI_AS_BYTES: emoji_as_bytes,
}
UNIT_WORDS = {
    Unit.CHARACTERS: "characters",
    Unit.UTF16_UNITS: "UTF-16 units",
    Unit.BYTES: "bytes",
    Unit.GRAPHEMES: "characters",
    Unit.GRAPHEMES_URL_23: "characters, a link counts 23",
    Unit.WEIGHTED: "characters",
    Unit.EMOJI_AS_BYTES: "characters, an emoji counts its bytes",
}

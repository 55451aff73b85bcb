"""What we make clickable for Bluesky against its official client (@atproto/api), on made-up texts.

Not generated: texts that begin with `http` and have no protocol. The client makes a link without a
protocol of them, which no server takes. Our link has a protocol, and is tested beside the code.
"""

import json
import re
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from herald.domain.top_level_domains import PRESENT
from herald.platforms.bluesky import facets
from tests.counting.conftest import Shown, Vendors
from tests.counting.test_counting import BETWEEN, EMOJI, PARTS, TEXTS

SPOILT = re.compile(r"(?:^|[\s\ufeff(])http(?!s?://)")
NAMES = st.sampled_from(
    [
        "example",
        "a",
        "sub.example",
        "x-y.example",
        "x.y-z",
        "example2",
        "2example",
        "EXAMPLE",
        "ex_ample",
        "é",
    ]
)
ENDS = st.sampled_from(
    [
        "com",
        "co.uk",
        "COM",
        "test",
        "unknown",
        "jp",
        "рф",
        "xn--p1ai",
        "music",
        "onion",
        "amazon",
        "c",
        "1",
        "",
    ]
)
PATHS = st.sampled_from(
    [
        "",
        "/",
        "/a_(b)",
        "/a?b=c",
        "?q",
        ":80",
        "/(x",
        "/ä",
        "/#x",
        "-x",
        "_x",
        "/@alice.com",
        "@x.com",
        "/ß)",
    ]
)
PROTOCOLS = st.sampled_from(
    [
        "",
        "",
        "",
        "http://",
        "https://",
        "HTTPS://",
        "httpS://",
        "ftp://",
        "//",
        "https:///",
        "https://.",
    ]
)
LINKS = st.builds("{}{}.{}{}".format, PROTOCOLS, NAMES, ENDS, PATHS)
HANDLES = st.builds(
    "@{}.{}{}".format, NAMES, ENDS, st.sampled_from(["", "", ".", "-", "_x", "..", "-.com", "@x"])
)
WORDS = st.sampled_from(
    [
        "tag",
        "Größe",
        "日本語",
        "2026",
        "a1",
        "1a",
        "_",
        "-",
        "x_y-z",
        "é",
        "e\u0301",
        "١٢",
        "１２",
        "…",
        "x" * 64,
        "🦋" * 33,
    ]
)
TAGS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["#", "＃", "##", "#\ufe0f", "#️⃣", "#\u200b"]),
    WORDS,
    st.sampled_from(["", "!", "。", "»", ")"]),
)
TICKERS = st.sampled_from(
    ["TSLA", "tsla", "BRK.B", "A", "GOOGL", "GOOGLE", "A1", "1A", "ſ", "É", ""]
)
CASHTAGS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["$", "$", "$$", "＄"]),
    TICKERS,
    st.sampled_from(["", "'s", "’s", "-x", "/x", "?", ")"]),
)
SIGNS = st.sampled_from(
    [
        *" \t\n(（[\"'.,;:!?)”’$#@/",
        "\r\n",
        "\u00a0",
        "\u0085",
        "\u200b",
        "\u2028",
        "\ufeff",
        "\x1c",
        "…",
    ]
)
PIECES = st.one_of(LINKS, HANDLES, TAGS, CASHTAGS, SIGNS, SIGNS, WORDS, EMOJI)


def ours(text: str) -> list[Shown]:
    """Ours, where everybody who is mentioned is somebody: handles stand in place of DIDs."""
    found = []
    for facet in facets.facets(text, {handle: handle for handle in facets.mentioned(text)}):
        index, [feature] = facet["index"], facet["features"]  # type: ignore[misc]
        kind = feature["$type"].partition("#")[2]  # type: ignore[has-type]
        value = feature.get("did") or feature.get("uri") or feature.get("tag")  # type: ignore[has-type]
        found.append(Shown(index["byteStart"], index["byteEnd"], kind, value))  # type: ignore[index]
    return found


@given(st.lists(st.tuples(PIECES, BETWEEN), max_size=12))
@TEXTS
def test_a_post_shows_what_the_official_client_shows(
    vendors: Vendors, parts: list[tuple[str, str]]
) -> None:
    text = "".join(part + between for part, between in parts)
    assume(not SPOILT.search(text))

    assert ours(text) == vendors.facets(text)


@given(st.lists(PIECES, max_size=12).map(" ".join))
@TEXTS
def test_words_with_spaces_between_them_show_the_same(vendors: Vendors, text: str) -> None:
    assume(not SPOILT.search(text))

    assert ours(text) == vendors.facets(text)


@given(PARTS)
@TEXTS
def test_the_texts_that_are_counted_show_the_same(
    vendors: Vendors, parts: list[tuple[str, str]]
) -> None:
    text = "".join(part + between for part, between in parts)

    assert ours(text) == vendors.facets(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cn", "Co"]), max_size=200))
@TEXTS
def test_any_text_shows_the_same(vendors: Vendors, text: str) -> None:
    assert ours(text) == vendors.facets(text)


@pytest.mark.parametrize(
    "character",
    [
        chr(code)
        for code in range(0x3100)
        if chr(code).isspace() or chr(code) in "\ufeff\u180e\u200b"
    ],
)
def test_the_same_characters_are_spaces(vendors: Vendors, character: str) -> None:
    text = f"a{character}example.com{character}#x{character}$A{character}@a.test{character}b"

    assert ours(text) == vendors.facets(text)


def test_the_domains_that_are_there_are_the_clients(modules: Path) -> None:
    theirs = json.loads((modules / "node_modules/tlds/index.json").read_text())

    assert {each for each in theirs if each.isascii()} == PRESENT

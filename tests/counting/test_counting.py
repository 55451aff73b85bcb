"""Our counting against X's twitter-text and Bluesky's @atproto/api, on generated texts.

Not generated: a character beyond U+FFFF within a possible domain. twitter-text reads UTF-16 there
and cuts such a character in two. X itself is not written in JavaScript, so nobody can know what it
does.
"""

import os

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from herald.domain import counting, links
from tests.counting.conftest import Counts, Vendors

TEXTS = settings(
    max_examples=int(os.environ.get("COUNTING_TEXTS", "2000")),
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


TONES = st.sampled_from("🏻🏼🏽🏾🏿")
PEOPLE = st.sampled_from("👩👨🧑👶👵🧔👮💂🧙🏃🙋🤷")
WORK = st.sampled_from(
    ["⚕️", "⚖️", "✈️", "🌾", "🍳", "🎓", "🎤", "🎨", "🏫", "🏭", "💻", "💼", "🔧", "🔬", "🚀", "🚒"]
)
FLAGS = st.sampled_from(["🇩🇪", "🇫🇷", "🇯🇵", "🇺🇸", "🇧🇷", "🇿🇦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏳️‍🌈", "🏴‍☠️", "🏳️‍⚧️"])
EMOJI = st.one_of(
    st.sampled_from("😀😷🚀🎉💯🔥🥑🦖🧠🪐🪩🫠👍👏💪"),
    st.sampled_from(["❤️", "☺️", "☝️", "™️", "©️", "‼️", "🕵️", "⏱️", "❤", "☺", "©", "®", "™", "☺\ufe0e"]),
    st.builds("{}{}".format, st.sampled_from("👍👏💪🙏🤘☝✌"), TONES),
    st.builds("{}{}\u200d{}".format, st.sampled_from("👩👨🧑"), TONES, WORK),
    st.builds("{}\u200d{}".format, st.sampled_from("👩👨🧑"), WORK),
    st.builds(
        "{}{}\u200d{}\ufe0f".format, st.sampled_from("👮💂🧙🏃🙋🤷"), TONES, st.sampled_from("♀♂")
    ),
    st.sampled_from(
        [
            "👨‍👩‍👧‍👦",
            "👩‍👩‍👦",
            "👩‍❤️‍👨",
            "👨‍❤️‍💋‍👨",
            "👁️‍🗨️",
            "👁‍🗨",
            "🐕‍🦺",
            "🐈‍⬛",
            "🧑‍🤝‍🧑",
            "👩🏽‍🤝‍👨🏻",
            "❤️‍🔥",
        ]
    ),
    st.builds("{}\ufe0f\u20e3".format, st.sampled_from("0123456789#*")),
    FLAGS,
)
DOMAINS = st.one_of(
    st.sampled_from(
        [
            "example.com",
            "a.co",
            "sub.example.co.uk",
            "x-y.example.org",
            "日本語.jp",
            "中国.中国",
            "пример.рф",
            "café.fr",
        ]
    ),
    st.sampled_from(
        [
            "xn--p1ai.com",
            "example.unknown",
            "localhost",
            "x_y.example.com",
            "a..b.com",
            "-a.com",
            "a-.com",
            "t.co",
        ]
    ),
    st.sampled_from(
        ["a.com.b", "1.2.3.4", "node.js", "example.COM", "a" * 63 + ".com", "a" * 64 + ".com"]
    ),
)
PATHS = st.sampled_from(
    [
        "",
        "/",
        "/a/b",
        "/a_(b)",
        "/a_(b(c))",
        "/a?b=c&d=e",
        "?q=1",
        ":80",
        ":80/x",
        "/ä",
        "/日本",
        "/путь",
        "/a!",
        "/@a/b",
        "/#x",
        "/a.",
    ]
)
URLS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "http://", "https://", "HTTPS://", "ftp://", "//"]),
    DOMAINS,
    PATHS,
)
WORDS = st.one_of(
    st.sampled_from(
        [
            "hello",
            "WORLD",
            "naïve",
            "e\u0301",
            "a\u0308\u0323",
            "日本語",
            "한국어",
            "漢字",
            "العربية",
            "हिन्दी",
            "क्षि",
        ]
    ),
    st.sampled_from(
        [
            "ไทย",
            "שלום",
            "ﷺ",
            "Ω",
            "@user",
            "@user@host.example",
            "#tag",
            "#日本",
            "$AAPL",
            "a@example.com",
            "…",
            "—",
        ]
    ),
    st.sampled_from(
        ["“quoted”", "42", "3.14", "a.b", "\u200b", "\u200d", "ſ", "\ufeff", "ａ.com", "＠x", "＃y"]
    ),
)
PIECES = [
    *"👩👨🧑👦👧🏃🕵👯🫱🫲🤝❤💋🔥💻♀♂⚕🏳🏴🌈☠👁🗨🎉⌚©♾☺👍☝1#a ",
    *"🏻🏽🏿🇩🇪🇽",
    *"\u200d\ufe0f\ufe0e\u20e3" * 8,
]
BETWEEN = st.sampled_from(
    ["", "", " ", " ", "\n", ", ", ". ", "。", "(", ")", "-", "/", "!", "\t", "\r\n", "'", "\u3000"]
)
PARTS = st.lists(st.tuples(st.one_of(EMOJI, URLS, WORDS), BETWEEN), max_size=14)


@given(PARTS)
@TEXTS
def test_a_post_is_as_long_as_the_vendors_say(
    vendors: Vendors, parts: list[tuple[str, str]]
) -> None:
    text = "".join(part + between for part, between in parts)
    assume(not cuts_a_character(text))

    assert Counts(counting.weighted(text), len(counting.graphemes(text))) == vendors.count(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cn", "Co"]), max_size=300))
@TEXTS
def test_any_text_is_as_long_as_the_vendors_say(vendors: Vendors, text: str) -> None:
    assume(not cuts_a_character(text))

    assert Counts(counting.weighted(text), len(counting.graphemes(text))) == vendors.count(text)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@TEXTS
def test_the_pieces_of_emoji_in_any_order_are_as_long_as_the_vendors_say(
    vendors: Vendors, text: str
) -> None:
    assert Counts(counting.weighted(text), len(counting.graphemes(text))) == vendors.count(text)


def cuts_a_character(text: str) -> bool:
    return any("." in run and max(run) > "\uffff" for run in links.HOST.findall(text))

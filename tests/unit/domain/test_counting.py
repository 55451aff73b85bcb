"""How each network counts, and what X and Mastodon take for a link.

tests/counting compares them with the vendors' own code.
"""

import pytest

from herald.domain import counting

FAMILY = "👨‍👩‍👧‍👦"
LONG = "https://example.com/a/very/long/path?with=query"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("hello", 5),
        ("e\u0301", 1),  # NFC makes it one character
        ("日本語", 6),
        ("👍", 2),
        (FAMILY, 2),
        ("🇩🇪", 2),
        ("👍🏽", 2),
        ("1️⃣", 2),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
        ("©", 1),
        ("©️", 2),
        (LONG, 23),
        ("see https://a.com and http://b.org.", 4 + 23 + 5 + 23 + 1),
        ("example.com", 23),
        ("at example.com/path, now", 3 + 23 + 5),
        ("日本example.com日本", 4 + 23 + 4),
        ("a@example.com", 13),  # an address is no link
        ("example.unknown", 15),
        ("https://example.unknown", 23),  # which is its length
        ("https://localhost/a", 19),
        ("HTTPS://EXAMPLE.COM/A", 23),
        ("https://t.co/" + "a" * 30 + "/b", 23 + 2),
        ("https://t.co/" + "a" * 41, 13 + 41),
        ("https://日本語.jp/", 23),
        ("日本語.jp", 9),
        ("http://" + "a" * 64 + ".com", 7 + 64 + 4),  # no name server knows such a label
        ("-example.com", 12),
        ("x_y.example.com", 2 + 23),
        ("(example.com/(a)_b)", 1 + 23 + 1),
    ],
)
def test_x_counts_weights(text: str, length: int) -> None:
    assert counting.weighted(text) == length


def test_bluesky_counts_what_a_reader_sees() -> None:
    assert len(counting.graphemes(f"{FAMILY}e\u0301क्षि\r\n")) == 4


def test_threads_counts_an_emoji_by_its_bytes() -> None:
    assert counting.emoji_as_bytes("a👍é") == 1 + 4 + 1


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("x https://example.com/" + "y" * 200, 2 + 23),
        ("example.com", 11),  # only what names its protocol
        ("gemini://example.com/" + "y" * 50, 23),
        ("https://example.com/日本/ß?ü=1", 23),
        ("@alice@social.example hi", 6 + 3),
        ("@alice hi", 9),
        ("@a_b.c@x.example, @d", 6 + 4),
        ("mail@social.example", 19),
        ("https://example.com/@alice@social.example", 23),
        ("@alice@b@c", 10),  # no mention at all
        (FAMILY, 1),
    ],
)
def test_mastodon_counts_a_link_as_23_and_a_mention_without_its_server(
    text: str, length: int
) -> None:
    assert counting.graphemes_url_23(text) == length


@pytest.mark.parametrize(
    "text",
    [
        "日" * 10_000 + ".",
        "日.com" * 2_000,
        "日-.com日.com" * 1_000,
        "." * 10_000,
        "http://a.com/" + "(a)!" * 2_500,
        "http://a.com/" + "(" * 10_000,
        "http://" * 1_400 + ".com",
    ],
)
def test_no_text_takes_long(text: str) -> None:
    """Each step looks at a character a bounded number of times.

    A quadratic one would need minutes here.
    """
    assert counting.weighted(text * 20) > 0
    assert counting.graphemes_url_23(text * 20) > 0

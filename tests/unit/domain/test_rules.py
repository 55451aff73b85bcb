"""What each network accepts, counted as it counts."""

import pytest

from herald.domain import rules
from herald.domain.accounts import Platform

FAMILY = "👨‍👩‍👧‍👦"  # one grapheme, 25 bytes


@pytest.mark.parametrize("platform", list(Platform))
def test_every_platform_has_a_rule_with_a_source(platform: Platform) -> None:
    assert all(rule.limit > 0 and rule.source for rule in rules.TEXT[platform])


@pytest.mark.parametrize("platform", list(Platform))
def test_the_limit_itself_is_accepted_and_one_more_is_not(platform: Platform) -> None:
    limit = min(rule.limit for rule in rules.TEXT[platform])

    assert rules.check_text(platform, "a" * limit) == []
    [problem] = rules.check_text(platform, "a" * (limit + 1))
    assert (problem.code, problem.max_length, problem.actual_length) == ("CONTENT_TOO_LONG", limit, limit + 1)


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_a_post_needs_words(text: str) -> None:
    assert [problem.code for problem in rules.check_text(Platform.TWITTER, text)] == ["CONTENT_EMPTY"]


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
        ("https://example.com/a/very/long/path?with=query", 23),
        ("see https://a.example and https://b.example", 4 + 23 + 5 + 23),
    ],
)
def test_x_counts_weights(text: str, length: int) -> None:
    assert rules.weighted(text) == length


def test_bluesky_counts_graphemes_and_bytes() -> None:
    assert rules.check_text(Platform.BLUESKY, FAMILY * 120) == []
    [problem] = rules.check_text(Platform.BLUESKY, FAMILY * 121)
    assert (problem.rule, problem.actual_length) == ("bluesky.bytes", 3025)


def test_threads_counts_an_emoji_by_its_bytes() -> None:
    assert rules.emoji_as_bytes("a👍é") == 1 + 4 + 1


def test_mastodon_counts_a_link_as_23() -> None:
    assert rules.graphemes_url_23("x https://example.com/" + "y" * 200) == 25


def test_tiktok_counts_utf16_units() -> None:
    [problem] = rules.check_text(Platform.TIKTOK, "👍" * 1101)
    assert problem.actual_length == 2202


def test_the_message_is_the_guides() -> None:
    [problem] = rules.check_text(Platform.TWITTER, "a" * 312)

    assert problem.message == "Content exceeds maximum length for Twitter (280 characters)"
    assert (problem.field, problem.platform) == ("content", "TWITTER")

"""domain/candidates.py: what is counted and measured of a post, as its network does it."""

import pytest

from herald.domain import rules
from herald.domain.accounts import Platform
from herald.domain.candidates import Candidate
from herald.domain.media import ContentType
from tests.unit.domain.attachments import file

FAMILY = "👨‍👩‍👧‍👦"  # one grapheme, 25 bytes


def test_bluesky_counts_graphemes_and_bytes() -> None:
    assert rules.check_text(Platform.BLUESKY, FAMILY * 120) == []
    [problem] = rules.check_text(Platform.BLUESKY, FAMILY * 121)
    assert (problem.rule, problem.actual_length) == ("bluesky.bytes", 3025)


def test_tiktok_counts_utf16_units_and_gives_photos_more_room() -> None:
    [problem] = rules.check_text(Platform.TIKTOK, "👍" * 1101)

    assert problem.actual_length == 2202
    assert rules.check_candidate(Platform.TIKTOK, Candidate(text="👍" * 1101, media=[file()])).valid


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("#a", 1),
        ("a#b", 0),
        ("&#123;", 0),
        ("#1", 0),
        ("#1a", 1),
        ("#日本", 1),
        ("(#a)", 1),
        ("#a#b", 1),
        ("＃a", 1),
        ("x.y/#a", 0),
    ],
)
def test_what_is_a_hashtag(text: str, count: int) -> None:
    post = Candidate(text=(text + " ") * 31, media=[file()])

    errors = rules.check_candidate(Platform.INSTAGRAM, post).errors

    assert [each.actual_length for each in errors] == ([31] if count else [])


@pytest.mark.parametrize(
    ("text", "valid"),
    [("$AAPL", True), ("$AAPL $TSLA", False), ("$5 and $10", True), ("US$A $B", True)],
)
def test_x_takes_one_cashtag(text: str, valid: bool) -> None:
    assert rules.check_candidate(Platform.TWITTER, Candidate(text=text)).valid is valid


def test_a_gif_is_a_kind_of_its_own_on_x_and_an_image_elsewhere() -> None:
    mixed = Candidate(text="#x", media=[file(), file(ContentType.GIF, number=1)])

    assert [each.code for each in rules.check_candidate(Platform.TWITTER, mixed).errors] == [
        "MEDIA_MIXED"
    ]
    assert rules.check_candidate(Platform.LINKEDIN, mixed).valid

"""domain/rule_wording.py: how a problem is told to people."""

from datetime import date

from herald.domain import rule_wording, rules
from herald.domain.accounts import Platform
from herald.domain.candidates import Candidate
from herald.domain.limits import Source, types
from herald.domain.media import ContentType
from tests.unit.domain.attachments import file


def test_a_network_that_takes_no_files_says_so() -> None:
    text_alone = types("telegraph", Source("The office", None, date(2026, 11, 21)))

    problem = rule_wording.listed(Platform.TWITTER, text_alone, ("media", 0), "image/jpeg")

    assert problem.remediation == "Post the text alone."


def test_the_message_is_the_guides() -> None:
    [problem] = rules.check_text(Platform.TWITTER, "a" * 312)

    assert problem.message == "Content exceeds maximum length for Twitter (280 characters)"
    assert (problem.path, problem.platform) == (("content",), "twitter")


def test_a_missing_board_is_named_as_the_api_names_it() -> None:
    post = Candidate(text="x", media=[file()], options={"title": "t"})

    [problem] = rules.check_candidate(Platform.PINTEREST, post).errors

    assert (problem.code, problem.message) == ("BOARD_REQUIRED", "Pinterest needs a board.")
    assert problem.remediation == "Name it as {board_id} in {overrides}."


def test_a_file_that_is_too_large_is_told_with_the_limit_and_its_size() -> None:
    post = Candidate(text="x", media=[file(ContentType.MP4, seconds=1_000)])

    [problem] = rules.check_candidate(Platform.TWITTER, post).errors

    assert problem.code == "DURATION_INVALID"
    assert problem.message == ("Twitter wants a video of at most 140 seconds; this one has 1000.")
    assert problem.remediation == "Cut it."

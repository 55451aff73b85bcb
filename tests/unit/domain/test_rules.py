"""What each network accepts: every limit at its value and one beyond, and the checker's words."""

import pytest

from herald.domain import rules
from herald.domain.accounts import Platform
from herald.domain.candidates import Attachment, Candidate
from herald.domain.errors import Problem
from herald.domain.limits import MEDIA_KINDS, Bound, Measure, Rule, Severity, Subject
from herald.domain.media import ContentType, Dimensions, MediaStatus
from herald.domain.platforms import NETWORKS
from herald.domain.post_types import PostType
from herald.domain.rules import Verdict
from tests.unit.domain.attachments import SQUARE, file

SAMPLE = {
    Subject.IMAGE: ContentType.JPEG,
    Subject.GIF: ContentType.GIF,
    Subject.VIDEO: ContentType.MP4,
    Subject.DOCUMENT: ContentType.PDF,
}
KINDS = [
    ContentType.JPEG,
    ContentType.MP4,
    ContentType.PDF,
]  # no two of which are one kind anywhere
MARK = {Subject.HASHTAGS: "#a", Subject.MENTIONS: "@a", Subject.CASHTAGS: "$A"}
STEP = {Measure.SECONDS: 0.1, Measure.RATIO: 0.02}
PAIRS = [(platform, rule) for platform, network in NETWORKS.items() for rule in network.rules]
BOUNDED = [(platform, rule) for platform, rule in PAIRS if rule.bound in {Bound.MOST, Bound.LEAST}]


def shaped(rule: Rule, size: float) -> Dimensions:
    """Pixels that measure that much."""
    match rule.unit:
        case Measure.WIDTH:
            return Dimensions(int(size), 1_000)
        case Measure.HEIGHT:
            return Dimensions(1_000, int(size))
        case Measure.PIXELS:
            return Dimensions(int(size), 1)
        case Measure.RATIO:
            return Dimensions(round(size * 100_000), 100_000)
    return SQUARE


def measuring(platform: Platform, rule: Rule, size: float) -> Candidate:
    """A post of which that rule measures just that size."""
    post_type = min(rule.when, default=PostType.TEXT)
    media: list[Attachment] = []
    text, options = "x", {}
    if rule.having:
        media = [file(SAMPLE[rule.having])]
    if rule.subject is Subject.TEXT:
        text = "x" * int(size)
    elif rule.subject in MARK:
        text = " ".join([MARK[rule.subject]] * int(size))
    elif rule.subject in {Subject.TITLE, Subject.BOARD}:
        options = {str(rule.subject): "x" * int(size)}
    elif rule.unit is Measure.KINDS:
        media = [file(each, number=number) for number, each in enumerate(KINDS[: int(size)])]
    elif rule.unit is Measure.COUNT:
        kind = SAMPLE.get(rule.subject, ContentType.JPEG)
        media = [file(kind, number=number) for number in range(int(size))]
    else:
        kind = SAMPLE[rule.subject]
        seconds = size if rule.unit is Measure.SECONDS else 10
        weight = int(size) if rule.unit is Measure.BYTES else 200_000
        media = [file(kind, dimensions=shaped(rule, size), seconds=seconds, size=weight)]
    return Candidate(text=text, post_type=post_type, media=media, options=options)


def said(rule: Rule, verdict: Verdict) -> list[Problem]:
    return [problem for problem in (*verdict.errors, *verdict.warnings) if problem.rule == rule.id]


def named(value: object) -> str:
    return value.id if isinstance(value, Rule) else ""


@pytest.mark.parametrize(("platform", "rule"), BOUNDED, ids=named)
def test_the_limit_itself_is_accepted(platform: Platform, rule: Rule) -> None:
    assert said(rule, rules.check_candidate(platform, measuring(platform, rule, rule.number))) == []


@pytest.mark.parametrize(("platform", "rule"), BOUNDED, ids=named)
def test_one_beyond_the_limit_is_not(platform: Platform, rule: Rule) -> None:
    step = STEP.get(rule.unit, 1) if isinstance(rule.unit, Measure) else 1
    size = rule.number + (step if rule.bound is Bound.MOST else -step)

    verdict = rules.check_candidate(platform, measuring(platform, rule, size))
    [problem] = said(rule, verdict)

    assert (problem in verdict.errors) is (
        rule.severity is Severity.ERROR and not rules.smaller_keeps(rule)
    )
    assert problem.platform == platform
    assert problem.path
    assert problem.code.isupper()
    assert problem.message
    assert problem.remediation
    if rule.bound is Bound.MOST and rule.unit not in STEP:
        assert (problem.max_length, problem.actual_length) == (rule.number, size)


@pytest.mark.parametrize("platform", [each for each in Platform if each is not Platform.SANDBOX])
@pytest.mark.parametrize("content_type", list(ContentType))
def test_a_type_that_is_not_in_the_list_is_refused(
    platform: Platform, content_type: ContentType
) -> None:
    [rule] = [rule for rule in NETWORKS[platform].rules if rule.bound is Bound.AMONG]
    assert isinstance(rule.value, frozenset)

    found = said(
        rule, rules.check_candidate(platform, Candidate(text="x", media=[file(content_type)]))
    )

    assert [each.code for each in found] == (
        [] if content_type in rule.value else ["MEDIA_TYPE_UNSUPPORTED"]
    )


@pytest.mark.parametrize("platform", list(Platform))
def test_the_limit_of_a_text_itself_is_accepted_and_one_more_is_not(platform: Platform) -> None:
    limit = min(
        int(rule.number)
        for rule in NETWORKS[platform].rules
        if rule.subject is Subject.TEXT and rule.bound is Bound.MOST
    )

    assert rules.check_text(platform, "a" * limit) == []
    [problem] = rules.check_text(platform, "a" * (limit + 1))
    assert (problem.code, problem.max_length, problem.actual_length) == (
        "CONTENT_TOO_LONG",
        limit,
        limit + 1,
    )


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_a_post_needs_words_or_media(text: str) -> None:
    assert [problem.code for problem in rules.check_text(Platform.TWITTER, text)] == [
        "CONTENT_EMPTY"
    ]
    assert rules.check_candidate(Platform.TWITTER, Candidate(text=text, media=[file()])).valid


@pytest.mark.parametrize("field", ["title", "text"])
def test_youtube_takes_no_angle_brackets(field: str) -> None:
    text, title = ("a <b>", "t") if field == "text" else ("a", "a <b>")
    post = Candidate(text=text, media=[file(ContentType.MP4)], options={"title": title})

    [problem] = rules.check_candidate(Platform.YOUTUBE, post).errors

    assert problem.code == "CHARACTERS_NOT_ALLOWED"
    assert problem.path == (("content",) if field == "text" else ("overrides", "youtube", "title"))


def test_a_tweet_without_hashtags_gets_the_guides_advice_and_nobody_else_does() -> None:
    post = Candidate(text="Check out our new launch! 🚀", media=[file()])

    [advice] = rules.check_candidate(Platform.TWITTER, post).warnings

    assert (advice.code, advice.message) == (
        "NO_HASHTAGS",
        "Posts with hashtags typically get more reach on Twitter",
    )
    assert rules.check_candidate(Platform.INSTAGRAM, post) == Verdict(errors=(), warnings=())
    assert rules.check_candidate(Platform.TWITTER, Candidate(text="a #b")).warnings == ()


def test_instagram_warns_of_six_hashtags_and_refuses_thirty_one() -> None:
    tags = [f"#tag{n}" for n in range(31)]
    six = Candidate(text=" ".join(tags[:6]), media=[file()])
    many = Candidate(text=" ".join(tags), media=[file()])

    warned = rules.check_candidate(Platform.INSTAGRAM, six)
    assert [warning.code for warning in warned.warnings] == ["TOO_MANY_HASHTAGS"]
    assert warned.valid
    refused = rules.check_candidate(Platform.INSTAGRAM, many)
    assert [error.rule for error in refused.errors] == ["instagram.hashtags"]


def test_an_accounts_own_limit_takes_the_default_ones_place() -> None:
    text = "a" * 800

    assert [each.max_length for each in rules.check_text(Platform.MASTODON, text)] == [500]
    assert rules.check_text(Platform.MASTODON, text, limits={"max_text": 1_000}) == []
    assert [
        each.max_length
        for each in rules.check_text(Platform.MASTODON, text, limits={"max_text": 700})
    ] == [700]
    assert rules.check_candidate(
        Platform.TWITTER, Candidate(text=text), limits={"max_text": 25_000}
    ).valid


@pytest.mark.parametrize(
    "status", [MediaStatus.PENDING, MediaStatus.PROCESSING, MediaStatus.FAILED]
)
def test_media_that_are_not_there_are_a_problem_and_not_judged(status: MediaStatus) -> None:
    unknown = Attachment(id="media_x", path=("media", 1), media=None)
    huge = file(size=10**9, dimensions=Dimensions(1, 9_999), status=status)

    verdict = rules.check_candidate(Platform.INSTAGRAM, Candidate(text="x", media=[huge, unknown]))

    assert [(each.path, each.code) for each in verdict.errors] == [
        (("media", 0), "MEDIA_NOT_READY"),
        (("media", 1), "MEDIA_NOT_FOUND"),
    ]


def test_what_was_not_measured_is_not_held_against_a_file_but_said() -> None:
    post = Candidate(
        text="x", media=[file(ContentType.MP4, size=None, dimensions=None, seconds=None)]
    )

    verdict = rules.check_candidate(Platform.INSTAGRAM, post)

    assert verdict.errors == ()
    [warning] = verdict.warnings
    assert (warning.code, warning.path) == ("MEDIA_NOT_MEASURED", ("media", 0))
    assert all(each in warning.message for each in ("size", "dimensions", "duration"))
    assert "dimensions and duration" in verdict.warnings[0].message
    assert (
        rules.check_candidate(
            Platform.FACEBOOK, Candidate(text="x", media=[file(dimensions=None)])
        ).warnings
        == ()
    )


@pytest.mark.parametrize(
    ("platform", "post_type", "valid"),
    [
        (Platform.LINKEDIN, PostType.STORY, False),
        (Platform.LINKEDIN, PostType.THREAD, True),  # its content goes out, and a warning says so
        (Platform.BLUESKY, PostType.THREAD, True),
        (Platform.LINKEDIN, PostType.VIDEO, True),  # what it is, its media say
    ],
)
def test_a_form_that_a_network_lacks_is_refused(
    platform: Platform, post_type: PostType, valid: bool
) -> None:
    assert rules.check_candidate(platform, Candidate(text="x", post_type=post_type)).valid is valid


def test_a_story_may_have_another_shape_than_a_feed_picture() -> None:
    tall = [file(dimensions=Dimensions(1_080, 1_920))]

    assert [
        each.code
        for each in rules.check_candidate(Platform.INSTAGRAM, Candidate(text="", media=tall)).errors
    ] == ["ASPECT_RATIO_INVALID"]
    assert rules.check_candidate(
        Platform.INSTAGRAM, Candidate(text="", media=tall, post_type=PostType.STORY)
    ).valid


def test_a_ratio_is_rounded_as_people_round_it() -> None:
    link_preview = Candidate(text="x", media=[file(dimensions=Dimensions(1_200, 628))])  # 1.9108

    assert rules.check_candidate(Platform.INSTAGRAM, link_preview).valid


def test_several_accounts_verdicts_are_one_without_repeats() -> None:
    post = Candidate(text="a" * 800)

    union = rules.union(
        rules.check_candidate(Platform.MASTODON, post, limits=limits)
        for limits in ({}, {}, {"max_text": 700})
    )

    assert [each.max_length for each in union.errors] == [500, 700]


def test_every_kind_of_media_has_a_sample() -> None:
    assert set(SAMPLE) == MEDIA_KINDS

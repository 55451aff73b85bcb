"""domain/notices.py: when an owner is told, and in which words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.api.voxburst.notices import call
from herald.domain import notices
from herald.domain.endpoints import Endpoint
from herald.domain.notices import Step
from herald.domain.owners import Mode, Owner

NOW = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
ENDPOINT = Endpoint(
    id="wh_0mpc9k1s0000000000000001",
    owner=Owner("ws_1", Mode.LIVE),
    url="https://hooks.example.com:8443/in/t0ken?key=s3cret",
    events=("post.failed",),
    created_at=NOW,
    updated_at=NOW,
)
FIFTH = replace(
    ENDPOINT,
    failure_count=7,
    consecutive_failures=5,
    failing_since=NOW,
    last_failure_at=NOW + timedelta(hours=1),
    last_error="answered 503",
)
TENTH = replace(
    FIFTH,
    enabled=False,
    failure_count=12,
    consecutive_failures=10,
    auto_disabled_at=NOW + timedelta(hours=2, seconds=1),
)
GONE = replace(
    TENTH,
    failure_count=1,
    consecutive_failures=1,
    last_error="answered 410",
    auto_disabled_at=NOW,
    failing_since=NOW,
)


@pytest.mark.parametrize("failures", [0, 1, 4, 6, 9, 10])
def test_other_counts_are_no_news(failures: int) -> None:
    assert notices.notice_for(replace(FIFTH, consecutive_failures=failures)) is None


def test_the_fifth_failure_in_a_row_and_a_disabling_are_news() -> None:
    assert [notice and notice.step for notice in map(notices.notice_for, (FIFTH, TENTH, GONE))] == [
        Step.FAILING,
        Step.DISABLED,
        Step.DISABLED,
    ]


def test_a_step_seen_again_is_the_same_and_of_another_streak_another() -> None:
    described = replace(FIFTH, description="other words", updated_at=NOW + timedelta(hours=3))
    later = replace(FIFTH, failure_count=12)
    again = replace(TENTH, auto_disabled_at=NOW + timedelta(days=1))

    marks = [
        notice and notice.mark
        for notice in map(notices.notice_for, (FIFTH, described, later, TENTH, again))
    ]

    assert marks[0] == marks[1]
    assert len(set(marks)) == 4


def test_a_warning_says_which_since_when_why_and_what_to_do() -> None:
    notice = notices.notice_for(FIFTH)
    assert notice is not None

    letter = notices.letter(notice, call)

    assert letter.subject == "Webhook wh_0mpc9k1s0000000000000001 has delivery problems"
    assert letter.text == (
        "Your webhook wh_0mpc9k1s0000000000000001 (hooks.example.com) has delivery problems.\n"
        "\n"
        "5 deliveries in a row failed for good, the first at 2026-06-15 14:00 UTC.\n"
        "The last error: answered 503.\n"
        "\n"
        "It is still told what happens. After 10 failures in a row it is disabled;"
        " one delivery that it accepts starts the count anew.\n"
        "\n"
        "What to do:\n"
        "\n"
        "1. See what was sent and what came back:\n"
        "   GET /v1/webhooks/wh_0mpc9k1s0000000000000001/deliveries?status=failed\n"
        "2. Put the receiver right, and test it:\n"
        "   POST /v1/webhooks/wh_0mpc9k1s0000000000000001/test\n"
        "3. Have delivered again what it missed:\n"
        "   POST /v1/webhooks/wh_0mpc9k1s0000000000000001/replay"
        ' {"from": "2026-06-15T14:00:00.000Z"}\n'
    )


@pytest.mark.parametrize(
    ("endpoint", "reason"), [(TENTH, "10 deliveries in a row failed for good"), (GONE, "410 Gone")]
)
def test_a_disabling_says_why_and_how_to_enable_and_replay(endpoint: Endpoint, reason: str) -> None:
    notice = notices.notice_for(endpoint)
    assert notice is not None

    letter = notices.letter(notice, call)

    assert "was disabled at" in letter.text
    assert reason in letter.text
    assert 'PATCH /v1/webhooks/wh_0mpc9k1s0000000000000001 {"enabled": true}' in letter.text
    assert "/replay " in letter.text


@pytest.mark.parametrize("endpoint", [FIFTH, TENTH, GONE])
def test_a_letter_holds_nothing_of_a_url_but_its_host_and_its_subject_fits_a_topic(
    endpoint: Endpoint,
) -> None:
    notice = notices.notice_for(endpoint)
    assert notice is not None

    letter = notices.letter(notice, call)

    assert not any(secret in letter.text + letter.subject for secret in ("t0ken", "s3cret", "8443"))
    assert letter.subject.isascii()
    assert len(letter.subject) < 100

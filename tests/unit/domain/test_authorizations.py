"""Authorizations: which answer belongs to which consent, and what a user is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain import authorizations
from herald.domain.accounts import Platform
from herald.domain.authorizations import Authorization, ConsentResult, check_answer, denial
from herald.domain.errors import UnprocessableError
from herald.domain.owners import Mode, Owner, Secret

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OWNER = Owner("ws_1", Mode.LIVE)
ASKED = Authorization(
    state=Secret("state"),
    owner=OWNER,
    platform=Platform.MASTODON,
    redirect_uri="https://app.example/",
    url="https://social.example/oauth/authorize?state=state",
    secrets={"verifier": Secret("v3rifier")},
    expires_at=NOW + timedelta(minutes=10),
)
RESULT = ConsentResult(
    platform=ASKED.platform, redirect_uri=ASKED.redirect_uri, state=ASKED.state, code=Secret("code")
)


@pytest.mark.parametrize("owner", [None, OWNER])
def test_an_answer_belongs_to_what_was_asked(owner: Owner | None) -> None:
    assert check_answer(ASKED, RESULT, owner, NOW) == ASKED


@pytest.mark.parametrize(
    ("asked", "result", "owner", "now"),
    [
        (None, RESULT, None, NOW),
        (ASKED, RESULT, None, ASKED.expires_at),
        (ASKED, replace(RESULT, platform=Platform.BLUESKY), None, NOW),
        (ASKED, replace(RESULT, redirect_uri="https://app.example/x"), None, NOW),
        (ASKED, RESULT, Owner("ws_2", Mode.LIVE), NOW),
        (ASKED, RESULT, Owner("ws_1", Mode.TEST), NOW),
    ],
    ids=["unknown", "late", "network", "redirect", "workspace", "mode"],
)
def test_any_other_answer_is_refused(
    asked: Authorization | None, result: ConsentResult, owner: Owner | None, now: datetime
) -> None:
    with pytest.raises(UnprocessableError):
        check_answer(asked, result, owner, now)


def test_states_are_long_and_each_is_another() -> None:
    states = {authorizations.new_state() for _ in range(100)}

    assert len(states) == 100
    assert all(len(state) == 43 for state in states)  # 256 bits in base64


@pytest.mark.parametrize("error", ["access_denied", "user_cancelled_login"])
def test_a_user_who_said_no_is_told_so(error: str) -> None:
    assert denial(error).startswith("You did not allow")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("invalid_scope", "(invalid_scope)"),
        (None, "(no_code)"),
        ("Call 0900 123456 now", "(no_code)"),
        ("<script>", "(no_code)"),
        ("a" * 61, "(no_code)"),
    ],
)
def test_only_a_word_of_a_network_is_repeated(error: str | None, told: str) -> None:
    assert told in denial(error)


def test_no_secret_is_shown() -> None:
    shown = f"{ASKED!r} {RESULT!r}"

    assert not [word for word in ("state=state", "'state'", "'code'", "v3rifier") if word in shown]

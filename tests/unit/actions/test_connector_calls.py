"""actions/connector_calls.py: a failure before a post is sent is a no, one after it is doubt."""

from typing import Any, cast

import pytest

from herald.actions.connector_calls import call_commit, call_read_only, find, poll_outcome
from herald.domain.accounts import Platform
from herald.domain.errors import AccountError, MediaError, PublishError, TransientError
from herald.domain.outcomes import Accepted, Published, Rejected, Unknown
from herald.domain.publishing import Claim, WorkKind
from herald.domain.targets import Target
from herald.platforms.protocol import (
    Absent,
    Connector,
    LostAnswerError,
    Publication,
    Session,
    Undecided,
)

PUBLICATION = Publication(key="key", text="Hello")
SESSION = cast(Session, None)
TARGET = Target(id="pp_1", account_id="acc_1", platform=Platform.SANDBOX, account_name="brand")
LIVE = Published(platform_post_id="1", url=None)
LOST = LostAnswerError("the answer was lost")


class Answering:
    """A connector that has one answer to every call, or raises it."""

    def __init__(self, answer: object) -> None:
        self._answer = answer

    def commit(self, *_: object, **__: object) -> Any:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    confirm = commit
    find = commit


def answering(answer: object) -> Connector:
    return cast(Connector, Answering(answer))


def raising(error: Exception) -> Any:
    raise error


@pytest.mark.parametrize("error", [MediaError("no"), LOST], ids=["refused", "lost"])
def test_a_call_that_sends_nothing_passes_on_what_a_connector_may_raise(error: Exception) -> None:
    with pytest.raises(type(error)) as raised:
        call_read_only(lambda: raising(error))

    assert raised.value is error


def test_a_connector_that_breaks_before_it_sends_costs_an_attempt() -> None:
    with pytest.raises(TransientError) as raised:
        call_read_only(lambda: raising(ZeroDivisionError()))

    assert raised.value.message == "herald could not go on (ZeroDivisionError)."
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


def test_a_commit_comes_to_what_the_network_says() -> None:
    refusal = MediaError("no")

    assert call_commit(answering(LIVE), PUBLICATION, SESSION, {}) == LIVE
    assert call_commit(answering(refusal), PUBLICATION, SESSION, {}) == Rejected(error=refusal)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (LOST, "the answer was lost"),
        (KeyError("id"), "herald could not read the answer (KeyError)"),
    ],
    ids=["lost", "broken"],
)
def test_a_commit_whose_answer_is_not_understood_is_in_doubt(error: Exception, reason: str) -> None:
    assert call_commit(answering(error), PUBLICATION, SESSION, {}) == Unknown(reason=reason)


def test_a_poll_that_fails_for_now_is_asked_again_and_a_no_is_final() -> None:
    claim = Claim(target=TARGET, work=WorkKind.CONFIRM)
    refusal = MediaError("no")

    assert poll_outcome(answering(LIVE), PUBLICATION, SESSION, claim) == LIVE
    assert isinstance(
        poll_outcome(answering(TransientError("busy")), PUBLICATION, SESSION, claim), Accepted
    )
    assert poll_outcome(answering(refusal), PUBLICATION, SESSION, claim) == Rejected(error=refusal)


@pytest.mark.parametrize("answer", [LIVE, Absent()], ids=["live", "absent"])
def test_a_look_that_can_tell_is_believed(answer: object) -> None:
    assert find(answering(answer), PUBLICATION, SESSION, TARGET) == answer


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Undecided(reason="not indexed yet"), "not indexed yet"),
        (LOST, "the answer was lost"),
        (AccountError("signed out"), "signed out"),
        (KeyError("id"), "herald could not go on (KeyError)."),
    ],
    ids=["undecided", "lost", "refused", "broken"],
)
def test_a_look_that_cannot_tell_leaves_doubt(answer: object, reason: str) -> None:
    outcome = find(answering(answer), PUBLICATION, SESSION, TARGET)

    assert isinstance(outcome, Unknown)
    assert outcome.reason == reason
    assert isinstance(outcome.error, PublishError) is isinstance(answer, AccountError | KeyError)

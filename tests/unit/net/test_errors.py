"""What a call may come to."""

from herald.net.errors import BlockedError, CallError, NoAnswerError, NotSentError


def test_a_call_that_was_not_sent_is_never_taken_for_one_without_an_answer() -> None:
    assert issubclass(BlockedError, NotSentError)
    assert not issubclass(NotSentError, NoAnswerError)
    assert {NotSentError, NoAnswerError} == set(CallError.__subclasses__())


def test_no_answer_may_still_have_a_status() -> None:
    assert NoAnswerError("reset", status=200).status == 200
    assert NoAnswerError("reset").status is None

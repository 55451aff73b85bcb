"""The sandbox does what a text asks of it, and remembers it in the ledger, not in the process."""

import pytest

from herald.domain.accounts import Platform
from herald.domain.errors import (
    AccountError,
    ContentError,
    MediaError,
    PlatformRateError,
    PublishError,
    QuotaError,
    TransientError,
)
from herald.domain.outcomes import Accepted, Preparing, Published
from herald.domain.owners import Mode
from herald.platforms.protocol import Absent, LostAnswerError, Publication, Session, Undecided
from herald.platforms.sandbox.publish import Sandbox
from tests.fakes.ledger import Memory
from tests.outgoing import no_file
from tests.unit.platforms.conftest import NOW, account_on


@pytest.fixture
def ledger() -> Memory:
    return Memory()


@pytest.fixture
def session() -> Session:
    return Session(
        account_on(Platform.INSTAGRAM, Mode.TEST), {}, keep=lambda new: new, file=no_file
    )


def attempt(
    ledger: Memory, session: Session, text: str, platform: Platform = Platform.INSTAGRAM
) -> object:
    """One attempt by a process that remembers nothing: what came of it, or what was raised."""
    sandbox = Sandbox(platform, ledger, lambda: NOW)
    publication = Publication(key="pp_1:0", text=text)
    try:
        ready = sandbox.prepare(publication, session, handle={})
        assert not isinstance(ready, Preparing)
        return sandbox.commit(publication, session, handle=ready)
    except (PublishError, LostAnswerError) as error:
        return error


def kinds(ledger: Memory, session: Session, text: str, attempts: int) -> list[type]:
    return [type(attempt(ledger, session, text)) for _ in range(attempts)]


def test_an_ordinary_text_is_published_at_once(ledger: Memory, session: Session) -> None:
    live = attempt(ledger, session, "Hello")

    [entry] = ledger.entries
    assert live == Published(
        platform_post_id=entry.remote_id, url=f"https://sandbox.invalid/instagram/{entry.remote_id}"
    )
    assert (entry.text, entry.platform, entry.live, entry.at) == (
        "Hello",
        Platform.INSTAGRAM,
        True,
        NOW,
    )


def test_a_double_post_would_show(ledger: Memory, session: Session) -> None:
    first = attempt(ledger, session, "Hello")
    second = attempt(ledger, session, "Hello")

    assert first != second
    assert ledger.live == 2


@pytest.mark.parametrize(
    ("mark", "kind", "code"),
    [
        ("auth", AccountError, "ACCOUNT_DISCONNECTED"),
        ("media-rejected", MediaError, "MEDIA_REJECTED"),
        ("too-long", ContentError, "CONTENT_TOO_LONG"),
        ("quota", QuotaError, "QUOTA_EXCEEDED"),
        ("down", TransientError, "PLATFORM_UNAVAILABLE"),
    ],
)
def test_a_lasting_trouble_lasts(
    ledger: Memory, session: Session, mark: str, kind: type[PublishError], code: str
) -> None:
    for _ in range(3):
        error = attempt(ledger, session, f"Hello #sandbox:{mark}")
        assert type(error) is kind
        assert error.target_code == code

    assert [entry.live for entry in ledger.entries] == [False] * 3


def test_a_passing_trouble_passes(ledger: Memory, session: Session) -> None:
    text = "Hello #sandbox:flaky-2 #sandbox:rate-limit-30 #sandbox:lost-request"

    assert kinds(ledger, session, text, 6) == [
        TransientError,
        TransientError,
        PlatformRateError,
        LostAnswerError,
        Published,
        Published,
    ]
    assert ledger.live == 2


def test_a_rate_limit_names_its_seconds(ledger: Memory, session: Session) -> None:
    error = attempt(ledger, session, "#sandbox:rate-limit-30")

    assert isinstance(error, PlatformRateError)
    assert error.retry_after == 30


def test_a_lost_answer_is_live_and_found(ledger: Memory, session: Session) -> None:
    publication = Publication(key="pp_1:0", text="Hello #sandbox:lost-answer")

    lost = attempt(ledger, session, publication.text)
    found = Sandbox(Platform.INSTAGRAM, ledger, lambda: NOW).find(publication, session, handle={})

    assert isinstance(lost, LostAnswerError)
    assert isinstance(found, Published)
    assert found.platform_post_id == ledger.entries[0].remote_id


def test_a_lost_request_is_absent_and_works_the_second_time(
    ledger: Memory, session: Session
) -> None:
    publication = Publication(key="pp_1:0", text="Hello #sandbox:lost-request")

    lost = attempt(ledger, session, publication.text)
    found = Sandbox(Platform.INSTAGRAM, ledger, lambda: NOW).find(publication, session, handle={})

    assert isinstance(lost, LostAnswerError)
    assert found == Absent()
    assert isinstance(attempt(ledger, session, publication.text), Published)
    assert ledger.live == 1


@pytest.mark.parametrize("polls", [1, 3])
def test_processing_takes_as_many_polls_as_it_says(
    ledger: Memory, session: Session, polls: int
) -> None:
    publication = Publication(key="pp_1:0", text=f"Hello #sandbox:processing-{polls}")

    seen = attempt(ledger, session, publication.text)
    for _ in range(polls):
        assert isinstance(seen, Accepted)
        seen = Sandbox(Platform.INSTAGRAM, ledger, lambda: NOW).confirm(
            publication, session, handle=seen.handle
        )

    assert isinstance(seen, Published)
    assert seen.platform_post_id == ledger.entries[0].remote_id
    assert ledger.live == 1


def test_preparing_takes_as_many_tries_as_it_says_and_sends_nothing_before(
    ledger: Memory, session: Session
) -> None:
    publication = Publication(key="pp_1:0", text="Hello #sandbox:preparing-2")
    sandbox = Sandbox(Platform.INSTAGRAM, ledger, lambda: NOW)

    first = sandbox.prepare(publication, session, handle={})
    assert isinstance(first, Preparing)
    second = sandbox.prepare(publication, session, handle=first.handle)
    assert isinstance(second, Preparing)
    ready = sandbox.prepare(publication, session, handle=second.handle)

    assert not isinstance(ready, Preparing)
    assert ledger.entries == []
    assert isinstance(sandbox.commit(publication, session, handle=ready), Published)


@pytest.mark.parametrize(
    "text",
    [
        "#sandbox:mastodon:auth",
        "#sandbox:nowhere:auth",
        "#sandbox:unknown",
        "#sandbox:auth-now",
        "#sandbox:authority",
        "#sandbox",
        "#sandbox:",
        "sandbox:auth",
    ],
)
def test_marks_for_others_and_unknown_marks_are_ordinary_text(
    ledger: Memory, session: Session, text: str
) -> None:
    assert isinstance(attempt(ledger, session, text), Published)


def test_a_mark_may_name_its_network(ledger: Memory, session: Session) -> None:
    text = "#sandbox:instagram:auth #sandbox:x:quota"

    assert isinstance(attempt(ledger, session, text), AccountError)
    assert isinstance(attempt(ledger, session, text, Platform.TWITTER), QuotaError)
    assert isinstance(attempt(ledger, session, text, Platform.LINKEDIN), Published)


def test_the_networks_own_rules_hold(ledger: Memory, session: Session) -> None:
    error = attempt(ledger, session, "x" * 2201)

    assert isinstance(error, ContentError)
    assert error.target_code == "CONTENT_TOO_LONG"
    assert ledger.live == 0


def test_counting_starts_anew_with_other_words(ledger: Memory, session: Session) -> None:
    sandbox = Sandbox(Platform.INSTAGRAM, ledger, lambda: NOW)

    for key in ("pp_1:0", "pp_1:1", "pp_2:0"):
        with pytest.raises(TransientError):
            sandbox.commit(Publication(key=key, text="#sandbox:flaky"), session, handle={})


def test_what_was_published_and_then_deleted_there_is_not_taken_for_absent(
    ledger: Memory, session: Session
) -> None:
    sandbox = Sandbox(Platform.INSTAGRAM, ledger, lambda: NOW)
    publication = Publication(key="pp_1:0", text="Hello #sandbox:lost-answer")
    with pytest.raises(LostAnswerError):
        sandbox.commit(publication, session, handle={"key": "pp_1:0"})

    sandbox.delete(ledger.entries[0].remote_id, session)

    assert isinstance(sandbox.find(publication, session, handle={"key": "pp_1:0"}), Undecided)


def test_what_failed_before_is_absent(ledger: Memory, session: Session) -> None:
    sandbox = Sandbox(Platform.INSTAGRAM, ledger, lambda: NOW)
    publication = Publication(key="pp_1:0", text="Hello #sandbox:lost-request")
    with pytest.raises(LostAnswerError):
        sandbox.commit(publication, session, handle={"key": "pp_1:0"})

    assert sandbox.find(publication, session, handle={"key": "pp_1:0"}) == Absent()

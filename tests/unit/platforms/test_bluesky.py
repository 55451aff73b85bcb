"""Bluesky's connector where a real server cannot be made to misbehave; the rest is in tests/bluesky."""

import itertools
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from herald.domain.errors import (
    MAX_WAIT,
    AccountError,
    MediaError,
    PermanentError,
    PlatformRateError,
    PublishError,
    TransientError,
    UnavailableError,
    UnprocessableError,
    ValidationError,
)
from herald.domain.media import ContentType
from herald.domain.outcomes import Preparing
from herald.net.client import BlockedError, NoAnswerError, NotSentError, Response
from herald.platforms.bluesky.account import BlueskyAccounts
from herald.platforms.bluesky.publish import Bluesky
from herald.platforms.bluesky.record import TID_DIGITS, tid
from herald.platforms.protocol import Attached, Credentials, Draft, LostAnswerError, Session, Undecided
from tests.fakes.http import Request, Scripted, reply
from tests.outgoing import giving, media, outgoing
from tests.unit.platforms.conftest import NOW

DRAFT = Draft(key="pp_1:0", text="Hello")
HANDLE = {"key": "pp_1:0", "rkey": "3l5nwjcyaes2c", "createdAt": "2026-06-01T14:00:00.000Z", "mentions": "{}"}
DONE = reply(200, {"uri": "at://did:plc:alice/app.bsky.feed.post/3l5nwjcyaes2c", "cid": "x"})
OPENED = {"did": "did:plc:alice", "handle": "alice.test", "accessJwt": "new-access", "refreshJwt": "new-refresh", "active": True}
EXPIRED = reply(400, {"error": "ExpiredToken", "message": "Token has expired"})
FIELDS = {"identifier": "alice.test", "app_password": "abcd-efgh"}


def scripted(*answers: Response | Exception) -> Scripted:
    """Answers in order, whatever is asked."""
    rest = iter(answers)

    def answer(_request: Request) -> Response:
        found = next(rest)
        if isinstance(found, Exception):
            raise found
        return found

    return Scripted(answer)


def commit(http: Scripted, session: Session) -> object:
    return Bluesky(http, lambda: NOW).commit(DRAFT, session, handle=HANDLE)


def calls(http: Scripted) -> Iterable[str]:
    return [request.call.rpartition(".")[2] for request in http.requests]


# ------------------------------------------------------------------------------------------------------------------ the record


def test_the_same_post_is_the_same_bytes_on_every_attempt(session: Session) -> None:
    http = scripted(NoAnswerError("no answer: timed out"), DONE)

    with pytest.raises(LostAnswerError):
        commit(http, session)
    commit(http, session)

    first, second = http.requests
    assert first.body == second.body
    assert first.json == {
        "repo": "did:plc:alice",
        "collection": "app.bsky.feed.post",
        "rkey": "3l5nwjcyaes2c",
        "swapRecord": None,
        "record": {"$type": "app.bsky.feed.post", "text": "Hello", "createdAt": "2026-06-01T14:00:00.000Z"},
    }


def test_record_keys_are_valid_sort_by_time_and_do_not_repeat() -> None:
    keys = [tid(NOW + timedelta(milliseconds=ms), f"pp_{ms}:0") for ms in range(1000)]

    assert keys == sorted(set(keys))
    assert all(len(key) == 13 and set(key) <= set(TID_DIGITS) and key[0] in TID_DIGITS[:16] for key in keys)
    assert tid(datetime(2024, 11, 1, tzinfo=UTC), "x")[:2] == "3l"  # as the network's own of that time
    assert len({tid(NOW, f"pp_{number}:0") for number in range(100)}) == 100


def test_a_mention_of_nobody_stays_text_and_a_network_that_is_away_is_asked_again(session: Session) -> None:
    draft = Draft(key="pp_1:0", text="@a.test @b.test")
    nobody = reply(400, {"error": "InvalidRequest", "message": "Unable to resolve handle"})

    handle = Bluesky(scripted(nobody, reply(200, {"did": "did:plc:b"})), lambda: NOW).prepare(draft, session, handle={})

    assert not isinstance(handle, Preparing)
    assert json.loads(handle["mentions"]) == {"b.test": "did:plc:b"}
    for answer, kind in ((reply(502), TransientError), (NoAnswerError("x"), TransientError), (reply(429), PlatformRateError)):
        with pytest.raises(kind):
            Bluesky(scripted(answer), lambda: NOW).prepare(draft, session, handle={})


# ----------------------------------------------------------------------------------------------------------------------- files

ONE, TWO = media("1"), media("2")
TWO_FILES = replace(DRAFT, media=(Attached(media=ONE), Attached(media=TWO)))
UPLOADED = reply(200, {"blob": {"$type": "blob", "ref": {"$link": "bafy"}, "mimeType": "image/jpeg", "size": 3}})


@pytest.fixture
def filed(session: Session) -> Session:
    return replace(session, file=giving({ONE.id: outgoing(b"one"), TWO.id: outgoing(b"two")}))


def test_files_are_uploaded_as_they_are_read(filed: Session) -> None:
    http = scripted(UPLOADED, UPLOADED)

    Bluesky(http, lambda: NOW).prepare(TWO_FILES, filed, handle=HANDLE)

    assert [(each.call, each.body, each.headers["Content-Type"]) for each in http.requests] == [
        ("com.atproto.repo.uploadBlob", b"one", "image/jpeg"),
        ("com.atproto.repo.uploadBlob", b"two", "image/jpeg"),
    ]


def test_files_that_take_too_long_are_gone_on_with_where_they_stopped(filed: Session) -> None:
    clock = iter(NOW + timedelta(seconds=20 * tick) for tick in itertools.count())
    http = scripted(UPLOADED, UPLOADED)

    slow = Bluesky(http, lambda: next(clock)).prepare(TWO_FILES, filed, handle=HANDLE)
    assert isinstance(slow, Preparing)
    ready = Bluesky(http, lambda: NOW).prepare(TWO_FILES, filed, handle=slow.handle)

    assert not isinstance(ready, Preparing)
    assert [each.body for each in http.requests] == [b"one", b"two"]
    assert len(json.loads(ready["blobs"])) == 2


def test_what_is_uploaded_is_not_uploaded_again_while_it_is_fresh(filed: Session) -> None:
    http = scripted(UPLOADED, UPLOADED)
    ready = Bluesky(http, lambda: NOW).prepare(TWO_FILES, filed, handle=HANDLE)
    assert not isinstance(ready, Preparing)

    assert Bluesky(http, lambda: NOW + timedelta(minutes=2)).prepare(TWO_FILES, filed, handle=ready) == ready


@pytest.mark.parametrize(
    "kinds", [[ContentType.JPEG] * 5, [ContentType.MP4] * 2, [ContentType.MP4, ContentType.JPEG]], ids=["5", "videos", "mixed"]
)
def test_what_no_record_can_hold_is_refused_before_it_is_uploaded(session: Session, kinds: list[ContentType]) -> None:
    draft = replace(DRAFT, media=tuple(Attached(media=media(str(number), kind)) for number, kind in enumerate(kinds)))

    with pytest.raises(MediaError, match="up to 4 images or one video"):
        Bluesky(scripted(), lambda: NOW).prepare(draft, session, handle=HANDLE)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(413, {"error": "PayloadTooLarge", "message": "too large"}), MediaError),
        (reply(200, {"blob": None}), PermanentError),
        (reply(503), TransientError),
        (reply(429), PlatformRateError),
        (NotSentError("no connection"), TransientError),
        (NoAnswerError("timed out"), TransientError),
    ],
)
def test_an_upload_that_fails_publishes_nothing(filed: Session, answer: Response | Exception, error: type[PublishError]) -> None:
    with pytest.raises(error):
        Bluesky(scripted(answer), lambda: NOW).prepare(TWO_FILES, filed, handle=HANDLE)


# -------------------------------------------------------------------------------------------------------------------- outcomes


@pytest.mark.parametrize(
    "answer",
    [reply(500), reply(502), reply(503), reply(504), reply(200), reply(200, "<html>"), reply(200, []), NoAnswerError("x")],
)
def test_what_says_nothing_after_commit_is_unknown(session: Session, answer: Response | Exception) -> None:
    with pytest.raises(LostAnswerError):
        commit(scripted(answer), session)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (NotSentError("no connection: connection refused"), TransientError),
        (BlockedError("the host's address is not a public one"), PermanentError),
        (reply(429, {"error": "RateLimitExceeded"}), PlatformRateError),
        (reply(403, {"error": "AccountNotFound", "message": "Account not found"}), AccountError),
        (reply(403, "<html>blocked by a firewall"), TransientError),
        (reply(408), TransientError),
        (reply(400, {"error": "BlobNotFound", "message": "Could not find blob"}), TransientError),
        (
            reply(400, {"error": "InvalidRequest", "message": "This file is too large: blob too big (maximum 1000000)"}),
            MediaError,
        ),
        (reply(400, {"error": "RepoDeactivated"}), PermanentError),
        (reply(404, "not found"), PermanentError),
        (reply(302, "", location="https://elsewhere.example"), PermanentError),
    ],
)
def test_a_definite_no_has_its_family(session: Session, answer: Response | Exception, kind: type[PublishError]) -> None:
    with pytest.raises(PublishError) as caught:
        commit(scripted(answer), session)
    assert type(caught.value) is kind


def test_a_rate_limit_names_its_end(session: Session) -> None:
    reset = str(int(NOW.timestamp()) + 90)

    for headers, seconds in (
        ({"ratelimit_reset": reset}, 90),
        ({"retry_after": "7"}, 7),
        ({"ratelimit_reset": "0"}, 1),
        ({"ratelimit_reset": "9" * 5000}, MAX_WAIT),
        ({"retry_after": "9" * 5000}, MAX_WAIT),
        ({}, None),
    ):
        with pytest.raises(PlatformRateError) as caught:
            commit(scripted(reply(429, **headers)), session)
        assert caught.value.retry_after == seconds


def test_a_look_that_fails_is_undecided(session: Session) -> None:
    for answer in (
        reply(500),
        NoAnswerError("x"),
        NotSentError("x"),
        reply(429),
        reply(200, "?"),
        reply(400, {"error": "Other"}),
    ):
        found = Bluesky(scripted(answer), lambda: NOW).find(DRAFT, session, handle=HANDLE)
        assert isinstance(found, Undecided)


def test_a_swap_refused_for_a_record_nobody_can_read_is_unknown(session: Session) -> None:
    with pytest.raises(LostAnswerError):
        commit(scripted(reply(400, {"error": "InvalidSwap"}), reply(503)), session)
    with pytest.raises(TransientError):
        commit(scripted(reply(400, {"error": "InvalidSwap"}), reply(400, {"error": "RecordNotFound"})), session)


# -------------------------------------------------------------------------------------------------------------------- sessions


def test_a_session_is_refreshed_kept_and_then_used(session: Session, kept: list[Credentials]) -> None:
    http = scripted(EXPIRED, reply(200, OPENED), DONE)

    commit(http, session)

    assert calls(http) == ["putRecord", "refreshSession", "putRecord"]
    assert [request.headers["Authorization"] for request in http.requests] == [
        "Bearer old-access",
        "Bearer old-refresh",
        "Bearer new-access",
    ]
    assert kept == [{"accessJwt": "new-access", "refreshJwt": "new-refresh", "appPassword": "abcd-efgh"}]


def test_the_app_password_is_the_last_resort(session: Session, kept: list[Credentials]) -> None:
    http = scripted(reply(401, {"error": "AuthMissing"}), EXPIRED, reply(200, OPENED), DONE)

    commit(http, session)

    assert calls(http) == ["putRecord", "refreshSession", "createSession", "putRecord"]
    assert http.requests[2].json == {"identifier": "did:plc:alice", "password": "abcd-efgh"}
    assert len(kept) == 1


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([reply(500)], TransientError),
        ([NoAnswerError("x")], TransientError),
        ([NotSentError("x")], TransientError),
        ([reply(429)], PlatformRateError),
        ([reply(200, "?")], TransientError),
        ([reply(200, OPENED | {"refreshJwt": ""})], TransientError),
        ([reply(200, OPENED | {"accessJwt": "a\r\nb"})], TransientError),
        ([EXPIRED, reply(503)], TransientError),
        ([EXPIRED, reply(429)], PlatformRateError),
        ([EXPIRED, reply(403, "<html>")], TransientError),
        ([EXPIRED, reply(401, {"error": "AuthenticationRequired", "message": "Invalid identifier or password"})], AccountError),
        ([EXPIRED, reply(401, {"error": "AccountTakedown", "message": "Account has been taken down"})], PermanentError),
    ],
)
def test_a_session_that_cannot_be_had_is_no_lost_answer_and_nothing_is_kept(
    session: Session, kept: list[Credentials], answers: list[Response | Exception], kind: type[PublishError]
) -> None:
    with pytest.raises(PublishError) as caught:
        commit(scripted(EXPIRED, *answers), session)
    assert type(caught.value) is kind
    assert kept == []


def test_a_new_session_that_is_refused_too_is_the_accounts_problem(session: Session) -> None:
    with pytest.raises(AccountError):
        commit(scripted(EXPIRED, reply(200, OPENED), EXPIRED), session)


# ------------------------------------------------------------------------------------------------------------------ connecting


def test_the_account_lives_where_its_document_says() -> None:
    document = {"service": [{"id": "#other"}, {"id": "#atproto_pds", "serviceEndpoint": "https://pds7.example/"}]}
    http = scripted(reply(200, OPENED | {"didDoc": document}))

    profile, _ = BlueskyAccounts(http, lambda: NOW).connect(FIELDS | {"identifier": " \u202a@Alice.test\u202c "})

    assert profile.host == "https://pds7.example"
    assert http.requests[0].url == "https://bsky.social/xrpc/com.atproto.server.createSession"
    assert http.requests[0].json["identifier"] == "Alice.test"


def test_a_bare_host_name_is_enough() -> None:
    http = scripted(reply(200, OPENED))

    profile, _ = BlueskyAccounts(http, lambda: NOW).connect(FIELDS | {"host": "PDS.example"})

    assert profile.host == "https://pds.example"


@pytest.mark.parametrize("document", [None, [], {}, {"service": None}, {"service": [None, {"id": None}]}])
def test_without_a_document_the_account_lives_where_it_signed_in(document: object) -> None:
    profile, _ = BlueskyAccounts(scripted(reply(200, OPENED | {"didDoc": document})), lambda: NOW).connect(FIELDS)

    assert profile.host == "https://bsky.social"


def test_missing_fields_are_all_named() -> None:
    with pytest.raises(ValidationError) as caught:
        BlueskyAccounts(scripted(), lambda: NOW).connect({})
    assert [problem.path for problem in caught.value.problems] == [("identifier",), ("app_password",)]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            reply(401, {"error": "AuthenticationRequired", "message": "Invalid identifier or password"}),
            UnprocessableError,
            "Invalid",
        ),
        (
            reply(401, {"error": "AuthFactorTokenRequired", "message": "A sign in code is needed"}),
            UnprocessableError,
            "sign in code",
        ),
        (reply(200, OPENED | {"active": False, "status": "deactivated"}), UnprocessableError, "deactivated"),
        (BlockedError("the host's address is not a public one"), UnprocessableError, "not a public one"),
        (reply(429, retry_after="30"), UnavailableError, "429"),
        (reply(503), UnavailableError, "503"),
        (reply(200, "?"), UnavailableError, "without a session"),
        (NotSentError("the host's name does not resolve"), UnavailableError, "does not resolve"),
    ],
)
def test_what_keeps_an_account_from_connecting_is_said(answer: Response | Exception, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words) as caught:
        BlueskyAccounts(scripted(answer), lambda: NOW).connect(FIELDS)
    assert "abcd-efgh" not in str(caught.value)
    if "429" in words:
        assert caught.value.details == {"retry_after": 30}  # type: ignore[attr-defined]

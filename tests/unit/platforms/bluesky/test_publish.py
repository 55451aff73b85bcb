"""Bluesky's connector where a real server cannot be made to misbehave.

The rest is in tests/bluesky.
"""

import itertools
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from herald.domain.errors import (
    MediaError,
    PermanentError,
    PlatformRateError,
    PublishError,
    TransientError,
)
from herald.domain.outcomes import Preparing
from herald.net.client import NoAnswerError, NotSentError, Response
from herald.platforms.bluesky.publish import Bluesky
from herald.platforms.protocol import Attached, LostAnswerError, Publication, Session, Undecided
from tests.fakes.http import reply, scripted
from tests.outgoing import giving, media, outgoing
from tests.unit.platforms.bluesky.samples import HANDLE, PUBLICATION, commit
from tests.unit.platforms.conftest import NOW


def test_a_mention_of_nobody_stays_text_and_a_network_that_is_away_is_asked_again(
    session: Session,
) -> None:
    publication = Publication(key="pp_1:0", text="@a.test @b.test")
    nobody = reply(400, {"error": "InvalidRequest", "message": "Unable to resolve handle"})

    handle = Bluesky(scripted(nobody, reply(200, {"did": "did:plc:b"})), lambda: NOW).prepare(
        publication, session, handle={}
    )

    assert not isinstance(handle, Preparing)
    assert json.loads(handle["mentions"]) == {"b.test": "did:plc:b"}
    for answer, kind in (
        (reply(502), TransientError),
        (NoAnswerError("x"), TransientError),
        (reply(429), PlatformRateError),
    ):
        with pytest.raises(kind):
            Bluesky(scripted(answer), lambda: NOW).prepare(publication, session, handle={})


ONE = media("1")
TWO = media("2")
TWO_FILES = replace(PUBLICATION, media=(Attached(media=ONE), Attached(media=TWO)))
UPLOADED = reply(
    200, {"blob": {"$type": "blob", "ref": {"$link": "bafy"}, "mimeType": "image/jpeg", "size": 3}}
)


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

    assert (
        Bluesky(http, lambda: NOW + timedelta(minutes=2)).prepare(TWO_FILES, filed, handle=ready)
        == ready
    )


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
def test_an_upload_that_fails_publishes_nothing(
    filed: Session, answer: Response | Exception, error: type[PublishError]
) -> None:
    with pytest.raises(error):
        Bluesky(scripted(answer), lambda: NOW).prepare(TWO_FILES, filed, handle=HANDLE)


@pytest.mark.parametrize(
    "answer",
    [
        reply(500),
        reply(502),
        reply(503),
        reply(504),
        reply(200),
        reply(200, "<html>"),
        reply(200, []),
        NoAnswerError("x"),
    ],
)
def test_what_says_nothing_after_commit_is_unknown(
    session: Session, answer: Response | Exception
) -> None:
    with pytest.raises(LostAnswerError):
        commit(scripted(answer), session)


def test_a_look_that_fails_is_undecided(session: Session) -> None:
    for answer in (
        reply(500),
        NoAnswerError("x"),
        NotSentError("x"),
        reply(429),
        reply(200, "?"),
        reply(400, {"error": "Other"}),
    ):
        found = Bluesky(scripted(answer), lambda: NOW).find(PUBLICATION, session, handle=HANDLE)
        assert isinstance(found, Undecided)


def test_a_swap_refused_for_a_record_nobody_can_read_is_unknown(session: Session) -> None:
    with pytest.raises(LostAnswerError):
        commit(scripted(reply(400, {"error": "InvalidSwap"}), reply(503)), session)
    with pytest.raises(TransientError):
        commit(
            scripted(reply(400, {"error": "InvalidSwap"}), reply(400, {"error": "RecordNotFound"})),
            session,
        )

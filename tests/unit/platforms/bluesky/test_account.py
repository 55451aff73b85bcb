"""Connecting an account on Bluesky."""

import pytest

from herald.domain.errors import UnavailableError, UnprocessableError, ValidationError
from herald.net.client import BlockedError, NotSentError, Response
from herald.platforms.bluesky.account import BlueskyAccounts
from tests.fakes.http import reply, scripted
from tests.unit.platforms.bluesky.samples import FIELDS, OPENED
from tests.unit.platforms.conftest import NOW


def test_the_account_lives_where_its_document_says() -> None:
    document = {
        "service": [
            {"id": "#other"},
            {"id": "#atproto_pds", "serviceEndpoint": "https://pds7.example/"},
        ]
    }
    http = scripted(reply(200, OPENED | {"didDoc": document}))

    profile, _ = BlueskyAccounts(http, lambda: NOW).connect(
        FIELDS | {"identifier": " \u202a@Alice.test\u202c "}
    )

    assert profile.host == "https://pds7.example"
    assert http.requests[0].url == "https://bsky.social/xrpc/com.atproto.server.createSession"
    assert http.requests[0].json["identifier"] == "Alice.test"


def test_a_bare_host_name_is_enough() -> None:
    http = scripted(reply(200, OPENED))

    profile, _ = BlueskyAccounts(http, lambda: NOW).connect(FIELDS | {"host": "PDS.example"})

    assert profile.host == "https://pds.example"


@pytest.mark.parametrize(
    "document", [None, [], {}, {"service": None}, {"service": [None, {"id": None}]}]
)
def test_without_a_document_the_account_lives_where_it_signed_in(document: object) -> None:
    profile, _ = BlueskyAccounts(
        scripted(reply(200, OPENED | {"didDoc": document})), lambda: NOW
    ).connect(FIELDS)

    assert profile.host == "https://bsky.social"


def test_missing_fields_are_all_named() -> None:
    with pytest.raises(ValidationError) as caught:
        BlueskyAccounts(scripted(), lambda: NOW).connect({})
    assert [problem.path for problem in caught.value.problems] == [
        ("identifier",),
        ("app_password",),
    ]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            reply(
                401,
                {"error": "AuthenticationRequired", "message": "Invalid identifier or password"},
            ),
            UnprocessableError,
            "Invalid",
        ),
        (
            reply(401, {"error": "AuthFactorTokenRequired", "message": "A sign in code is needed"}),
            UnprocessableError,
            "sign in code",
        ),
        (
            reply(200, OPENED | {"active": False, "status": "deactivated"}),
            UnprocessableError,
            "deactivated",
        ),
        (
            BlockedError("the host's address is not a public one"),
            UnprocessableError,
            "not a public one",
        ),
        (reply(429, retry_after="30"), UnavailableError, "429"),
        (reply(503), UnavailableError, "503"),
        (reply(200, "?"), UnavailableError, "without a session"),
        (NotSentError("the host's name does not resolve"), UnavailableError, "does not resolve"),
    ],
)
def test_what_keeps_an_account_from_connecting_is_said(
    answer: Response | Exception, kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words) as caught:
        BlueskyAccounts(scripted(answer), lambda: NOW).connect(FIELDS)
    assert "abcd-efgh" not in str(caught.value)
    if "429" in words:
        assert caught.value.details == {"retry_after": 30}  # type: ignore[attr-defined]

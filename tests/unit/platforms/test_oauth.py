"""What the networks' OAuth has in common. The vector of PKCE is RFC 7636's."""

from urllib.parse import parse_qs

import pytest

from herald.domain.errors import PlatformRateError, TransientError, UnprocessableError
from herald.net.client import Response
from herald.platforms import oauth
from herald.platforms.calls import Calls
from herald.platforms.oauth import OAuthError
from tests.fakes.http import Request, Scripted, reply
from tests.unit.platforms.conftest import NOW


def calls(answer: Response) -> Calls:
    return Calls("Somewhere", Scripted(lambda _request: answer), lambda: NOW)


def test_the_challenge_is_the_standards() -> None:
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert oauth.challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_verifier_has_a_length_that_the_standard_allows() -> None:
    assert 43 <= len(oauth.new_verifier()) <= 128
    assert oauth.new_verifier() != oauth.new_verifier()


def test_the_address_of_a_consent_keeps_the_endpoints_own_query() -> None:
    parameters = {"scope": "a b", "redirect_uri": "https://a.example/?x=1&y"}

    address = oauth.consent_url("https://b.example/auth?tenant=1", parameters)

    assert parse_qs(address.partition("?")[2]) == {
        "tenant": ["1"],
        "scope": ["a b"],
        "redirect_uri": ["https://a.example/?x=1&y"],
    }


def test_a_form_is_sent_as_a_form() -> None:
    seen: list[Request] = []

    def answer(request: Request) -> Response:
        seen.append(request)
        return reply(200, {})

    oauth.post_form(
        Calls("Somewhere", Scripted(answer), lambda: NOW), "https://a.example/", {"a": "1 &2"}
    )

    assert seen[0].headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(seen[0].body.decode()) == {"a": ["1 &2"]}


@pytest.mark.parametrize(
    ("scope", "scopes"),
    [("a b", {"a", "b"}), ("a,b", {"a", "b"}), ("a, b", {"a", "b"}), (None, None), ("", None)],
)
def test_a_grant_says_what_was_granted(scope: str | None, scopes: set[str] | None) -> None:
    answer = reply(200, {"access_token": "t", "scope": scope, "expires_in": 7200})

    grant = oauth.granted(calls(answer), answer)

    assert (grant.access_token, grant.expires_in, grant.scopes) == ("t", 7200, scopes)
    assert grant.refresh_token is None
    assert "'t'" not in repr(grant)


@pytest.mark.parametrize("seconds", [None, 0, -1, "7200", True, 1.5])
def test_a_lifetime_that_is_no_number_is_none(seconds: object) -> None:
    answer = reply(200, {"access_token": "t", "expires_in": seconds})

    assert oauth.granted(calls(answer), answer).expires_in is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (reply(400, {"error": "invalid_grant", "error_description": "Gone."}), "invalid_grant"),
        (reply(401, {"error": "invalid_client"}), "invalid_client"),
        (reply(200, {"error": "invalid_grant"}), "invalid_grant"),
        (reply(200, {"access_token": 1}), None),
        (reply(403, "<html>"), None),
    ],
)
def test_a_refusal_has_its_code(answer: Response, code: str | None) -> None:
    with pytest.raises(OAuthError) as caught:
        oauth.granted(calls(answer), answer)

    assert caught.value.oauth_code == code


def test_a_network_that_wants_to_be_asked_later_is_no_refusal() -> None:
    with pytest.raises(PlatformRateError):
        oauth.granted(calls(reply(429)), reply(429))


def test_tokens_are_in_no_later_message() -> None:
    answer = reply(200, {"access_token": "t0ken", "refresh_token": "refr3sh"})
    made = calls(answer)
    oauth.granted(made, answer)

    assert made.quote(reply(400), "no t0ken, no refr3sh") == "Somewhere: no …, no …"


def test_scopes_that_are_missing_are_named() -> None:
    with pytest.raises(UnprocessableError) as caught:
        oauth.check_scopes("Somewhere", frozenset({"read"}), ("read", "write", "media"))

    assert "media, write is missing" in caught.value.message
    assert caught.value.details == {"missing_scopes": ["media", "write"]}
    oauth.check_scopes("Somewhere", None, ("read",))
    oauth.check_scopes("Somewhere", frozenset({"read", "more"}), ("read",))


def test_a_token_that_cannot_be_revoked_counts_as_revoked_unless_nobody_answered() -> None:
    oauth.revoke(calls(reply(403, {"error": "unauthorized_client"})), "https://a.example/", {})
    with pytest.raises(TransientError):
        oauth.revoke(calls(reply(503)), "https://a.example/", {})

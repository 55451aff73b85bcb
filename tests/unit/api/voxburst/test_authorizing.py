"""The answers of networks, as an integrator or a browser brings them."""

import pytest

from herald.api.edge.schema import validated
from herald.api.voxburst.authorizing import AccountCallback, OAuthCallback, callback_url
from herald.domain.accounts import Platform
from herald.domain.errors import ValidationError

ADDRESS = "https://api.example.com"


def test_heralds_own_address_names_the_network() -> None:
    where = callback_url(ADDRESS, Platform.TWITTER)

    assert where == "https://api.example.com/v1/oauth/callback/twitter"


def test_an_integrator_who_had_no_page_of_its_own_need_not_name_it() -> None:
    body = validated(AccountCallback, {"state": "s", "code": "c"})

    result = body.result(ADDRESS, Platform.MASTODON)

    assert result.redirect_uri == callback_url(ADDRESS, Platform.MASTODON)


@pytest.mark.parametrize("body", [{}, {"state": "s"}, {"state": "", "code": "c"}])
def test_an_integrator_names_state_and_code(body: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        validated(AccountCallback, body)


@pytest.mark.parametrize("query", [{}, {"error": "", "code": ""}, {"state": "s", "iss": "x"}])
def test_a_browser_may_come_with_anything(query: dict[str, str]) -> None:
    result = validated(OAuthCallback, query).result(ADDRESS, Platform.MASTODON)

    assert (result.code, result.error) == (None, None)


def test_no_secret_is_shown() -> None:
    given = {"state": "st4te", "code": "c0de"}

    shown = f"{validated(AccountCallback, given)!r} {validated(OAuthCallback, given)!r}"

    assert not [word for word in given.values() if word in shown]

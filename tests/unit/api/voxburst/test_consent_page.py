"""The page on which a user lands, as a browser reads it."""

import re
from datetime import UTC, datetime

from herald.api.voxburst import consent_page
from herald.domain.accounts import Account, Platform
from herald.domain.errors import Phrase, UnavailableError, UnprocessableError
from herald.domain.owners import Mode, Owner

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ACCOUNT = Account(
    id="acc_1",
    owner=Owner("ws_1", Mode.LIVE),
    platform=Platform.MASTODON,
    remote_id="1",
    username="<b>&alice",
    created_at=NOW,
    updated_at=NOW,
)


def test_a_name_is_text() -> None:
    page = consent_page.landing(lambda: ACCOUNT)

    assert page.status == 200
    assert "<h1>&lt;b&gt;&amp;alice is connected</h1>" in str(page.body)
    assert "this Mastodon account" in str(page.body)


def test_what_went_wrong_is_said_with_its_status() -> None:
    def away() -> Account:
        raise UnavailableError("Mastodon did not answer.")

    def wrong() -> Account:
        raise UnprocessableError(Phrase("{redirect_uri} is another <one>."))

    assert consent_page.landing(away).status == 503
    page = consent_page.landing(wrong)
    assert (page.status, "<p>redirectUri is another &lt;one&gt;.</p>" in str(page.body)) == (
        422,
        True,
    )


def test_it_has_no_script_no_form_and_loads_nothing() -> None:
    page = str(consent_page.landing(lambda: ACCOUNT).body)

    assert set(re.findall(r"<(\w+)", page)) == {
        *("html", "meta", "link", "title", "style", "main", "h1", "p")
    }
    assert '<link rel="icon" href="data:,">' in page
    assert "http" not in page
    assert '<html lang="en">' in page

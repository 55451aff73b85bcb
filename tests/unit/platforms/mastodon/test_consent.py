"""The consent of a user of an instance that answers strangely. A real dance: tests/networks."""

from urllib.parse import parse_qs, urlsplit

import pytest

from herald.domain.accounts import Platform
from herald.domain.apps import App
from herald.domain.errors import UnavailableError, UnprocessableError, ValidationError
from herald.domain.owners import Secret
from herald.net.client import Response
from herald.platforms.connecting import ConsentRequest
from herald.platforms.mastodon.consent import MastodonConsent
from tests.fakes.apps import RememberedApps
from tests.fakes.http import Request, Scripted, reply
from tests.unit.platforms.conftest import NOW

REQUEST = ConsentRequest(
    state=Secret("state"),
    redirect_uri="https://app.example/connected",
    fields={"instance_url": "social.example"},
)
REGISTERED = {"client_id": "id", "client_secret": "secret"}


def asking(**answers: Response) -> MastodonConsent:
    """A connector for an instance that answers a call by the last part of its path."""

    def answer(request: Request) -> Response:
        return answers.get(request.call.replace("-", "_"), reply(404, {"error": "Not found"}))

    return MastodonConsent(Scripted(answer), RememberedApps(), lambda: NOW)


def test_an_instance_before_4_3_is_asked_for_the_scopes_that_it_has() -> None:
    consent = asking(apps=reply(200, REGISTERED)).ask(REQUEST)

    query = parse_qs(urlsplit(consent.url).query)
    assert query["scope"] == ["read:accounts read:statuses write:statuses write:media"]
    assert urlsplit(consent.url)[:3] == ("https", "social.example", "/oauth/authorize")
    assert "secret" not in consent.url
    assert "state" not in repr(consent)


@pytest.mark.parametrize(
    "answer",
    [
        reply(200, {}),
        reply(200, {"client_id": 1, "client_secret": "x"}),
        reply(200, "<html>"),
        reply(403, {"error": "This method requires an authenticated user"}),
        reply(422, {"error": "Validation failed"}),
        reply(301),
    ],
)
def test_an_instance_that_registers_nobody_refuses(answer: Response) -> None:
    with pytest.raises(UnprocessableError):
        asking(apps=answer).ask(REQUEST)


def test_an_instance_that_is_away_is_away() -> None:
    with pytest.raises(UnavailableError):
        asking(apps=reply(503)).ask(REQUEST)


@pytest.mark.parametrize("metadata", [{"scopes_supported": "profile"}, {"scopes_supported": None}])
def test_metadata_that_nobody_can_read_is_ignored(metadata: dict[str, object]) -> None:
    consent = asking(
        oauth_authorization_server=reply(200, metadata), apps=reply(200, REGISTERED)
    ).ask(REQUEST)

    assert "read%3Aaccounts" in consent.url


@pytest.mark.parametrize("fields", [{}, {"instance_url": " "}, {"instance_url": "ftp://x"}])
def test_an_instance_must_be_named(fields: dict[str, str]) -> None:
    request = ConsentRequest(state=REQUEST.state, redirect_uri=REQUEST.redirect_uri, fields=fields)

    with pytest.raises(ValidationError):
        asking().ask(request)


def test_of_two_apps_that_are_registered_at_once_one_counts() -> None:
    first = App(client_id="first", client_secret=Secret("s"), scopes=("profile",))
    apps = RememberedApps(late=first)
    connector = MastodonConsent(
        Scripted(lambda request: reply(200, REGISTERED if request.call == "apps" else {})),
        apps,
        lambda: NOW,
    )

    consent = connector.ask(REQUEST)

    assert parse_qs(urlsplit(consent.url).query)["client_id"] == ["first"]
    assert apps.get(Platform.MASTODON, "https://social.example", REQUEST.redirect_uri) == first


@pytest.mark.parametrize(
    ("answer", "client_id"),
    [
        (reply(200, {"access_token": "t"}), "known"),
        (reply(400, {"error": "unsupported_grant_type"}), "known"),
        (reply(429), "known"),
        (reply(401, {"error": "invalid_client"}), "id"),
    ],
)
def test_an_app_counts_as_known_until_its_server_denies_it(
    answer: Response, client_id: str
) -> None:
    apps = RememberedApps()
    known = App(client_id="known", client_secret=Secret("s"), scopes=("profile",))
    apps.keep(Platform.MASTODON, "https://social.example", REQUEST.redirect_uri, known)
    answers = {"token": answer, "apps": reply(200, REGISTERED)}
    http = Scripted(lambda request: answers.get(request.call, reply(404)))

    consent = MastodonConsent(http, apps, lambda: NOW).ask(REQUEST)

    assert parse_qs(urlsplit(consent.url).query)["client_id"] == [client_id]

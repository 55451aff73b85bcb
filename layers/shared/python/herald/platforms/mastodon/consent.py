"""Accounts of Mastodon, connected by their user's consent.

herald registers an app at an instance when the first user of it connects to a workspace. If the
instance forgets the app, for example when nobody used it for a while, the next connect registers
a new one.

Sources: Mastodon's API documentation (methods apps and oauth; OAuth Scopes), and the OAuth 2.0
metadata that instances serve since 4.3 (RFC 8414).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from herald.domain.accounts import Account, Platform
from herald.domain.apps import App
from herald.domain.errors import PermanentError, UnprocessableError
from herald.domain.owners import Secret
from herald.net.client import Http
from herald.platforms import oauth
from herald.platforms.calls import (
    REVOKE_SECONDS,
    Calls,
    Now,
    connecting,
    data,
    origin,
    required,
    text_in,
)
from herald.platforms.connecting import Apps, Consent, ConsentAnswer, ConsentRequest, Profile
from herald.platforms.mastodon.account import profile_at
from herald.platforms.mastodon.instance import Instance
from herald.platforms.oauth import OAuthError
from herald.platforms.protocol import Credentials

PUBLISHING = ("read:statuses", "write:statuses", "write:media")
PROFILE, OLD_PROFILE = "profile", "read:accounts"  # the second before Mastodon 4.3
FORGOTTEN = "The instance has forgotten herald's registration. Connect the account again."


class MastodonConsent:
    """The consents of Mastodon's users. The field instance_url says where an account is."""

    def __init__(self, http: Http, apps: Apps, now: Now) -> None:
        self._http = http
        self._apps = apps
        self._now = now

    def ask(self, request: ConsentRequest) -> Consent:
        [url] = required(request.fields, "instance_url")
        host = origin(url, "instance_url")
        calls = Calls("Mastodon", self._http, self._now)
        with connecting():
            app = self._registered(calls, host, request.redirect_uri)
        verifier = oauth.new_verifier()
        parameters = {
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": request.redirect_uri,
            "scope": " ".join(app.scopes),
            "state": request.state,
            "code_challenge": oauth.challenge(verifier),
            "code_challenge_method": "S256",
        }
        secrets = {"host": Secret(host), "verifier": verifier, **secrets_of(app)}
        return Consent(
            url=oauth.consent_url(f"{host}/oauth/authorize", parameters), secrets=secrets
        )

    def finish(self, answer: ConsentAnswer) -> tuple[Profile, Credentials]:
        kept = answer.secrets
        host = str(kept["host"])
        app = app_of(kept)
        calls = Calls(
            "Mastodon",
            self._http,
            self._now,
            secrets=[app.client_secret, kept["verifier"], answer.code],
        )
        fields = {
            "grant_type": "authorization_code",
            "code": answer.code,
            "redirect_uri": answer.redirect_uri,
            "code_verifier": kept["verifier"],
            **client(app),
        }
        with connecting():
            try:
                grant = oauth.granted(calls, oauth.post_form(calls, f"{host}/oauth/token", fields))
            except OAuthError as error:
                if error.oauth_code != oauth.INVALID_CLIENT:
                    raise
                self._apps.forget(Platform.MASTODON, host, answer.redirect_uri, app)
                raise UnprocessableError(FORGOTTEN) from error
            try:
                oauth.check_scopes("Mastodon", grant.scopes, app.scopes)
            except UnprocessableError:
                oauth.revoke(calls, f"{host}/oauth/revoke", revocation(app, grant.access_token))
                raise
            profile = profile_at(Instance(host, grant.access_token, self._http, self._now), host)
        return profile, {"accessToken": grant.access_token, **secrets_of(app)}

    def _registered(self, calls: Calls, host: str, redirect_uri: str) -> App:
        """Return herald's app at the instance. Register it if there is none, or if it is forgotten.

        If several requests register at once, all use the app that was kept first.
        """
        known = self._apps.get(Platform.MASTODON, host, redirect_uri)
        if known is not None:
            if is_known(calls, host, known):
                return known
            self._apps.forget(Platform.MASTODON, host, redirect_uri, known)
        app = registered(calls, host, redirect_uri)
        return self._apps.keep(Platform.MASTODON, host, redirect_uri, app)


def revoke(http: Http, now: Now, account: Account, credentials: Credentials) -> None:
    """Revoke an account's token. Raises TransientError for no answer or HTTP 5xx."""
    app = app_of(credentials)
    token = credentials["accessToken"]
    secrets = [app.client_secret, token]
    calls = Calls("Mastodon", http, now, secrets=secrets, seconds=REVOKE_SECONDS)
    oauth.revoke(calls, f"{account.host}/oauth/revoke", revocation(app, token))


def registered(calls: Calls, host: str, redirect_uri: str) -> App:
    """Register herald at the instance. Raises PublishError."""
    scopes = scopes_at(calls, host)
    fields = {
        "client_name": "herald",
        "redirect_uris": redirect_uri,
        "scopes": " ".join(scopes),
    }
    response = oauth.post_form(calls, f"{host}/api/v1/apps", fields)
    answer = data(response)
    client_id = text_in(answer, "client_id")
    client_secret = text_in(answer, "client_secret")
    if response.status != 200 or not client_id or not client_secret:
        raise PermanentError(calls.quote(response, text_in(answer, "error")))
    return App(client_id=client_id, client_secret=Secret(client_secret), scopes=scopes)


def scopes_at(calls: Calls, host: str) -> tuple[str, ...]:
    """Return the scopes that herald needs there. An instance before 4.3 has no scope `profile`."""
    metadata = data(calls.ask("GET", f"{host}/.well-known/oauth-authorization-server"))
    profile = PROFILE if PROFILE in texts_in(metadata, "scopes_supported") else OLD_PROFILE
    return (profile, *PUBLISHING)


def texts_in(content: Mapping[str, Any], name: str) -> Sequence[object]:
    value = content.get(name)
    return value if isinstance(value, list) else ()


def is_known(calls: Calls, host: str, app: App) -> bool:
    """Return whether the instance still knows the app. It then gives the app a token of its own.

    A server that gives no such tokens answers another error: then the app counts as known.
    """
    fields = {"grant_type": "client_credentials", **client(app)}
    response = oauth.post_form(calls, f"{host}/oauth/token", fields)
    return text_in(data(response), "error") != oauth.INVALID_CLIENT


def client(app: App) -> dict[str, str]:
    return {"client_id": app.client_id, "client_secret": app.client_secret}


def revocation(app: App, token: str) -> dict[str, str]:
    return {**client(app), "token": token}


def secrets_of(app: App) -> dict[str, Secret]:
    return {
        "clientId": Secret(app.client_id),
        "clientSecret": app.client_secret,
        "scopes": Secret(" ".join(app.scopes)),
    }


def app_of(secrets: Mapping[str, Secret]) -> App:
    return App(
        client_id=str(secrets["clientId"]),
        client_secret=secrets["clientSecret"],
        scopes=tuple(secrets["scopes"].split()),
    )

"""The OAuth 2.0 provider of a Mastodon instance: apps, consents, tokens, revocation.

Sources: Mastodon's API documentation (methods apps and oauth), and the messages of the gem
Doorkeeper; checked with Mastodon.py.
"""

import base64
import hashlib
import html
import itertools
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.networks.replies import RefusedError, Reply

CODE_LIFE = timedelta(minutes=10)
SCOPES = frozenset(
    {
        "read",
        "write",
        "profile",
        "read:accounts",
        "read:statuses",
        "write:statuses",
        "write:media",
    }
)
UNKNOWN_CLIENT = (
    "Client authentication failed due to unknown client, no client authentication included, "
    "or unsupported authentication method."
)
INVALID_GRANT = (
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection "
    "URI used in the authorization request, or was issued to another client."
)
Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Client:
    """An app that somebody registered."""

    id: str
    secret: str
    name: str
    redirect_uris: tuple[str, ...]
    scopes: frozenset[str]


@dataclass(slots=True)
class Code:
    client: Client
    redirect_uri: str
    scopes: frozenset[str]
    challenge: str | None
    username: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a person, or of an app itself."""

    text: str
    client: Client
    scopes: frozenset[str]
    username: str | None


class Doorkeeper:
    """The provider. `issue` is called with each new token of a person, `withdraw` with each end.

    As there (`reuse_access_token`), an app gets the same token again for a person and scopes.

    `knows_profile` is False before Mastodon 4.3, and then there is no metadata either. `unticked`
    are scopes that people do not grant.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        url: Callable[[], str],
        issue: Callable[[Token], None],
        withdraw: Callable[[Token], None],
    ) -> None:
        self.now = now
        self.url = url
        self.knows_profile = True
        self.unticked: frozenset[str] = frozenset()
        self.clients: dict[str, Client] = {}
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}
        self._issue = issue
        self._withdraw = withdraw
        self._numbers = itertools.count(1)

    @property
    def scopes(self) -> frozenset[str]:
        return SCOPES if self.knows_profile else SCOPES - {"profile"}

    def forget_clients(self) -> None:
        """What an instance does to apps that nobody used for a while."""
        self.clients.clear()

    def metadata(self) -> Reply:
        if not self.knows_profile:
            raise RefusedError(404, "The page you are looking for isn't here.")
        where = self.url()
        return Reply(
            200,
            {
                "issuer": f"{where}/",
                "service_documentation": "https://docs.joinmastodon.org/",
                "authorization_endpoint": f"{where}/oauth/authorize",
                "token_endpoint": f"{where}/oauth/token",
                "app_registration_endpoint": f"{where}/api/v1/apps",
                "revocation_endpoint": f"{where}/oauth/revoke",
                "scopes_supported": sorted(self.scopes),
                "response_types_supported": ["code"],
                "response_modes_supported": ["query", "fragment", "form_post"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_basic",
                    "client_secret_post",
                ],
                "grant_types_supported": ["authorization_code", "client_credentials"],
                "code_challenge_methods_supported": ["S256"],
            },
        )

    def register(self, fields: Query) -> Reply:
        redirect_uris = tuple(fields.get("redirect_uris", "").split())
        scopes = frozenset(fields.get("scopes", "read").split())
        if not fields.get("client_name"):
            raise RefusedError(422, "Validation failed: Application name can't be blank")
        if not redirect_uris or not all(urlsplit(each).scheme for each in redirect_uris):
            raise RefusedError(422, "Validation failed: Redirect URI must be an absolute URI.")
        if not scopes <= self.scopes:
            message = "Validation failed: Scopes doesn't match configured on the server."
            raise RefusedError(422, message)
        client = Client(
            id=secrets.token_urlsafe(32),
            secret=secrets.token_urlsafe(32),
            name=fields["client_name"],
            redirect_uris=redirect_uris,
            scopes=scopes,
        )
        self.clients[client.id] = client
        return Reply(
            200,
            {
                "id": str(next(self._numbers)),
                "name": client.name,
                "website": fields.get("website"),
                "scopes": sorted(scopes),
                "redirect_uri": "\n".join(redirect_uris),
                "redirect_uris": list(redirect_uris),
                "vapid_key": "",
                "client_id": client.id,
                "client_secret": client.secret,
                "client_secret_expires_at": 0,
            },
        )

    def ask(self, query: Query, usernames: list[str]) -> Reply:
        """Show the page on which a person consents. An error that names no client stays here."""
        client = self.clients.get(query.get("client_id", ""))
        if client is None:
            return Reply(401, page("Client authentication failed", UNKNOWN_CLIENT))
        if query.get("redirect_uri") not in client.redirect_uris:
            return Reply(400, page("Invalid request", "The redirect uri included is not valid."))
        scopes = frozenset(query.get("scope", "read").split())
        if not scopes <= client.scopes:
            return self._back(query, error="invalid_scope")
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in query.items()
        )
        people = "".join(f"<option>{html.escape(each)}</option>" for each in usernames)
        form = (
            f"<p>{html.escape(client.name)} wants {html.escape(', '.join(sorted(scopes)))}.</p>"
            f'<form method="post" action="/oauth/authorize">{hidden}'
            f'<label>You are <select name="username">{people}</select></label>'
            '<button name="decision" value="allow">Authorize</button>'
            '<button name="decision" value="deny">Deny</button></form>'
        )
        return Reply(200, page("Authorization required", form, escaped=False))

    def decide(self, fields: Query) -> Reply:
        """Send the person back with a code, or without one."""
        client = self.clients.get(fields.get("client_id", ""))
        if client is None or fields.get("redirect_uri") not in client.redirect_uris:
            return Reply(401, page("Client authentication failed", UNKNOWN_CLIENT))
        if fields.get("decision") != "allow":
            return self._back(fields, error="access_denied")
        code = secrets.token_urlsafe(32)
        self.codes[code] = Code(
            client=client,
            redirect_uri=fields["redirect_uri"],
            scopes=frozenset(fields.get("scope", "read").split()) - self.unticked,
            challenge=fields.get("code_challenge"),
            username=fields["username"],
            until=self.now() + CODE_LIFE,
        )
        return self._back(fields, code=code)

    def _back(self, query: Query, **answer: str) -> Reply:
        if "state" in query:
            answer["state"] = query["state"]
        return Reply(302, "", {"Location": f"{query['redirect_uri']}?{urlencode(answer)}"})

    def token(self, fields: Query) -> Reply:
        client = self._authenticated(fields)
        match fields.get("grant_type"):
            case "client_credentials":
                scopes = frozenset(fields.get("scope", "read").split()) & client.scopes
                return self._issued(Token(self._text(), client, scopes, username=None))
            case "authorization_code":
                return self._exchanged(client, fields)
        raise refused(400, "unsupported_grant_type", "The authorization grant type is not there.")

    def _exchanged(self, client: Client, fields: Query) -> Reply:
        """A code is used up by its first use, whatever becomes of it."""
        code = self.codes.pop(fields.get("code", ""), None)
        if (
            code is None
            or code.client != client
            or code.until <= self.now()
            or code.redirect_uri != fields.get("redirect_uri")
            or (code.challenge and code.challenge != s256(fields.get("code_verifier", "")))
        ):
            raise refused(400, "invalid_grant", INVALID_GRANT)
        known = (
            each
            for each in self.tokens.values()
            if (each.client, each.scopes, each.username) == (client, code.scopes, code.username)
        )
        token = next(known, None)
        if token is None:
            token = Token(self._text(), client, code.scopes, code.username)
            self._issue(token)
        return self._issued(token)

    def _issued(self, token: Token) -> Reply:
        self.tokens[token.text] = token
        return Reply(
            200,
            {
                "access_token": token.text,
                "token_type": "Bearer",
                "scope": " ".join(sorted(token.scopes)),
                "created_at": int(self.now().timestamp()),
            },
        )

    def revoke(self, fields: Query) -> Reply:
        client = self._authenticated(fields)
        token = self.tokens.get(fields.get("token", ""))
        if token is None:
            return Reply(200, {})
        if token.client != client:
            message = "You are not authorized to revoke this token"
            raise refused(403, "unauthorized_client", message)
        del self.tokens[token.text]
        self._withdraw(token)
        return Reply(200, {})

    def _authenticated(self, fields: Query) -> Client:
        client = self.clients.get(fields.get("client_id", ""))
        if client is None or client.secret != fields.get("client_secret"):
            raise refused(401, "invalid_client", UNKNOWN_CLIENT)
        return client

    def _text(self) -> str:
        return secrets.token_urlsafe(32)


def refused(status: int, error: str, description: str) -> RefusedError:
    return RefusedError(status, error, error_description=description)


def s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def page(title: str, body: str, *, escaped: bool = True) -> str:
    inside = f"<p>{html.escape(body)}</p>" if escaped else body
    return f"<!doctype html><title>{title}</title><h1>{title}</h1>{inside}"


def basic(header: str) -> dict[str, str]:
    """The client that a header of HTTP Basic names."""
    name, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    return {"client_id": name, "client_secret": secret}


def fields_of(body: Mapping[str, Any], authorization: str) -> dict[str, str]:
    """The fields of a form. The client may be named in the form or in a header."""
    named = basic(authorization) if authorization.startswith("Basic ") else {}
    return {**{name: str(value) for name, value in body.items()}, **named}

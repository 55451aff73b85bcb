"""The parts of OAuth 2.0 that networks share: the address of a consent, PKCE, and token answers.

Sources: RFC 6749, RFC 7636 (PKCE), RFC 7009 (revocation).
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from herald.domain.errors import PermanentError, PlatformRateError, UnprocessableError
from herald.domain.owners import Secret
from herald.domain.values import frozen
from herald.net.client import Response
from herald.platforms.calls import Calls, data, retry_after, text_in

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
VERIFIER_BYTES = 48
INVALID_CLIENT = "invalid_client"


@frozen
class Grant:
    """The tokens that a network answers. `scopes` is None if it does not say what it granted."""

    access_token: Secret
    refresh_token: Secret | None = None
    expires_in: int | None = None
    scopes: frozenset[str] | None = None


class OAuthError(PermanentError):
    """A token endpoint refused. `oauth_code` is its `error`, such as `invalid_grant`."""

    def __init__(self, message: str, oauth_code: str | None) -> None:
        super().__init__(message)
        self.oauth_code = oauth_code


def new_verifier() -> Secret:
    """Return a new code verifier of PKCE."""
    return Secret(secrets.token_urlsafe(VERIFIER_BYTES))


def challenge(verifier: str) -> str:
    """Return the S256 code challenge of a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def consent_url(endpoint: str, parameters: Mapping[str, str]) -> str:
    """Return the address at which a user consents."""
    mark = "&" if "?" in endpoint else "?"
    return f"{endpoint}{mark}{urlencode(parameters)}"


def post_form(calls: Calls, url: str, fields: Mapping[str, str]) -> Response:
    """Send a form to an endpoint of OAuth. Raises TransientError for no answer or HTTP 5xx."""
    return calls.ask("POST", url, headers=FORM, body=urlencode(fields).encode())


def granted(calls: Calls, response: Response) -> Grant:
    """Read the answer of a token endpoint. Raises OAuthError, or PlatformRateError for HTTP 429.

    The tokens are hidden from every later message of `calls`.
    """
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise PlatformRateError(calls.quote(response), retry_after=retry_after(response))
    answer = data(response)
    token = text_in(answer, "access_token")
    if response.status != 200 or not token:
        code = text_in(answer, "error")
        described = text_in(answer, "error_description")
        raise OAuthError(calls.quote(response, described if described else code), code)
    refresh = text_in(answer, "refresh_token")
    calls.hide([token, refresh if refresh else ""])
    seconds = answer.get("expires_in")
    scope = text_in(answer, "scope")
    return Grant(
        access_token=Secret(token),
        refresh_token=Secret(refresh) if refresh else None,
        expires_in=seconds if type(seconds) is int and seconds > 0 else None,
        scopes=frozenset(scope.replace(",", " ").split()) if scope else None,
    )


def check_scopes(network: str, granted: frozenset[str] | None, needed: Iterable[str]) -> None:
    """Raise UnprocessableError that names the scopes that a user left out."""
    if granted is None:
        return
    missing = sorted(set(needed) - granted)
    if missing:
        raise UnprocessableError(
            f"{network} did not grant all that herald needs: {', '.join(missing)} is missing. "
            "Connect the account again, and allow everything that is asked for.",
            missing_scopes=missing,
        )


def revoke(calls: Calls, url: str, fields: Mapping[str, str]) -> None:
    """Ask a network to forget a token. Any refusal counts as done: the token is no use to herald.

    Raises TransientError for no answer or HTTP 5xx.
    """
    post_form(calls, url, fields)

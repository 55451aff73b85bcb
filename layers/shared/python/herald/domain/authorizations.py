"""Authorizations: a user is asked for consent, and the answer comes back once.

Source: RFC 6749, section 4.1, and RFC 9700.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta

from herald.domain.accounts import Platform
from herald.domain.errors import Phrase, UnprocessableError
from herald.domain.owners import Owner, Secret
from herald.domain.values import frozen

AUTHORIZATION_LIFETIME = timedelta(minutes=10)
STATE_BYTES = 32
# The errors of networks whose user said no. LinkedIn has words of its own.
DENIED = frozenset({"access_denied", "user_cancelled_login", "user_cancelled_authorize"})
OAUTH_ERROR = re.compile(r"[a-z_]{1,60}")
UNKNOWN = (
    "This authorization is not known: it was used already, or more than 10 minutes have passed. "
    "Connect the account again."
)


@frozen
class Authorization:
    """A consent that a user was asked for, and that has not come back yet.

    The network sends the answer to `redirect_uri`, with the `state`. The `secrets` finish it.
    """

    state: Secret
    owner: Owner
    platform: Platform
    redirect_uri: str
    url: str = field(repr=False)
    secrets: Mapping[str, Secret]
    expires_at: datetime


@frozen
class ConsentResult:
    """The answer of a network to a consent: a code, or the network's word for why there is none.

    It came to `redirect_uri`.
    """

    platform: Platform
    redirect_uri: str
    state: Secret
    code: Secret | None = None
    error: str | None = None


def denial(error: str | None) -> str:
    """Return what to tell a user whose network gave no code.

    A word of the network's is repeated only if it looks like one, because it comes from a link.
    """
    if error in DENIED:
        return "You did not allow herald to use the account. Connect it again to change your mind."
    word = error if error and OAUTH_ERROR.fullmatch(error) else "no_code"
    return f"The network did not let herald use the account ({word}). Connect the account again."


def new_state() -> Secret:
    return Secret(secrets.token_urlsafe(STATE_BYTES))


def check_answer(
    authorization: Authorization | None,
    result: ConsentResult,
    owner: Owner | None,
    now: datetime,
) -> Authorization:
    """Return the authorization if the answer belongs to it.

    An answer with `owner` None came by a browser, which has no key. Raises UnprocessableError.
    """
    if (
        authorization is None
        or authorization.expires_at <= now
        or authorization.platform is not result.platform
        or owner not in (None, authorization.owner)
    ):
        raise UnprocessableError(UNKNOWN)
    if authorization.redirect_uri != result.redirect_uri:
        raise UnprocessableError(
            Phrase("{redirect_uri} is not the address that this authorization was asked for with."),
            field="redirect_uri",
        )
    return authorization

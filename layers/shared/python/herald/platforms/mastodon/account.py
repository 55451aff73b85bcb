"""Accounts of Mastodon. Their users made an access token at the instance, or gave consent.

An account has the limits that its instance sets.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from herald.domain.accounts import Account
from herald.domain.errors import PermanentError, Phrase, Problem, ValidationError
from herald.domain.owners import Secret
from herald.net.client import Http
from herald.platforms.calls import Now, connecting, data, origin, required, text_in
from herald.platforms.connecting import Profile
from herald.platforms.mastodon.instance import Instance
from herald.platforms.protocol import Credentials

TOKEN = re.compile(r"[!-~]+\Z")
MAX_LIMIT = 2**53  # beyond it, JSON numbers are not exact
LIMITS = {
    "max_text": ("configuration", "statuses", "max_characters"),
    "max_media": ("configuration", "statuses", "max_media_attachments"),
    "max_image_bytes": ("configuration", "media_attachments", "image_size_limit"),
    "max_image_pixels": ("configuration", "media_attachments", "image_matrix_limit"),
    "max_video_bytes": ("configuration", "media_attachments", "video_size_limit"),
    "max_video_pixels": ("configuration", "media_attachments", "video_matrix_limit"),
}


class MastodonAccounts:
    """The accounts of Mastodon.

    Their access tokens need the scopes profile (or read:accounts), read:statuses, write:statuses
    and write:media.
    """

    def __init__(self, http: Http, now: Now) -> None:
        self._http = http
        self._now = now

    def connect(self, fields: Mapping[str, str]) -> tuple[Profile, Credentials]:
        """Connect an account. Fields: instance_url, access_token."""
        url, token = required(fields, "instance_url", "access_token")
        if not TOKEN.match(token):
            message = Phrase("{access_token} has characters that no token has")
            raise ValidationError([Problem(path=("access_token",), message=message)])
        host = origin(url, "instance_url")
        instance = Instance(host, token, self._http, self._now)
        with connecting():
            profile = profile_at(instance, host)
        return profile, {"accessToken": Secret(token)}

    def revoke(self, account: Account, credentials: Credentials) -> None:
        """Revoke a token that herald got by a consent. Only the app of a token can revoke it."""
        if "clientId" not in credentials:
            return
        from herald.platforms.mastodon import consent  # noqa: PLC0415 - few accounts are revoked

        consent.revoke(self._http, self._now, account, credentials)


def profile_at(instance: Instance, host: str) -> Profile:
    """Return the account that the instance's token belongs to. Raises PublishError.

    An id is unique at its instance only, so a remote id is `<id>@<the instance's domain>`.
    """
    me = data(instance.get("/api/v1/accounts/verify_credentials"))
    account_id = text_in(me, "id")
    name = text_in(me, "acct")
    if not account_id or not name:
        raise PermanentError("This address does not answer like a Mastodon instance.")
    domain, limits = described(instance, host)
    return Profile(
        remote_id=f"{account_id}@{domain}",
        username=f"{name}@{domain}",
        host=host,
        display_name=text_in(me, "display_name"),
        avatar_url=text_in(me, "avatar"),
        url=f"{host}/@{quote(name, safe='')}",
        limits=limits,
    )


def described(instance: Instance, host: str) -> tuple[str, Mapping[str, int]]:
    """Return the domain that an instance gives itself, and its limits.

    The domain need not be the host that answers. An instance before 4.0 has the old address only.
    """
    response = instance.ask("GET", "/api/v2/instance")
    new = data(response)
    domain = text_in(new, "domain")
    if response.status == 200 and domain:
        return domain, limits_of(new)
    old = data(instance.ask("GET", "/api/v1/instance"))
    uri = text_in(old, "uri")
    if not uri:
        uri = urlsplit(host).netloc
    return uri, limits_of(old)


def limits_of(instance: Mapping[str, Any]) -> dict[str, int]:
    """Return the limits that an instance sets, by the keys of our rules.

    A limit that is missing or no plain number is left out, and the default stays.
    """
    limits = {key: value(instance, *place) for key, place in LIMITS.items()}
    if not limits["max_text"]:
        limits["max_text"] = value(instance, "max_toot_chars")  # of other servers with this API
    return {key: limit for key, limit in limits.items() if limit}


def value(content: object, *names: str) -> int | None:
    """Return the plain number at that place, or None."""
    for name in names:
        content = content.get(name) if isinstance(content, dict) else None
    return content if type(content) is int and 0 < content <= MAX_LIMIT else None

"""Accounts of Mastodon: an access token that a user made at their instance, and the limits which that instance sets itself."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

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
    """Connects with an access token of the scopes profile (or read:accounts), read:statuses, write:statuses and write:media."""

    def __init__(self, http: Http, now: Now) -> None:
        self._http = http
        self._now = now

    def connect(self, fields: Mapping[str, str]) -> tuple[Profile, Credentials]:
        """Fields: instance_url, access_token. Ids are an instance's own, so a remote id is `<id>@<the instance's domain>`."""
        url, token = required(fields, "instance_url", "access_token")
        if not TOKEN.match(token):
            message = Phrase("{access_token} has characters that no token has")
            raise ValidationError([Problem(path=("access_token",), message=message)])
        host = origin(url, "instance_url")
        instance = Instance(host, token, self._http, self._now)
        with connecting():
            me = data(instance.get("/api/v1/accounts/verify_credentials"))
            account_id, name = text_in(me, "id"), text_in(me, "acct")
            if not account_id or not name:
                raise PermanentError("This address does not answer like a Mastodon instance.")
            domain, limits = described(instance, host)
        profile = Profile(
            remote_id=f"{account_id}@{domain}",
            username=f"{name}@{domain}",
            host=host,
            display_name=text_in(me, "display_name"),
            avatar_url=text_in(me, "avatar"),
            url=f"{host}/@{quote(name, safe='')}",
            limits=limits,
        )
        return profile, {"accessToken": Secret(token)}


def described(instance: Instance, host: str) -> tuple[str, Mapping[str, int]]:
    """What an instance calls itself, which need not be where it answers, and its limits; before 4.0 at the old address."""
    new = instance.ask("GET", "/api/v2/instance")
    if new.status == 200 and (domain := text_in(data(new), "domain")):
        return domain, limits_of(data(new))
    old = data(instance.ask("GET", "/api/v1/instance"))
    return text_in(old, "uri") or urlsplit(host).netloc, limits_of(old)


def limits_of(instance: Mapping[str, Any]) -> dict[str, int]:
    """What an instance sets itself, by the keys of our rules; what is missing or no plain number stays the default's."""
    found = {key: value(instance, *where) for key, where in LIMITS.items()}
    found["max_text"] = found["max_text"] or value(instance, "max_toot_chars")  # Mastodon's kin
    return {key: limit for key, limit in found.items() if limit}


def value(found: object, *names: str) -> int | None:
    """The plain number at that place."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if type(found) is int and 0 < found <= MAX_LIMIT else None

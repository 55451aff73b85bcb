"""Accounts of Bluesky: signed in to with an app password."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from herald.domain.errors import PermanentError
from herald.domain.owners import Secret
from herald.net.client import Http
from herald.platforms.bluesky.session import APP, ENTRYWAY, opened_session, tokens_of
from herald.platforms.calls import Calls, Now, connecting, origin, required, text_in
from herald.platforms.connecting import Profile
from herald.platforms.protocol import Credentials


class BlueskyAccounts:
    """Signs in with an app password, at the server where the account lives or through the entryway."""

    def __init__(self, http: Http, now: Now, *, entryway: str = ENTRYWAY) -> None:
        self._http = http
        self._now = now
        self._entryway = entryway

    def connect(self, fields: Mapping[str, str]) -> tuple[Profile, Credentials]:
        """Fields: identifier (handle, DID or e-mail), app_password, and host or instance_url for a server of one's own."""
        identifier, password = required(fields, "identifier", "app_password")
        named = "host" if fields.get("host") else "instance_url"
        service = origin(fields.get(named) or self._entryway, named)
        calls = Calls("Bluesky", self._http, self._now, secrets=[password])
        with connecting():
            opened = opened_session(calls, service, plain(identifier), password, self._now)
            if opened.get("active") is False:
                raise PermanentError(
                    f"The Bluesky account is not active: {text_in(opened, 'status') or 'no reason given'}."
                )
            tokens = tokens_of(opened)
        did, handle = text_in(opened, "did") or "", text_in(opened, "handle") or ""
        profile = Profile(
            remote_id=did, username=handle or did, host=home(opened) or service, url=f"{APP}/{did}"
        )
        return profile, {**tokens, "appPassword": Secret(password)}


def plain(identifier: str) -> str:
    """A handle as people paste it: with an @, and with the invisible characters that the app puts around it."""
    return (
        "".join(letter for letter in identifier if unicodedata.category(letter) != "Cf")
        .strip()
        .removeprefix("@")
    )


def home(opened: Mapping[str, Any]) -> str | None:
    """The server an account lives on, from its DID document; the guard judges it when it is called."""
    document = opened.get("didDoc")
    services = document.get("service") if isinstance(document, dict) else None
    for service in services if isinstance(services, list) else []:
        if isinstance(service, dict) and str(service.get("id")).endswith("#atproto_pds"):
            return origin(str(service.get("serviceEndpoint")), "host")
    return None

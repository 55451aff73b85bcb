"""Accounts of Bluesky, connected by an app password."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from herald.domain.accounts import Account
from herald.domain.errors import PermanentError
from herald.domain.owners import Secret
from herald.net.client import Http
from herald.platforms.bluesky.session import APP, ENTRYWAY, bearer, opened_session, tokens_of
from herald.platforms.calls import REVOKE_SECONDS, Calls, Now, connecting, origin, required, text_in
from herald.platforms.connecting import Profile
from herald.platforms.protocol import Credentials


class BlueskyAccounts:
    """The accounts of Bluesky. Each is signed in at its own server or through the entryway."""

    def __init__(self, http: Http, now: Now, *, entryway: str = ENTRYWAY) -> None:
        self._http = http
        self._now = now
        self._entryway = entryway

    def connect(self, fields: Mapping[str, str]) -> tuple[Profile, Credentials]:
        """Connect an account. Fields: identifier (handle, DID or e-mail) and app_password.

        The optional field host or instance_url names the account's own server.
        """
        identifier, password = required(fields, "identifier", "app_password")
        field = "host" if fields.get("host") else "instance_url"
        server = fields.get(field)
        service = origin(server if server else self._entryway, field)
        calls = Calls("Bluesky", self._http, self._now, secrets=[password])
        with connecting():
            opened = opened_session(calls, service, plain(identifier), password, self._now)
            if opened.get("active") is False:
                status = text_in(opened, "status")
                reason = status if status else "no reason given"
                raise PermanentError(f"The Bluesky account is not active: {reason}.")
            tokens = tokens_of(opened)
        did = str(opened["did"])
        handle = text_in(opened, "handle")
        host = home(opened)
        profile = Profile(
            remote_id=did,
            username=handle if handle else did,
            host=host if host else service,
            url=f"{APP}/{did}",
        )
        return profile, {**tokens, "appPassword": Secret(password)}

    def revoke(self, account: Account, credentials: Credentials) -> None:
        """End the session. The app password stays valid; only its user can revoke it."""
        token = credentials["refreshJwt"]
        secrets = credentials.values()
        calls = Calls("Bluesky", self._http, self._now, secrets=secrets, seconds=REVOKE_SECONDS)
        url = f"{account.host}/xrpc/com.atproto.server.deleteSession"
        calls.ask("POST", url, headers=bearer(token))


def plain(identifier: str) -> str:
    """Return an identifier without the @ and the invisible characters of a pasted handle.

    The app puts these characters around a handle.
    """
    visible = [letter for letter in identifier if unicodedata.category(letter) != "Cf"]
    return "".join(visible).strip().removeprefix("@")


def home(opened: Mapping[str, Any]) -> str | None:
    """Return the server of an account, from its DID document.

    The guard judges the address when it is called.
    """
    document = opened.get("didDoc")
    services = document.get("service") if isinstance(document, dict) else None
    if not isinstance(services, list):
        return None
    for service in services:
        if isinstance(service, dict) and str(service.get("id")).endswith("#atproto_pds"):
            return origin(str(service.get("serviceEndpoint")), "host")
    return None

"""Accounts of the sandbox, under any username that a test chooses."""

import secrets
from collections.abc import Mapping
from urllib.parse import quote

from herald.domain.accounts import Account, Platform
from herald.domain.owners import Secret
from herald.domain.sandbox import HOME
from herald.platforms.connecting import Profile
from herald.platforms.protocol import Credentials


class SandboxAccounts:
    """The accounts of the sandbox of one network."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def connect(self, fields: Mapping[str, str]) -> tuple[Profile, Credentials]:
        """Connect an account. Field: username, or none for a random one.

        The same username is the same account.
        """
        username = fields.get("username", "").strip()
        if not username:
            username = f"{self._platform}-{secrets.token_hex(4)}"
        profile = Profile(
            remote_id=f"sandbox:{self._platform}:{username}",
            username=username,
            display_name=username,
            url=f"{HOME}/{self._platform}/@{quote(username, safe='')}",
        )
        return profile, {"token": Secret("sandbox")}

    def revoke(self, account: Account, credentials: Credentials) -> None:
        """Do nothing: there is no network."""

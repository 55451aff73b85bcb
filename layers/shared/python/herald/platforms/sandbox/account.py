"""Accounts of the sandbox: whoever a test says that it is."""

import secrets
from collections.abc import Mapping
from urllib.parse import quote

from herald.domain.accounts import Platform
from herald.domain.owners import Secret
from herald.domain.sandbox import HOME
from herald.platforms.connecting import Profile
from herald.platforms.protocol import Credentials


class SandboxAccounts:
    """The accounts of one network's sandbox."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def connect(self, fields: Mapping[str, str]) -> tuple[Profile, Credentials]:
        """Fields: username, or none for one of our choice. Who it names is who it is: the same name is the same account."""
        username = fields.get("username", "").strip() or f"{self._platform}-{secrets.token_hex(4)}"
        profile = Profile(
            remote_id=f"sandbox:{self._platform}:{username}",
            username=username,
            display_name=username,
            url=f"{HOME}/{self._platform}/@{quote(username, safe='')}",
        )
        return profile, {"token": Secret("sandbox")}

"""Which connector speaks for an account. A new network is one function and one line here.

A connector is imported when an account first needs it, so that no start pays for all the networks there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from herald.domain.accounts import Account, Mode, Platform
from herald.domain.errors import UnprocessableError

if TYPE_CHECKING:
    from herald.net.client import Http
    from herald.platforms.protocol import Connector
    from herald.platforms.sandbox import Ledger

Now = Callable[[], datetime]


def bluesky(http: Http, now: Now, _scale: float) -> Connector:
    from herald.platforms.bluesky import Bluesky

    return Bluesky(http, now)


def mastodon(http: Http, now: Now, scale: float) -> Connector:
    from herald.platforms.mastodon import Mastodon

    return Mastodon(http, now, scale=scale)


def sandbox(platform: Platform, ledger: Ledger, now: Now) -> Connector:
    from herald.platforms.sandbox import Sandbox

    return Sandbox(platform, ledger, now)


LIVE: Mapping[Platform, Callable[[Http, Now, float], Connector]] = {Platform.BLUESKY: bluesky, Platform.MASTODON: mastodon}


class Registry:
    """In test mode every network is its sandbox. `time_scale` multiplies how long a network is waited for."""

    def __init__(self, http: Http, ledger: Ledger, now: Now, *, time_scale: float = 1) -> None:
        self._http = http
        self._ledger = ledger
        self._now = now
        self._time_scale = time_scale

    def connects(self, platform: Platform, mode: Mode) -> bool:
        """Whether there is a connector for it."""
        return mode is Mode.TEST or platform is Platform.SANDBOX or platform in LIVE

    def connector(self, account: Account) -> Connector:
        """Raises UnprocessableError for a network that has no connector yet."""
        return self.connector_for(account.platform, account.owner.mode)

    def connector_for(self, platform: Platform, mode: Mode) -> Connector:
        """Raises UnprocessableError for a network that has no connector yet."""
        if mode is Mode.TEST or platform is Platform.SANDBOX:
            return sandbox(platform, self._ledger, self._now)
        if not self.connects(platform, mode):
            from herald.domain import rules

            raise UnprocessableError(f"{rules.name(platform)} accounts cannot be connected yet.")
        return LIVE[platform](self._http, self._now, self._time_scale)

"""Which connector speaks for an account. A new network is one function and one line here.

A connector is imported when an account first needs it, so that no start pays for all the networks there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from herald.domain.accounts import Account, Platform
from herald.domain.errors import UnprocessableError
from herald.domain.owners import Mode

if TYPE_CHECKING:
    from herald.net.client import Http
    from herald.platforms.protocol import Connector
    from herald.platforms.sandbox import Ledger

Now = Callable[[], datetime]


def bluesky(http: Http, now: Now) -> Connector:
    from herald.platforms.bluesky import Bluesky

    return Bluesky(http, now)


def mastodon(http: Http, now: Now) -> Connector:
    from herald.platforms.mastodon import Mastodon

    return Mastodon(http, now)


def sandbox(platform: Platform, ledger: Ledger, now: Now) -> Connector:
    from herald.platforms.sandbox import Sandbox

    return Sandbox(platform, ledger, now)


LIVE: Mapping[Platform, Callable[[Http, Now], Connector]] = {Platform.BLUESKY: bluesky, Platform.MASTODON: mastodon}


class Registry:
    """In test mode every network is its sandbox."""

    def __init__(self, http: Http, ledger: Ledger, now: Now) -> None:
        self._http = http
        self._ledger = ledger
        self._now = now

    def connects(self, platform: Platform, mode: Mode) -> bool:
        """Whether there is a connector for it."""
        return mode is Mode.TEST or platform is Platform.SANDBOX or platform in LIVE

    def connector(self, account: Account) -> Connector:
        """Raises UnprocessableError for a network that is there in test mode only."""
        return self.connector_for(account.platform, account.owner.mode)

    def connector_for(self, platform: Platform, mode: Mode) -> Connector:
        """Raises UnprocessableError for a network that is there in test mode only."""
        if mode is Mode.TEST or platform is Platform.SANDBOX:
            return sandbox(platform, self._ledger, self._now)
        if not self.connects(platform, mode):
            from herald.domain import rules

            name = rules.name(platform)
            raise UnprocessableError(f"{name} is there in test mode only: connect it with your test key (vb_test_…).")
        return LIVE[platform](self._http, self._now)

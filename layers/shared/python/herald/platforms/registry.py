"""Which connector speaks for an account. A new network is one line here."""

from collections.abc import Callable
from datetime import datetime

from herald.domain import rules
from herald.domain.accounts import Account, Mode, Platform
from herald.domain.errors import UnprocessableError
from herald.net.client import Http
from herald.platforms.bluesky import Bluesky
from herald.platforms.mastodon import Mastodon
from herald.platforms.protocol import Connector
from herald.platforms.sandbox import Ledger, Sandbox


class Registry:
    """In test mode every network is its sandbox."""

    def __init__(self, http: Http, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._sandboxes = {platform: Sandbox(platform, ledger, now) for platform in Platform}
        self._live: dict[Platform, Connector] = {
            Platform.SANDBOX: self._sandboxes[Platform.SANDBOX],
            Platform.BLUESKY: Bluesky(http, now),
            Platform.MASTODON: Mastodon(http, now),
        }

    def connector(self, account: Account) -> Connector:
        """Raises UnprocessableError for a network that has no connector yet."""
        return self.connector_for(account.platform, account.owner.mode)

    def connector_for(self, platform: Platform, mode: Mode) -> Connector:
        """Raises UnprocessableError for a network that has no connector yet."""
        if mode is Mode.TEST:
            return self._sandboxes[platform]
        if platform not in self._live:
            raise UnprocessableError(f"{rules.name(platform)} accounts cannot be connected yet.")
        return self._live[platform]

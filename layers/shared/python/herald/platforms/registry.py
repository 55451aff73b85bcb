"""Which connector speaks for an account.

The connectors of a network are in the module or package of its platform's name in this folder. It is
imported when an account first needs it, so that no start pays for all the networks there are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from herald.domain.accounts import Account, Platform
from herald.domain.errors import UnprocessableError
from herald.domain.owners import Mode

if TYPE_CHECKING:
    from herald.net.client import Http
    from herald.platforms.connecting import AccountConnector
    from herald.platforms.protocol import Connector
    from herald.platforms.sandbox.publish import Ledger

Now = Callable[[], datetime]


class Package(Protocol):
    """What a network's module offers."""

    def account_connector(self, http: Http, now: Now) -> AccountConnector:
        """Return what connects accounts of the network."""
        ...

    def connector(self, http: Http, now: Now) -> Connector:
        """Return what publishes there."""
        ...


def package_name(platform: Platform) -> str:
    return f"{__package__}.{platform}"


def package(platform: Platform) -> Package:
    """Import the network's module. Raises UnprocessableError where there is none."""
    if find_spec(package_name(platform)) is None:
        from herald.domain import rules

        name = rules.name(platform)
        raise UnprocessableError(
            f"{name} is there in test mode only: connect it with your test key (vb_test_…)."
        )
    found: Package = import_module(package_name(platform))
    return found


class Registry:
    """In test mode every network is its sandbox."""

    def __init__(self, http: Http, ledger: Ledger, now: Now) -> None:
        self._http = http
        self._ledger = ledger
        self._now = now

    def connects(self, platform: Platform, mode: Mode) -> bool:
        """Whether there is a connector for it."""
        return uses_sandbox(platform, mode) or find_spec(package_name(platform)) is not None

    def connector(self, account: Account) -> Connector:
        """Return what publishes for the account.

        Raises UnprocessableError for a network that is there in test mode only.
        """
        if uses_sandbox(account.platform, account.owner.mode):
            from herald.platforms import sandbox

            return sandbox.connector(account.platform, self._ledger, self._now)
        return package(account.platform).connector(self._http, self._now)

    def account_connector(self, platform: Platform, mode: Mode) -> AccountConnector:
        """Return what connects such accounts.

        Raises UnprocessableError for a network that is there in test mode only.
        """
        if uses_sandbox(platform, mode):
            from herald.platforms import sandbox

            return sandbox.account_connector(platform)
        return package(platform).account_connector(self._http, self._now)


def uses_sandbox(platform: Platform, mode: Mode) -> bool:
    return mode is Mode.TEST or platform is Platform.SANDBOX

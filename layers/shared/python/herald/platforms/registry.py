"""The connectors of each network, and the choice of one for an account.

The connectors of a network are in the module or package of its platform's name in this folder. It
is imported when an account first needs it, so that no start pays for all the networks there are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from herald.domain.accounts import Account, Platform
from herald.domain.errors import UnprocessableError
from herald.domain.owners import Mode

if TYPE_CHECKING:
    from herald.net.client import Http
    from herald.platforms.connecting import AccountConnector, Apps, ConsentConnector
    from herald.platforms.protocol import Connector
    from herald.platforms.sandbox.publish import Ledger

Now = Callable[[], datetime]


class Package(Protocol):
    """The functions of a network's module."""

    def account_connector(self, http: Http, now: Now) -> AccountConnector:
        """Return the connector of the network's accounts."""
        ...

    def connector(self, http: Http, now: Now) -> Connector:
        """Return the connector of the network's posts."""
        ...


@runtime_checkable
class ConsentPackage(Package, Protocol):
    """The functions of the module of a network whose users can be asked for consent."""

    def consent_connector(self, http: Http, apps: Apps, now: Now) -> ConsentConnector:
        """Return the connector of the network's accounts, for consents."""
        ...


def package_name(platform: Platform) -> str:
    return f"{__package__}.{platform}"


def package(platform: Platform) -> Package:
    """Import the network's module. Raises UnprocessableError if there is none."""
    if find_spec(package_name(platform)) is None:
        from herald.domain import rules

        name = rules.name(platform)
        raise UnprocessableError(
            f"{name} is there in test mode only: connect it with your test key (vb_test_…)."
        )
    module: Package = import_module(package_name(platform))
    return module


class Registry:
    """All connectors. In test mode the sandbox takes the place of every network."""

    def __init__(self, http: Http, ledger: Ledger, now: Now) -> None:
        self._http = http
        self._ledger = ledger
        self._now = now

    def connects(self, platform: Platform, mode: Mode) -> bool:
        """Whether the platform has a connector."""
        return uses_sandbox(platform, mode) or find_spec(package_name(platform)) is not None

    def connector(self, account: Account) -> Connector:
        """Return the connector that publishes for the account.

        Raises UnprocessableError for a network that is there in test mode only.
        """
        if uses_sandbox(account.platform, account.owner.mode):
            from herald.platforms import sandbox

            return sandbox.connector(account.platform, self._ledger, self._now)
        return package(account.platform).connector(self._http, self._now)

    def account_connector(self, platform: Platform, mode: Mode) -> AccountConnector:
        """Return the connector of such accounts.

        Raises UnprocessableError for a network that is there in test mode only.
        """
        if uses_sandbox(platform, mode):
            from herald.platforms import sandbox

            return sandbox.account_connector(platform)
        return package(platform).account_connector(self._http, self._now)

    def consent_connector(
        self, platform: Platform, mode: Mode, apps: Apps
    ) -> ConsentConnector | None:
        """Return the connector of such accounts for consents, or None if there are no consents.

        Raises UnprocessableError for a network that is there in test mode only.
        """
        if uses_sandbox(platform, mode):
            return None
        network = package(platform)
        if not isinstance(network, ConsentPackage):
            return None
        return network.consent_connector(self._http, apps, self._now)


def uses_sandbox(platform: Platform, mode: Mode) -> bool:
    return mode is Mode.TEST or platform is Platform.SANDBOX

"""The sandbox, in the place of any network: `account` connects, `publish` posts.

A worker loads only the one that it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from herald.domain.accounts import Platform
    from herald.platforms.calls import Now
    from herald.platforms.connecting import AccountConnector
    from herald.platforms.protocol import Connector
    from herald.platforms.sandbox.publish import Ledger


def account_connector(platform: Platform) -> AccountConnector:
    from herald.platforms.sandbox.account import SandboxAccounts

    return SandboxAccounts(platform)


def connector(platform: Platform, ledger: Ledger, now: Now) -> Connector:
    from herald.platforms.sandbox.publish import Sandbox

    return Sandbox(platform, ledger, now)

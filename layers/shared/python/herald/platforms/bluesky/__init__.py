"""Bluesky, by the AT Protocol: `account` connects, `publish` posts.

A worker loads only the one that it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from herald.net.client import Http
    from herald.platforms.calls import Now
    from herald.platforms.connecting import AccountConnector
    from herald.platforms.protocol import Connector


def account_connector(http: Http, now: Now) -> AccountConnector:
    from herald.platforms.bluesky.account import BlueskyAccounts

    return BlueskyAccounts(http, now)


def connector(http: Http, now: Now) -> Connector:
    from herald.platforms.bluesky.publish import Bluesky

    return Bluesky(http, now)

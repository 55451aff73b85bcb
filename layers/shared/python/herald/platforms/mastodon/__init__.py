"""Mastodon and servers with its API: `account` connects, `publish` posts.

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
    from herald.platforms.mastodon.account import MastodonAccounts

    return MastodonAccounts(http, now)


def connector(http: Http, now: Now) -> Connector:
    from herald.platforms.mastodon.publish import Mastodon

    return Mastodon(http, now)

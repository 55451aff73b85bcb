"""Mastodon and servers with its API: `account` and `consent` connect, `publish` posts.

A worker loads only the one that it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from herald.net.client import Http
    from herald.platforms.calls import Now
    from herald.platforms.connecting import AccountConnector, Apps, ConsentConnector
    from herald.platforms.protocol import Connector


def account_connector(http: Http, now: Now) -> AccountConnector:
    from herald.platforms.mastodon.account import MastodonAccounts

    return MastodonAccounts(http, now)


def consent_connector(http: Http, apps: Apps, now: Now) -> ConsentConnector:
    from herald.platforms.mastodon.consent import MastodonConsent

    return MastodonConsent(http, apps, now)


def connector(http: Http, now: Now) -> Connector:
    from herald.platforms.mastodon.publish import Mastodon

    return Mastodon(http, now)

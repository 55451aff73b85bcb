"""Accounts."""

from datetime import timedelta

from herald.domain.accounts import MAX_CONNECTED
from herald.domain.authorizations import AUTHORIZATION_LIFETIME
from openapi import options
from openapi.answers import accounts, documents, lists
from openapi.operations.operation import Operation

OPERATIONS = {
    "index": Operation(
        "listAccounts",
        "List the accounts",
        accounts.Accounts,
        description="Disconnected accounts are hidden unless `status` or `includeArchived` "
        "asks for them.",
    ),
    "read": Operation(
        "readAccount",
        "Read an account",
        accounts.Account,
    ),
    "connect_named": Operation(
        "connectNamedAccount",
        "Connect an account of the platform that the body names",
        accounts.Connected,
    ),
    "connect": Operation(
        "connectAccount",
        "Connect an account of a platform",
        accounts.Connected,
        description=f"{options.connecting()}. In test mode every platform takes a `username`. "
        "Without a secret, a platform with consents answers where its user consents. "
        f"A workspace has at most {MAX_CONNECTED:,} connected accounts in each mode.",
    ),
    "callback": Operation(
        "finishConnect",
        "Connect the account of a user who consented",
        accounts.Consented,
        description="Call this when a connect had a `redirectUri` of yours. The `state` can be "
        f"used once, within {AUTHORIZATION_LIFETIME // timedelta(minutes=1)} minutes.",
    ),
    "land": Operation(
        "landAfterConsent",
        "The page on which a user lands after a consent",
        documents.Page,
        description="The network sends the user's browser here, unless the connect had a "
        "`redirectUri`. The page says whether the account is connected.",
        media_type="text/html",
    ),
    "disconnect": Operation(
        "disconnectAccount",
        "Disconnect an account",
        lists.Removed,
        description="The account's tokens are destroyed, and revoked at the network where it can "
        "be asked to.",
    ),
}

"""Accounts."""

from herald.domain.accounts import MAX_CONNECTED
from openapi import options
from openapi.answers import accounts, lists
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
        f"A workspace has at most {MAX_CONNECTED:,} connected accounts in each mode.",
    ),
    "disconnect": Operation(
        "disconnectAccount",
        "Disconnect an account",
        lists.Removed,
        description="The account's tokens are destroyed.",
    ),
}

"""The sandbox's ledger: what was ever committed there."""

from datetime import datetime

from herald.domain.accounts import Platform
from herald.domain.values import frozen


@frozen
class Entry:
    """One call of commit. Two live entries of one account and key are a double post."""

    remote_id: str
    account_id: str
    key: str
    platform: Platform
    text: str
    live: bool
    at: datetime

"""The sandbox's ledger: what was ever committed there."""

from datetime import datetime

from herald.domain.accounts import Platform
from herald.domain.values import frozen


@frozen
class Entry:
    """One call of commit. Two live entries of one account and key are a double post. `reply_to` is what it answers."""

    remote_id: str
    account_id: str
    key: str
    platform: Platform
    text: str
    reply_to: str | None = None
    live: bool
    at: datetime

"""The sandbox's ledger: what was ever committed there."""

from dataclasses import dataclass
from datetime import datetime

from herald.domain.accounts import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One call of commit. Two live entries of one account and key are a double post."""

    remote_id: str
    account_id: str
    key: str
    platform: Platform
    text: str
    live: bool
    at: datetime

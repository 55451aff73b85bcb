"""The sandbox: where it says it is, and its ledger: what was ever committed there."""

from datetime import datetime
from typing import NamedTuple

from herald.domain.accounts import Platform
from herald.domain.values import frozen

HOME = "https://sandbox.invalid"  # no such place: nobody takes it for a real one


class Sent(NamedTuple):
    """A file that came with it, and what it is said to show."""

    media_id: str
    alt: str | None


@frozen
class Commit:
    """One call of commit. Two live entries of one account and key are a double post. `reply_to` is what it answers.

    What was live and is deleted stays as `deleted`.
    """

    remote_id: str
    account_id: str
    key: str
    platform: Platform
    text: str
    media: tuple[Sent, ...] = ()
    reply_to: str | None = None
    live: bool
    deleted: bool = False
    at: datetime

"""The sandbox: the address of its posts, and the ledger of everything committed there."""

from datetime import datetime
from typing import NamedTuple

from herald.domain.accounts import Platform
from herald.domain.values import frozen

HOME = "https://sandbox.invalid"  # such a host cannot exist, so nobody takes it for a real one


class Sent(NamedTuple):
    """A file of a commit. `alt` says what it shows."""

    media_id: str
    alt: str | None


@frozen
class Commit:
    """One call of commit.

    Two live entries of one account and key are a double post. `reply_to` is the post that this one
    answers. An entry that was live and is deleted stays, marked as `deleted`.
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

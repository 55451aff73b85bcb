"""The protocol of every network for connecting its accounts."""

from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

from herald.domain.values import frozen
from herald.platforms.protocol import Credentials


@frozen
class Profile:
    """An account, as its network describes it. `remote_id` never changes, but `username` may.

    `limits` are as on an Account.
    """

    remote_id: str
    username: str
    host: str | None = None
    display_name: str | None = None
    avatar_url: str | None = None
    url: str | None = None
    account_type: str | None = None
    limits: Mapping[str, int] = field(default_factory=dict)


class AccountConnector(Protocol):
    """The accounts of one network."""

    def connect(self, fields: Mapping[str, str]) -> tuple[Profile, Credentials]:
        """Check the credentials that a user entered.

        Raises ValidationError if a field is missing or wrong, UnprocessableError if the network
        refuses them, or UnavailableError if the network is away or wants to be asked later.
        """
        ...

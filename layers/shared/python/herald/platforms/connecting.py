"""What every network looks like to who connects an account of it."""

from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

from herald.domain.values import frozen
from herald.platforms.protocol import Credentials


@frozen
class Profile:
    """Who an account is, as its network says. `remote_id` never changes, a username may; `limits` are as on an Account."""

    remote_id: str
    username: str
    host: str | None = None
    display_name: str | None = None
    avatar_url: str | None = None
    url: str | None = None
    account_type: str | None = None
    limits: Mapping[str, int] = field(default_factory=dict)


class AccountConnector(Protocol):
    """One network's accounts."""

    def connect(self, fields: Mapping[str, str]) -> tuple[Profile, Credentials]:
        """Prove the credentials a user named.

        Raises ValidationError (a field is missing or wrong), UnprocessableError (the network refuses them) or
        UnavailableError (the network is away, or wants to be asked later).
        """
        ...

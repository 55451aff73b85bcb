"""The protocols of every network for connecting its accounts."""

from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

from herald.domain.accounts import Account, Platform
from herald.domain.apps import App
from herald.domain.owners import Secret
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

    def revoke(self, account: Account, credentials: Credentials) -> None:
        """Ask the network to forget the credentials, where it can be asked.

        Raises PublishError if it could not be asked. Credentials that it no longer knows are no
        error.
        """
        ...


@frozen
class ConsentRequest:
    """A consent that a user is to be asked for. `fields` are as in `AccountConnector.connect`."""

    state: Secret
    redirect_uri: str
    fields: Mapping[str, str]


@frozen
class Consent:
    """The address at which the user consents, and the secrets that finish the consent."""

    url: str = field(repr=False)
    secrets: Mapping[str, Secret]


@frozen
class ConsentAnswer:
    """The code of a user who consented, with what the request had."""

    code: Secret
    redirect_uri: str
    secrets: Mapping[str, Secret]


class ConsentConnector(Protocol):
    """The accounts of one network, connected by their users' consent in a browser.

    Both methods raise UnprocessableError if the network refuses, and UnavailableError if it is
    away or wants to be asked later.
    """

    def ask(self, request: ConsentRequest) -> Consent:
        """Prepare a consent. Raises ValidationError if a field is missing or wrong."""
        ...

    def finish(self, answer: ConsentAnswer) -> tuple[Profile, Credentials]:
        """Exchange the code, which can be used once, for the account and its credentials.

        Raises UnprocessableError also when the user granted too little.
        """
        ...


class Apps(Protocol):
    """The apps that herald registered for an owner, each at a server and for a redirect address."""

    def get(self, platform: Platform, server: str, redirect_uri: str) -> App | None: ...

    def keep(self, platform: Platform, server: str, redirect_uri: str, app: App) -> App:
        """Keep a new app, unless another was kept meanwhile. Return the app that counts."""
        ...

    def forget(self, platform: Platform, server: str, redirect_uri: str, app: App) -> None:
        """Forget an app that its server does not know any more, unless another has replaced it."""
        ...

"""Every connector before its fake: what the contract tests need to know of a network."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from herald.domain.accounts import Account, Platform
from herald.domain.owners import Mode, Owner
from herald.net.client import Client, Http
from herald.net.guard import Guard
from herald.platforms.connecting import AccountConnector
from herald.platforms.protocol import Connector, Credentials, Publication, Session
from herald.platforms.registry import Registry
from tests.fakes.http import Scripted
from tests.fakes.ledger import Memory
from tests.networks.mastodon import Clock, FakeMastodon
from tests.outgoing import no_file
from tests.platforms import bluesky as pds
from tests.platforms.troubled import Troubled

NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
PUBLICATION = Publication(key="pp_1:0", text="Hello from herald")
Arm = Callable[[Publication], Publication]


@dataclass(frozen=True)
class Stage:
    """A network with one account on it. `live` counts what anybody sees there.

    `lose_answer` and `lose_request` return a publication whose next commit fails like that.
    `fields` connect the account; those named in `secret` are shown nowhere. `trouble` is None where
    nothing is sent. `finds` says whether the network can be asked what became of a post.
    """

    clock: Clock
    connector: Connector
    accounts: AccountConnector
    session: Session
    fields: Mapping[str, str]
    live: Callable[[], int]
    lose_answer: Arm
    lose_request: Arm
    secret: frozenset[str] = frozenset()
    trouble: Troubled | None = None
    finds: bool = True


def session_of(
    platform: Platform, accounts: AccountConnector, fields: Mapping[str, str]
) -> Session:
    """The account, as it is after it was connected."""
    profile, credentials = accounts.connect(fields)
    account = Account(
        id="acc_1",
        owner=Owner("ws_1", Mode.LIVE),
        platform=platform,
        remote_id=profile.remote_id,
        username=profile.username,
        host=profile.host,
        created_at=NOW,
        updated_at=NOW,
    )
    return Session(account, credentials, keep=kept, file=no_file)


def kept(credentials: Credentials) -> Credentials:
    return credentials


def over(
    platform: Platform,
    http: Http,
    clock: Clock,
    fields: Mapping[str, str],
    *,
    secret: set[str],
    live: Callable[[], int],
    finds: bool = True,
) -> Stage:
    """A network that is spoken to over HTTP."""
    trouble = Troubled(http)
    registry = Registry(Scripted(trouble.answer), Memory(), clock)
    accounts = registry.account_connector(platform, Mode.LIVE)
    session = session_of(platform, accounts, fields)

    def armed(arm: Callable[[], None]) -> Arm:
        def ready(publication: Publication) -> Publication:
            arm()
            return publication

        return ready

    return Stage(
        clock=clock,
        connector=registry.connector(session.account),
        accounts=accounts,
        session=session,
        fields=fields,
        secret=frozenset(secret),
        live=live,
        lose_answer=armed(trouble.lose_answer),
        lose_request=armed(trouble.lose_request),
        trouble=trouble,
        finds=finds,
    )


@contextmanager
def bluesky() -> Iterator[Stage]:
    server = pds.FakePds()
    fields = {"identifier": "alice.test", "app_password": pds.PASSWORD}
    yield over(
        Platform.BLUESKY,
        Scripted(server.answer),
        Clock(NOW),
        fields,
        secret={"app_password"},
        live=lambda: len(server.records),
    )


@contextmanager
def mastodon() -> Iterator[Stage]:
    clock = Clock(NOW)
    with FakeMastodon(clock) as instance:
        person = instance.person()
        fields = {"instance_url": instance.url, "access_token": person.token}
        yield over(
            Platform.MASTODON,
            Client(Guard(["127.0.0.1"])),
            clock,
            fields,
            secret={"access_token"},
            live=lambda: len(instance.visible(person)),
        )


@contextmanager
def sandbox() -> Iterator[Stage]:
    """Sends nothing: a text asks for its trouble."""
    clock = Clock(NOW)
    memory = Memory()
    registry = Registry(Client(Guard([])), memory, clock)
    accounts = registry.account_connector(Platform.SANDBOX, Mode.LIVE)
    fields = {"username": "alice"}
    session = session_of(Platform.SANDBOX, accounts, fields)
    yield Stage(
        clock=clock,
        connector=registry.connector(session.account),
        accounts=accounts,
        session=session,
        fields=fields,
        live=lambda: memory.live,
        lose_answer=lambda publication: replace(
            publication, text=f"{publication.text} #sandbox:lost-answer"
        ),
        lose_request=lambda publication: replace(
            publication, text=f"{publication.text} #sandbox:lost-request"
        ),
    )


STAGES: Mapping[Platform, Callable[[], AbstractContextManager[Stage]]] = {
    Platform.BLUESKY: bluesky,
    Platform.MASTODON: mastodon,
    Platform.SANDBOX: sandbox,
}

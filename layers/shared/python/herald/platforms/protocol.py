"""What every network looks like to the publisher: `prepare → commit → confirm`, and `find` after doubt."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from herald.domain.accounts import Account
from herald.domain.media import File, Media
from herald.domain.outcomes import Accepted, Preparing, Published
from herald.domain.owners import Secret
from herald.domain.values import frozen
from herald.net.client import StreamedBody

Credentials = Mapping[str, Secret]
"""A network's secrets for one account, by the network's own names; sealed in the table."""


@frozen
class ReplyTo:
    """The post that is answered, and the one that opened the conversation, by the network's own ids."""

    root: str
    parent: str


@frozen
class Attached:
    """A file that goes out with a part; `alt` says what it shows to those who cannot see it."""

    media: Media
    alt: str | None = None


@frozen
class Publication:
    """What goes out to one account. `key` is unique to this part and revision of the words, the same on every attempt.

    `options` are what the user said for this network alone, by the names that its facts declare.
    """

    key: str
    text: str
    reply: ReplyTo | None = None
    media: tuple[Attached, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)


@frozen
class Outgoing:
    """A file as one network takes it. `url` makes an address, of plain ASCII, that shows it for a while to whoever asks."""

    file: File
    body: StreamedBody
    url: Callable[[], str]


def no_others(_ids: Collection[str]) -> frozenset[str]:
    """Nothing is known of any of them."""
    return frozenset()


@dataclass(frozen=True, slots=True)
class Session:
    """An account with its credentials. `keep` stores new credentials before they are used, and returns those that count.

    They are other ones when somebody else stored some meanwhile. It raises AccountError when the account was disconnected.

    `file` makes of media what the account's network takes. It raises a PublishError when there is no such thing.
    `others` names those of the account's posts, by the network's ids, that are known to be another target's.
    """

    account: Account
    credentials: Credentials
    keep: Callable[[Credentials], Credentials]
    file: Callable[[Media], Outgoing]
    others: Callable[[Collection[str]], frozenset[str]] = no_others


@frozen
class Absent:
    """Certainly not there: commit may be called again."""


@frozen
class Undecided:
    """Nobody can tell yet; `reason` says why."""

    reason: str


class LostAnswerError(Exception):
    """Commit was sent and its answer never came: the outcome is unknown. The message is fit for a log."""


class Connector(Protocol):
    """One network's posts. Every method may raise a `PublishError`: a definite no, after which nothing of this attempt is live.

    `searches` says that `find` knows a post by what it looks like. What such a connector publishes is remembered as its
    target's, before anything else, so that no search finds it for another one.
    """

    searches: ClassVar[bool]

    def prepare(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Mapping[str, str] | Preparing:
        """Everything reversible. Returns the handle the publication will be known by; continues from an earlier try's.

        What takes longer than one worker should wait is Preparing: it is called again, with that handle.
        """
        ...

    def commit(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted:
        """The one irreversible call. Raises LostAnswerError when it was sent and the outcome is unknown."""
        ...

    def confirm(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted:
        """Ask what became of an accepted publication."""
        ...

    def delete(self, platform_post_id: str, session: Session) -> None:
        """Take one of our posts away; one that is gone already is no error. May be repeated."""
        ...

    def find(
        self, draft: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted | Absent | Undecided:
        """Learn the truth after a lost answer. A look that fails is Undecided, never a PublishError."""
        ...

"""The protocol of every network for the publisher: `prepare → commit → confirm`.

`find` follows when the outcome of `commit` is unknown.
"""

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
"""The secrets of one account, by the network's own names. The table keeps them encrypted."""


@frozen
class ReplyTo:
    """The post that is answered, and the first of its conversation, by the network's own ids."""

    root: str
    parent: str


@frozen
class Attached:
    """A file that goes out with a part. `alt` describes it to people who cannot see it."""

    media: Media
    alt: str | None = None


@frozen
class Publication:
    """A part of a post as it goes out to one account.

    `key` is unique to this part and this revision of its text, and the same on every attempt.
    `options` are the user's choices for this network alone, by the names that its facts declare.
    """

    key: str
    text: str
    reply: ReplyTo | None = None
    media: tuple[Attached, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)


@frozen
class Outgoing:
    """A file as one network takes it.

    `url` makes an address, of plain ASCII, under which anybody can read the file for a while.
    """

    file: File
    body: StreamedBody
    url: Callable[[], str]


def no_others(_ids: Collection[str]) -> frozenset[str]:
    """Return no ids, because no posts of another target are known."""
    return frozenset()


@dataclass(frozen=True, slots=True)
class Session:
    """An account with its credentials.

    `keep` stores new credentials before they are used, and returns the credentials that are valid.
    These are other ones if another worker stored some meanwhile. It raises AccountError if the
    account was disconnected.

    `file` turns media into a file that the account's network takes. It raises a PublishError if
    there is none.

    `others` returns the ids, among the given ids of the account's posts on the network, that are
    known to be posts of another target.
    """

    account: Account
    credentials: Credentials
    keep: Callable[[Credentials], Credentials]
    file: Callable[[Media], Outgoing]
    others: Callable[[Collection[str]], frozenset[str]] = no_others


@frozen
class Absent:
    """The post is certainly not there, so commit may be called again."""


@frozen
class Undecided:
    """Nobody can tell yet whether the post is there. `reason` says why."""

    reason: str


class LostAnswerError(Exception):
    """Commit was sent but no answer came: its outcome is unknown. The message is fit for a log."""


class Connector(Protocol):
    """The posts of one network.

    Every method may raise a `PublishError`. It is a definite no: nothing of this attempt is live.

    `searches` says that `find` recognises a post by its content. A post of such a connector is
    recorded as its target's before anything else, so that no search finds it for another target.
    """

    searches: ClassVar[bool]

    def prepare(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Mapping[str, str] | Preparing:
        """Do everything that is reversible. Return the handle that identifies the publication.

        It continues from the handle of an earlier try. Return Preparing for work that takes longer
        than one worker should wait. Then prepare is called again, with the handle in Preparing.
        """
        ...

    def commit(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted:
        """Make the irreversible call. Raises LostAnswerError if it was sent, outcome unknown."""
        ...

    def confirm(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted:
        """Ask what became of an accepted publication."""
        ...

    def delete(self, platform_post_id: str, session: Session) -> None:
        """Delete one of our posts. A post that is gone already is no error. May be repeated."""
        ...

    def find(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted | Absent | Undecided:
        """Find out the outcome after a lost answer.

        A call that fails makes it Undecided, never a PublishError.
        """
        ...

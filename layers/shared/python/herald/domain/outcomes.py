"""Outcomes: the possible results of a target's work at its network."""

from collections.abc import Mapping

from herald.domain.errors import PublishError
from herald.domain.values import frozen


@frozen
class Preparing:
    """Nothing is sent yet. The work goes on from the handle after `poll_after` seconds.

    `error` is what the target fails with if the preparing never ends.
    """

    handle: Mapping[str, str]
    poll_after: float
    error: PublishError


@frozen
class Published:
    """The network published it, or a look found it live."""

    platform_post_id: str
    url: str | None


@frozen
class Accepted:
    """The network took it and is still working. Ask again after `poll_after` seconds."""

    handle: Mapping[str, str]
    poll_after: float


@frozen
class Deleted:
    """The post is not there any more, or never was."""


@frozen
class Rejected:
    """The network definitely refused. Nothing of this attempt is live."""

    error: PublishError


@frozen
class Unknown:
    """The post was sent, and nobody can say yet what became of it.

    `error` is the error that refused the look, if there was one.
    """

    reason: str
    error: PublishError | None = None


Outcome = Preparing | Published | Accepted | Deleted | Rejected | Unknown

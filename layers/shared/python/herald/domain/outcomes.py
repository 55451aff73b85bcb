"""Outcomes: what can come of a target's work at its network."""

from collections.abc import Mapping

from herald.domain.errors import PublishError
from herald.domain.values import frozen


@frozen
class Preparing:
    """Not sent yet: go on from the handle after `poll_after` seconds. `error` is what it fails with if that never ends."""

    handle: Mapping[str, str]
    poll_after: float
    error: PublishError


@frozen
class Published:
    """The network said yes, or the target was found to be live."""

    platform_post_id: str
    url: str | None


@frozen
class Accepted:
    """The network took it and is still working; ask again after `poll_after` seconds."""

    handle: Mapping[str, str]
    poll_after: float


@frozen
class Deleted:
    """It is not there any more, or never was."""


@frozen
class Rejected:
    """A definite no: nothing of this attempt is live."""

    error: PublishError


@frozen
class Unknown:
    """Sent, and nobody can say yet what became of it. `error` is what refused the look, when something did."""

    reason: str
    error: PublishError | None = None


Outcome = Preparing | Published | Accepted | Deleted | Rejected | Unknown

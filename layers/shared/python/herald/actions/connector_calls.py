"""Calls of connectors, and what they come to when a connector fails or breaks."""

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from herald.domain import publishing
from herald.domain.errors import PublishError, TransientError
from herald.domain.outcomes import Accepted, Outcome, Published, Rejected, Unknown
from herald.domain.publishing import Claim
from herald.domain.targets import Target
from herald.platforms.protocol import (
    Absent,
    Connector,
    LostAnswerError,
    Publication,
    Session,
    Undecided,
)

Result = TypeVar("Result")

log = logging.getLogger("herald.publishing")


def call_read_only(call: Callable[[], Result]) -> Result:
    """Return the answer of a call that sends nothing. Raises PublishError or LostAnswerError.

    Any other error is a fault of ours, and becomes a TransientError. It costs an attempt, so that
    it is tried again and comes to an end.
    """
    try:
        return call()
    except (PublishError, LostAnswerError):
        raise
    except Exception as error:
        log.exception("connector failed")
        raise TransientError(f"herald could not go on ({type(error).__name__}).") from error


def call_commit(
    connector: Connector, publication: Publication, session: Session, handle: Mapping[str, str]
) -> Outcome:
    """Make the one irreversible call, and return its outcome.

    The outcome is unknown when the connector does not understand the answer, because the
    publication was sent.
    """
    try:
        return connector.commit(publication, session, handle=handle)
    except PublishError as error:
        return Rejected(error=error)
    except LostAnswerError as lost:
        return Unknown(reason=str(lost))
    except Exception as error:
        log.exception("connector failed")
        return Unknown(reason=f"herald could not read the answer ({type(error).__name__})")


def poll_outcome(
    connector: Connector, publication: Publication, session: Session, claim: Claim
) -> Outcome:
    """Ask the network about a target that it accepted.

    A poll that fails decides nothing, and the network is asked again.
    """
    handle = claim.target.checkpoint.handle if claim.target.checkpoint else {}
    try:
        return call_read_only(lambda: connector.confirm(publication, session, handle=handle))
    except PublishError as error:
        return publishing.outcome_of_refused_look(error, claim.work, claim.target)


def find(
    connector: Connector, publication: Publication, session: Session, target: Target
) -> Published | Accepted | Absent | Unknown:
    """Ask the network about a target in doubt. A look that fails decides nothing."""
    handle = target.checkpoint.handle if target.checkpoint else {}
    try:
        answer = call_read_only(lambda: connector.find(publication, session, handle=handle))
    except PublishError as error:
        return Unknown(reason=error.message, error=error)
    except LostAnswerError as lost:
        return Unknown(reason=str(lost))
    return Unknown(reason=answer.reason) if isinstance(answer, Undecided) else answer

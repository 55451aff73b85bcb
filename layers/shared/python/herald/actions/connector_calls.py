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
    """What a call that sends nothing comes to: its answer, or a PublishError.

    Anything else that it raises is a fault of ours. It costs an attempt, so that it ends, and is tried again.
    """
    try:
        return call()
    except (PublishError, LostAnswerError):
        raise
    except Exception as error:
        log.exception("connector failed")
        raise TransientError(f"herald could not go on ({type(error).__name__}).") from error


def call_commit(
    connector: Connector, draft: Publication, session: Session, handle: Mapping[str, str]
) -> Outcome:
    """What comes of the one irreversible call. Whatever a connector does not understand once it was sent is doubt."""
    try:
        return connector.commit(draft, session, handle=handle)
    except PublishError as error:
        return Rejected(error=error)
    except LostAnswerError as lost:
        return Unknown(reason=str(lost))
    except Exception as error:
        log.exception("connector failed")
        return Unknown(reason=f"herald could not read the answer ({type(error).__name__})")


def poll_outcome(
    connector: Connector, draft: Publication, session: Session, claim: Claim
) -> Outcome:
    """What the network says of an accepted target. A poll that fails decides nothing: it is asked again."""
    handle = claim.target.checkpoint.handle if claim.target.checkpoint else {}
    try:
        return call_read_only(lambda: connector.confirm(draft, session, handle=handle))
    except PublishError as error:
        return publishing.outcome_of_refused_look(error, claim.work, claim.target)


def find(
    connector: Connector, draft: Publication, session: Session, target: Target
) -> Published | Accepted | Absent | Unknown:
    """The truth about a target in doubt. A look that fails decides nothing."""
    handle = target.checkpoint.handle if target.checkpoint else {}
    try:
        found = call_read_only(lambda: connector.find(draft, session, handle=handle))
    except PublishError as error:
        return Unknown(reason=error.message, error=error)
    except LostAnswerError as lost:
        return Unknown(reason=str(lost))
    return Unknown(reason=found.reason) if isinstance(found, Undecided) else found

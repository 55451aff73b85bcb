"""Notices: what the owner of an endpoint is told about its health.

Source: VoxBurst's guide, Endpoint Failure Tracking.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from herald.domain import times
from herald.domain.endpoints import MAX_FAILURES, Endpoint
from herald.domain.values import frozen

WARN_AT = 5  # deliveries in a row that fail for good before the owner is warned


class Step(StrEnum):
    """A change in an endpoint's health that its owner is told about."""

    FAILING = "failing"
    DISABLED = "disabled"


class Advice(StrEnum):
    """A thing that the owner should do. Each has its own call of the API."""

    LOOK = "See what was sent and what came back"
    TEST = "Put the receiver right, and test it"
    ENABLE = "Enable the webhook"
    REPLAY = "Have delivered again what it missed"


Calls = Callable[[Advice, str, datetime], str]
"""A function that writes the call for an advice and the id of an endpoint.

`REPLAY` replays from the given time on.
"""


@frozen
class Notice:
    """A notice that is owed to an owner.

    `mark` tells a step of one streak from the same step of another streak. It stays the same
    however often the step is seen.
    """

    step: Step
    mark: str
    endpoint: Endpoint


@frozen
class Letter:
    """A notice in words.

    The subject is ASCII, and shorter than the 100 characters that a topic takes.
    """

    subject: str
    text: str


def notice_for(endpoint: Endpoint) -> Notice | None:
    """Return the notice that the endpoint's owner must get, now that it looks like this."""
    if endpoint.auto_disabled_at:
        mark = times.wire(endpoint.auto_disabled_at)
        return Notice(step=Step.DISABLED, mark=mark, endpoint=endpoint)
    if endpoint.consecutive_failures == WARN_AT:
        return Notice(step=Step.FAILING, mark=str(endpoint.failure_count), endpoint=endpoint)
    return None


def letter(notice: Notice, calls: Calls) -> Letter:
    """Write the letter: which endpoint, since when, why, and what to do.

    The letter names the endpoint by id and host, because the rest of a URL may hold a secret.
    `calls` writes the calls of the API that the owner uses.
    """
    endpoint = notice.endpoint
    webhook = f"webhook {endpoint.id} ({host(endpoint)})"
    match notice.step:
        case Step.FAILING:
            subject = f"Webhook {endpoint.id} has delivery problems"
            news = [f"Your {webhook} has delivery problems.", in_a_row(endpoint), TO_COME]
        case Step.DISABLED:
            subject = f"Webhook {endpoint.id} is disabled"
            disabled_at = endpoint.auto_disabled_at
            at = shown_time(disabled_at if disabled_at else endpoint.updated_at)
            news = [f"Your {webhook} was disabled at {at}.", why(endpoint), MEANWHILE]
    paragraphs = [*news, to_do(notice, calls)]
    return Letter(subject=subject, text="\n\n".join(paragraphs) + "\n")


TO_COME = (
    f"It is still told what happens. After {MAX_FAILURES} failures in a row it is disabled; "
    "one delivery that it accepts starts the count anew."
)
MEANWHILE = "It is told nothing until you enable it. What happens meanwhile is kept for 30 days."


def why(endpoint: Endpoint) -> str:
    """Return why the endpoint was disabled."""
    if endpoint.consecutive_failures >= MAX_FAILURES:
        return in_a_row(endpoint)
    return "It answered 410 Gone: whoever answers so wants to be told nothing more."


def in_a_row(endpoint: Endpoint) -> str:
    """Return how many deliveries failed, since when, and the last error."""
    count = endpoint.consecutive_failures
    since = shown_time(failing_since(endpoint))
    error = endpoint.last_error if endpoint.last_error else "unknown"
    return (
        f"{count} deliveries in a row failed for good, the first at {since}.\n"
        f"The last error: {error}."
    )


def failing_since(endpoint: Endpoint) -> datetime:
    """Return when the streak of failures began, as far as the endpoint knows it."""
    if endpoint.failing_since:
        return endpoint.failing_since
    return endpoint.last_failure_at if endpoint.last_failure_at else endpoint.updated_at


def to_do(notice: Notice, calls: Calls) -> str:
    """Return the steps in their order, each with its call."""
    endpoint = notice.endpoint
    since = failing_since(endpoint)
    steps = list(Advice)
    if notice.step is not Step.DISABLED:
        steps.remove(Advice.ENABLE)
    lines = []
    for number, step in enumerate(steps, start=1):
        call = calls(step, endpoint.id, since)
        lines.append(f"{number}. {step}:\n   {call}")
    return "What to do:\n\n" + "\n".join(lines)


def host(endpoint: Endpoint) -> str:
    name = urlsplit(endpoint.url).hostname
    return name if name else "no host"


def shown_time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

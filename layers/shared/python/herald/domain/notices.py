"""Notices: what the owner of an endpoint is told of its health. Source: VoxBurst's guide, Endpoint Failure Tracking."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from herald.domain import times
from herald.domain.endpoints import MAX_FAILURES, Endpoint
from herald.domain.values import frozen

WARN_AT = 5  # deliveries in a row that fail for good, until the owner is warned


class Step(StrEnum):
    """What happened to the endpoint."""

    FAILING = "failing"
    DISABLED = "disabled"


class Advice(StrEnum):
    """What an owner should do, each by a call of its own."""

    LOOK = "See what was sent and what came back"
    TEST = "Put the receiver right, and test it"
    ENABLE = "Enable the webhook"
    REPLAY = "Have delivered again what it missed"


Calls = Callable[[Advice, str, datetime], str]
"""The call that does it, for the endpoint of that id; `REPLAY` from that time on."""


@frozen
class Notice:
    """One that is owed. `mark` tells a step of one streak from the same step of another, however often it is seen."""

    step: Step
    mark: str
    endpoint: Endpoint


@frozen
class Letter:
    """A notice in words. The subject is ASCII, and shorter than the 100 characters that a topic takes."""

    subject: str
    text: str


def notice_for(endpoint: Endpoint) -> Notice | None:
    """What the endpoint's owner must hear of, now that it looks like this."""
    if endpoint.auto_disabled_at:
        return Notice(
            step=Step.DISABLED, mark=times.wire(endpoint.auto_disabled_at), endpoint=endpoint
        )
    if endpoint.consecutive_failures == WARN_AT:
        return Notice(step=Step.FAILING, mark=str(endpoint.failure_count), endpoint=endpoint)
    return None


def letter(notice: Notice, calls: Calls) -> Letter:
    """Which endpoint, since when, why, and what to do: by id and host, for the rest of a URL may hold what is secret.

    `calls` writes the calls of the API that the owner uses.
    """
    endpoint = notice.endpoint
    named = f"webhook {endpoint.id} ({host(endpoint)})"
    match notice.step:
        case Step.FAILING:
            subject = f"Webhook {endpoint.id} has delivery problems"
            said = [f"Your {named} has delivery problems.", in_a_row(endpoint), TO_COME]
        case Step.DISABLED:
            subject = f"Webhook {endpoint.id} is disabled"
            at = shown_time(endpoint.auto_disabled_at or endpoint.updated_at)
            said = [f"Your {named} was disabled at {at}.", why(endpoint), MEANWHILE]
    return Letter(subject=subject, text="\n\n".join([*said, to_do(notice, calls)]) + "\n")


TO_COME = (
    f"It is still told what happens. After {MAX_FAILURES} failures in a row it is disabled; one delivery that it accepts "
    "starts the count anew."
)
MEANWHILE = "It is told nothing until you enable it. What happens meanwhile is kept for 30 days."


def why(endpoint: Endpoint) -> str:
    if endpoint.consecutive_failures >= MAX_FAILURES:
        return in_a_row(endpoint)
    return "It answered 410 Gone: whoever answers so wants to be told nothing more."


def in_a_row(endpoint: Endpoint) -> str:
    since = endpoint.failing_since or endpoint.last_failure_at or endpoint.updated_at
    error = endpoint.last_error or "unknown"
    return (
        f"{endpoint.consecutive_failures} deliveries in a row failed for good, the first at {shown_time(since)}.\n"
        f"The last error: {error}."
    )


def to_do(notice: Notice, calls: Calls) -> str:
    """The steps in their order; a call per step."""
    endpoint = notice.endpoint
    since = endpoint.failing_since or endpoint.last_failure_at or endpoint.updated_at
    disabled = notice.step is Step.DISABLED
    steps = [advice for advice in Advice if disabled or advice is not Advice.ENABLE]
    calling = [calls(step, endpoint.id, since) for step in steps]
    said = [
        f"{n}. {step}:\n   {call}"
        for n, (step, call) in enumerate(zip(steps, calling, strict=True), start=1)
    ]
    return "What to do:\n\n" + "\n".join(said)


def host(endpoint: Endpoint) -> str:
    return urlsplit(endpoint.url).hostname or "no host"


def shown_time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

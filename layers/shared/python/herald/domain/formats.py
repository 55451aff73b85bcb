"""The formats of webhooks: which events each has, and how it spells them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from herald.domain.errors import Problem, ValidationError
from herald.domain.events import EventType

SUBSCRIBABLE = tuple(each for each in EventType if each is not EventType.WEBHOOK_TEST)


class Format(StrEnum):
    """Envelope, event names, headers and retry schedule together."""

    VOXBURST = "voxburst"
    POSTFUZE = "postfuze"


OFFERED: Mapping[Format, Mapping[str, str]] = {
    Format.VOXBURST: {each: each.value for each in SUBSCRIBABLE},
    Format.POSTFUZE: {
        EventType.POST_PUBLISHED: "post.published",
        EventType.POST_FAILED: "post.error",
        EventType.POST_TARGET_PUBLISHED: "post.target.published",
        EventType.POST_TARGET_FAILED: "post.target.failed",
        EventType.ACCOUNT_TOKEN_EXPIRED: "account.token_expired",
        EventType.ACCOUNT_REAUTH_REQUIRED: "account.reauth_required",
        EventType.ACCOUNT_CONNECTED: "account.connected",
        EventType.ACCOUNT_DISCONNECTED: "account.disconnected",
        EventType.IMPORT_COMPLETED: "import.completed",
        EventType.IMPORT_FAILED: "import.failed",
    },
}
"""What an endpoint of each format may ask for, and how the format spells it."""


MEANT: Mapping[str, str] = {
    name: kind for offered in OFFERED.values() for kind, name in offered.items()
}
"""The type that each of those spellings means, in whichever format: none means two."""


class Rendering(NamedTuple):
    """How an event is told: in which format, and by which name."""

    format: Format
    name: str


def spelled(kind: Format, event_type: str) -> str:
    """How the format writes that type of event."""
    return OFFERED[kind].get(event_type, event_type)


def spellings(event_type: str) -> list[str]:
    """How any format writes it."""
    return sorted({spelled(each, event_type) for each in Format})


def check_offered(kind: Format, asked: Iterable[str], field: str = "events") -> None:
    """Raises ValidationError, naming what there is, when the format has no such event."""
    offered = OFFERED[kind]
    if unknown := [each for each in asked if each not in offered]:
        said = f"the {kind} format has no {', '.join(unknown)}: must be of {', '.join(offered.values())}"
        raise ValidationError([Problem(path=(field,), message=f"{field}: {said}")])

"""The formats of webhooks: the events of each, and how it spells them."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from herald.domain.errors import Problem, ValidationError
from herald.domain.events import EventType

SUBSCRIBABLE = tuple(kind for kind in EventType if kind is not EventType.WEBHOOK_TEST)


class Format(StrEnum):
    """An envelope, event names, headers and a retry schedule, together."""

    VOXBURST = "voxburst"
    POSTFUZE = "postfuze"


OFFERED: Mapping[Format, Mapping[str, str]] = {
    Format.VOXBURST: {kind: kind.value for kind in SUBSCRIBABLE},
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
"""The events that an endpoint of each format may ask for, and how the format spells them."""


MEANT: Mapping[str, str] = {
    name: kind for offered in OFFERED.values() for kind, name in offered.items()
}
"""The type that each of those spellings means. In all formats, none means two types."""


class Rendering(NamedTuple):
    """The format in which an event is told, and the name by which it is told."""

    format: Format
    name: str


def spelled(kind: Format, event_type: str) -> str:
    """Return the name that the format gives to that type of event."""
    return OFFERED[kind].get(event_type, event_type)


def spellings(event_type: str) -> list[str]:
    """Return the names that the formats give to that type of event, each once."""
    return sorted({spelled(kind, event_type) for kind in Format})


def check_offered(kind: Format, asked: Iterable[str], field: str = "events") -> None:
    """Raise ValidationError when the format lacks an event that was asked for.

    The error names the events that there are.
    """
    offered = OFFERED[kind]
    unknown = [name for name in asked if name not in offered]
    if unknown:
        lacking = ", ".join(unknown)
        choices = ", ".join(offered.values())
        message = f"{field}: the {kind} format has no {lacking}: must be of {choices}"
        raise ValidationError([Problem(path=(field,), message=message)])

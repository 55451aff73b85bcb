"""VoxBurst's names for herald's own names, and the sentences that hold these names."""

import re
from collections.abc import Mapping

from pydantic.alias_generators import to_camel

from herald.api.edge import plain
from herald.api.edge.plain import AsSent
from herald.domain.errors import Path, Phrase

NAMES = {
    "media": "mediaIds",
    "overrides": "platformOverrides",
    "thread": "threadPosts",
    "list_platforms": "GET /v1/platforms",
}
"""Fields and routes that VoxBurst names differently. Every other name is ours in camelCase."""
RULES = {"content_type": "contentType", "first_comment": "firstComment"}
OURS = re.compile(r"\{(\w+)\}")


def spelled(own: str) -> str:
    """Return our name in VoxBurst's spelling."""
    return to_camel(own)


def name(own: str) -> str:
    """Return VoxBurst's name of our field."""
    return NAMES[own] if own in NAMES else spelled(own)


def field(path: Path) -> str:
    """Return the path of a field, such as `platformOverrides.BLUESKY.media[0]`.

    A path that its sender spelled stays as it is.
    """
    match path:
        case (AsSent() as sent,):
            return sent
        case ("overrides" as first, str(platform), *rest):
            inside = [part if isinstance(part, int) else spelled(part) for part in rest]
            return plain.location_path((name(first), platform.upper(), *inside))
    parts = [part if isinstance(part, int) else name(part) for part in path]
    return plain.location_path(tuple(parts))


def rule(own: str) -> str:
    """Return the id of a rule on the wire."""
    return ".".join(RULES.get(word, word) for word in own.split("."))


def public_message(message: str) -> str:
    """Return a message for a caller.

    Our own sentences may name fields. Any other message stays as it is.
    """
    return filled(message) if isinstance(message, Phrase) else message


def filled(phrase: str) -> str:
    """Return one of our sentences, or a stored one, with VoxBurst's names in it."""
    return OURS.sub(lambda match: name(match[1]), phrase)


def renamed_details(details: Mapping[str, object]) -> dict[str, object]:
    """Return the details of an error, or the options of a platform, under VoxBurst's names."""
    return {spelled(own): detail(own, value) for own, value in details.items()}


def detail(own: str, value: object) -> object:
    match own, value:
        case "field", str():
            return name(value)
        case "fields", list():
            return [name(field) for field in value]
        case "platforms", list():
            return [platform.upper() for platform in value]
    return public_value(value)


def public_value(value: object) -> object:
    """Return a value with its sentences as callers see them."""
    match value:
        case str():
            return public_message(value)
        case list():
            return [public_value(part) for part in value]
        case dict():
            return {key: public_value(part) for key, part in value.items()}
    return value

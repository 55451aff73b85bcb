"""VoxBurst's names for what herald names otherwise, and the sentences that hold them."""

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
"""Fields and routes that VoxBurst has other words for; the rest is ours in camelCase."""
RULES = {"content_type": "contentType", "first_comment": "firstComment"}
OURS = re.compile(r"\{(\w+)\}")


def spelled(own: str) -> str:
    """Our name in VoxBurst's spelling."""
    return to_camel(own)


def name(own: str) -> str:
    """What VoxBurst calls our field."""
    return NAMES.get(own) or spelled(own)


def field(path: Path) -> str:
    """The field that lies there: `platformOverrides.BLUESKY.media[0]`.

    What its sender spelt stays as it is.
    """
    match path:
        case (AsSent() as sent,):
            return sent
        case ("overrides" as first, str(platform), *rest):
            inside = (part if isinstance(part, int) else spelled(part) for part in rest)
            return plain.location_path((name(first), platform.upper(), *inside))
    return plain.location_path(
        tuple(part if isinstance(part, int) else name(part) for part in path)
    )


def rule(own: str) -> str:
    """The id of a rule."""
    return ".".join(RULES.get(word, word) for word in own.split("."))


def public_message(message: str) -> str:
    """A message for a caller: ours may name fields, any other is as it is."""
    return filled(message) if isinstance(message, Phrase) else message


def filled(phrase: str) -> str:
    """A sentence of ours, also one that was stored, with VoxBurst's names in it."""
    return OURS.sub(lambda found: name(found[1]), phrase)


def renamed_details(details: Mapping[str, object]) -> dict[str, object]:
    """An error's details, or a platform's options, under VoxBurst's names."""
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
    """A value with the sentences in it as they are shown."""
    match value:
        case str():
            return public_message(value)
        case list():
            return [public_value(part) for part in value]
        case dict():
            return {key: public_value(part) for key, part in value.items()}
    return value

"""Unknown fields: ignored and named, or refused. Source: RFC 7240, section 4.4."""

from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import quote

from herald.api.edge.plain import AsSent
from herald.domain.errors import Problem, ValidationError

MOST_NAMES, LONGEST_NAME = 20, 100
FURTHER = "..."


class Handling(StrEnum):
    STRICT = "strict"
    LENIENT = "lenient"


def preferred(prefer: str | None) -> Handling | None:
    """Return the `handling` of a Prefer header, or None. The first one counts."""
    if not prefer:
        return None
    for preference in prefer.split(","):
        token = preference.partition(";")[0]
        name, _, value = token.partition("=")
        if name.strip().lower() == "handling":
            choice = value.strip().strip('"').lower()
            return Handling(choice) if choice in set(Handling) else None
    return None


def listed_fields(fields: Sequence[str]) -> str:
    """Return the fields as the value of a header.

    Characters that are not printable are percent-encoded. A long list is cut.
    """
    names = [quote(field, safe="[]")[:LONGEST_NAME] for field in fields[:MOST_NAMES]]
    if len(fields) > MOST_NAMES:
        names.append(FURTHER)
    return ", ".join(names)


def unknown_fields(fields: Sequence[str]) -> ValidationError:
    return ValidationError([unknown_field(field) for field in fields])


def unknown_field(field: str) -> Problem:
    return Problem(path=(AsSent(field),), code="UNKNOWN", message=f"{field} is not known")

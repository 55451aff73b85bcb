"""What becomes of fields that are not known: ignored and named, or refused. Source: RFC 7240, section 4.4."""

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
    """What a Prefer header says of `handling`; the first one counts."""
    for each in (prefer or "").split(","):
        name, _, value = each.partition(";")[0].partition("=")
        if name.strip().lower() == "handling":
            said = value.strip().strip('"').lower()
            return Handling(said) if said in set(Handling) else None
    return None


def listed_fields(fields: Sequence[str]) -> str:
    """The fields as a header tells them: printable, percent-encoded where they are not; of many, some."""
    said = [quote(each, safe="[]")[:LONGEST_NAME] for each in fields[:MOST_NAMES]]
    return ", ".join([*said, FURTHER] if len(fields) > MOST_NAMES else said)


def unknown_fields(fields: Sequence[str]) -> ValidationError:
    return ValidationError([unknown_field(field) for field in fields])


def unknown_field(field: str) -> Problem:
    return Problem(path=(AsSent(field),), code="UNKNOWN", message=f"{field} is not known")

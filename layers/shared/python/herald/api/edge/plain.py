"""The limits of a JSON body.

Numbers must fit every JSON parser. Text must not hold control characters.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from herald.domain.errors import Problem

# A JSON text with one of these may still be valid; `flaws` decides.
ESCAPED = ("\\u00", "\\b", "\\f", "\x7f")
# A double holds every number with so many digits.
LONGEST_NUMBER = 308
LONGEST_PATH = 200

Location = tuple[int | str, ...]


class AsSent(str):
    """The path of a field as its sender spelled it. No contract renames it."""

    __slots__ = ()


Flaw = tuple[Location, str]
to_text = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


@cache
def no_text() -> re.Pattern[str]:
    """Return the pattern of characters that a text must not hold.

    It is compiled at its first use, because so large a class of characters takes 0.3 % of a start.
    """
    # Tabs and line ends are allowed in a text.
    return re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@cache
def long_number() -> re.Pattern[str]:
    return re.compile(rf"[0-9]{{{LONGEST_NUMBER + 1}}}")


def is_plain(data: object) -> bool:
    """Return whether a body surely holds nothing to refuse.

    This costs no more than writing the body once. `flaws` judges the rest.
    """
    try:
        text = to_text(data)
    except ValueError:
        return False
    if any(sequence in text for sequence in ESCAPED):
        return False
    if not text.isascii() and no_text().search(text):
        return False
    return len(text) <= LONGEST_NUMBER or long_number().search(text) is None


def flaws(data: object) -> Iterator[Flaw]:
    """Yield everything that a body must not hold, by its place."""
    if flaw := flaw_in(data):
        yield (), flaw
    left: list[tuple[Location, Any]] = [((), data)]
    while left:
        at, value = left.pop()
        inside: list[tuple[Location, Any]] = []
        for name, entry in entries(value):
            if isinstance(name, str) and (flaw := flaw_in_text(name)):
                yield at, f"{flaw} in a name"
            if isinstance(entry, dict | list):
                inside.append(((*at, name), entry))
            elif flaw := flaw_in(entry):
                yield (*at, name), flaw
        left += reversed(inside)


def entries(value: object) -> Iterable[tuple[int | str, Any]]:
    """Return the entries of an object or array by their names or places."""
    if isinstance(value, dict):
        return value.items()
    if isinstance(value, list):
        return enumerate(value)
    return ()


def flaw_problem(flaw: Flaw) -> Problem:
    at, description = flaw
    field = field_of(at)
    return Problem(path=(AsSent(field),), message=f"{field} holds {description}")


def field_of(location: Location) -> str:
    """Return the path of a place in a body; the body itself is `body`."""
    path = location_path(location)
    return path if path else "body"


def flaw_in(value: object) -> str | None:
    return flaw_in_text(value) if isinstance(value, str) else flaw_in_number(value)


def flaw_in_text(text: str) -> str | None:
    match = no_text().search(text)
    if match is None:
        return None
    character = match[0]
    kind = "half of a surrogate pair," if character >= "\ud800" else "the control character"
    return f"{kind} U+{ord(character):04X}"


def flaw_in_number(value: object) -> str | None:
    """Return the flaw of a number.

    A parser that reads numbers as doubles takes a larger number for infinity.
    """
    try:
        fits = not isinstance(value, int | float) or math.isfinite(value)
    except OverflowError:
        fits = False
    return None if fits else "a number that JSON does not have"


def location_path(location: Location) -> str:
    """Return a path such as `accountIds[0]` or `platformOverrides.TWITTER.content`.

    A long path is cut. A character that no text may hold becomes `\\ufffd`.
    """
    text = ""
    for part in location:
        if part == "[key]":
            # pydantic marks the name of an entry so; the path already ends with that name.
            continue
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
        if len(text) > LONGEST_PATH:
            text = text[: LONGEST_PATH - 1] + "\u2026"
            break
    return no_text().sub("\ufffd", text)

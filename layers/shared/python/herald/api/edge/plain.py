"""What a JSON body may hold: numbers that every JSON parser takes, and text without control characters."""

import json
import math
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from herald.domain.errors import Problem

ESCAPED = ("\\u00", "\\b", "\\f", "\x7f")  # of these, in a JSON text, some are innocent
LONGEST_NUMBER = 308  # digits that a double surely holds
LONGEST_PATH = 200

Location = tuple[int | str, ...]


class AsSent(str):
    """The path of a field as its sender spelt it: no contract renames it."""

    __slots__ = ()


Flaw = tuple[Location, str]
to_text = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


@cache
def no_text() -> re.Pattern[str]:
    """Compiled when it is first needed: so large a class of characters takes a start's third of a percent."""
    return re.compile(
        r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]"
    )  # tab and line ends may stand in a text


@cache
def long_number() -> re.Pattern[str]:
    return re.compile(rf"[0-9]{{{LONGEST_NUMBER + 1}}}")


def is_plain(data: object) -> bool:
    """Whether there is surely nothing to refuse: what can be told at the speed of writing it once."""
    try:
        text = to_text(data)
    except ValueError:
        return False
    odd = any(each in text for each in ESCAPED) or not (
        text.isascii() or no_text().search(text) is None
    )
    return not odd and (len(text) <= LONGEST_NUMBER or long_number().search(text) is None)


def flaws(data: object) -> Iterator[Flaw]:
    """Everything that a body may not hold, by its place."""
    if said := of(data):
        yield (), said
    left: list[tuple[Location, Any]] = [((), data)]
    while left:
        at, value = left.pop()
        inside: list[tuple[Location, Any]] = []
        for name, each in (
            value.items()
            if isinstance(value, dict)
            else enumerate(value)
            if isinstance(value, list)
            else ()
        ):
            if isinstance(name, str) and (said := of_text(name)):
                yield at, f"{said} in a name"
            if isinstance(each, dict | list):
                inside.append(((*at, name), each))
            elif said := of(each):
                yield (*at, name), said
        left += reversed(inside)


def flaw_problem(flaw: Flaw) -> Problem:
    at, said = flaw
    field = location_path(at) or "body"
    return Problem(path=(AsSent(field),), message=f"{field} holds {said}")


def of(value: object) -> str | None:
    return of_text(value) if isinstance(value, str) else of_number(value)


def of_text(text: str) -> str | None:
    if found := no_text().search(text):
        kind = "half of a surrogate pair," if found[0] >= "\ud800" else "the control character"
        return f"{kind} U+{ord(found[0]):04X}"
    return None


def of_number(value: object) -> str | None:
    """A parser that reads numbers as doubles takes a larger one for infinity."""
    try:
        fits = not isinstance(value, int | float) or math.isfinite(value)
    except OverflowError:
        fits = False
    return None if fits else "a number that JSON does not have"


def location_path(location: Location) -> str:
    """`accountIds[0]`, `platformOverrides.TWITTER.content`; a long one is cut, and what is no text is `\\ufffd`."""
    text = ""
    for part in location:
        if part == "[key]":  # pydantic's mark for the name of an entry, which is its path already
            continue
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
        if len(text) > LONGEST_PATH:
            text = text[: LONGEST_PATH - 1] + "\u2026"
            break
    return no_text().sub("\ufffd", text)

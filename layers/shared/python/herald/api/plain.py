"""What a JSON body may hold: numbers that every JSON parser takes, and text without control characters."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from herald.domain.errors import Problem

NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")  # tab and line ends may stand in a text
SUSPECT = re.compile(r"\\u00|\\[bf]|[\x7f-\x9f\ud800-\udfff]|(?<![0-9])[0-9]{309}")  # in a JSON text; some are innocent
LONGEST_PATH = 200

Location = tuple[int | str, ...]


def is_plain(data: object) -> bool:
    """Whether there is surely nothing to refuse; told at the speed of writing it once."""
    try:
        return not SUSPECT.search(json.dumps(data, ensure_ascii=False, allow_nan=False))
    except ValueError:
        return False


def flaws(data: object) -> Iterator[Problem]:
    """Everything that a body may not hold."""
    left: list[tuple[Location, Any]] = [((), data)]
    while left:
        at, value = left.pop()
        if isinstance(value, dict):
            yield from (flaw(at, said, " in a name") for name in value if (said := of_text(name)))
            left += [((*at, name), each) for name, each in reversed(value.items())]
        elif isinstance(value, list):
            left += [((*at, index), each) for index, each in reversed([*enumerate(value)])]
        elif said := of_text(value) if isinstance(value, str) else of_number(value):
            yield flaw(at, said)


def flaw(at: Location, said: str, where: str = "") -> Problem:
    field = path(at) or "body"
    return Problem(field=field, message=f"{field} holds {said}{where}")


def of_text(text: str) -> str | None:
    if found := NO_TEXT.search(text):
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


def path(location: Location) -> str:
    """`accountIds[0]`, `platformOverrides.TWITTER.content`; a long one is cut, and what is no text is `\\ufffd`."""
    text = ""
    for part in location:
        if part == "[key]":  # pydantic's mark for the name of an entry, which is its path already
            continue
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
        if len(text) > LONGEST_PATH:
            text = text[: LONGEST_PATH - 1] + "\u2026"
            break
    return NO_TEXT.sub("\ufffd", text)

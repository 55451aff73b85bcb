"""Ids: a prefix, then 24 characters of [0-9a-z] that sort by time. Source: the contract, section 1."""

import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta

from herald.domain.errors import BadRequestError

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
TIME_LENGTH, RANDOM_LENGTH = 9, 15  # 36^9 ms last until the year 5188
LATEST = 36**TIME_LENGTH - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHAPE = re.compile(r"[a-z]+_[0-9a-z]{24}\Z")


def base36(number: int, length: int) -> str:
    """The lowest `length` digits of `number`, padded with zeros."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 36)
        digits.append(DIGITS[digit])
    return "".join(reversed(digits))


def new(prefix: str, now: datetime) -> str:
    """An id never given before; ids of one prefix sort by `now`, to the millisecond."""
    return f"{prefix}_{base36(milliseconds(now), TIME_LENGTH)}{base36(secrets.randbits(80), RANDOM_LENGTH)}"


def derive(prefix: str, parent: str, *parts: str) -> str:
    """The one id that belongs to these parts, with the time of its parent."""
    digest = hashlib.sha256("\0".join((prefix, parent, *parts)).encode()).digest()
    return f"{prefix}_{time_of(parent)}{base36(int.from_bytes(digest), RANDOM_LENGTH)}"


def time_of(identifier: str) -> str:
    """The part of an id that sorts."""
    return identifier.partition("_")[2][:TIME_LENGTH]


def created_at(identifier: str) -> datetime:
    """When the id was made, to the millisecond."""
    return EPOCH + timedelta(milliseconds=int(time_of(identifier), 36))


def floor(prefix: str, at: datetime) -> str:
    """At or below every id of that millisecond: a bound for a range of ids. Of a time that no id can have: of the nearest."""
    return f"{prefix}_{base36(min(max(milliseconds(at), 0), LATEST), TIME_LENGTH)}"


def ceiling(prefix: str, at: datetime) -> str:
    """Above every id of that millisecond and before, below every later one."""
    return floor(prefix, at) + "~"


def pattern(prefix: str) -> str:
    """The shape of an id of that kind, as a regular expression of any dialect."""
    return f"^{prefix}_[0-9a-z]{{24}}$"


def check_id(prefix: str, text: str) -> str:
    """The id itself. Raises BadRequestError when it is not of that kind and shape."""
    if not (text.startswith(prefix + "_") and SHAPE.match(text)):
        raise BadRequestError(f"Not a valid {prefix}_ id.")
    return text


def milliseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)

"""Ids: a prefix, then 24 characters of [0-9a-z] that sort by time.

Source: the contract, section 1.
"""

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
    """Return the lowest `length` digits of `number`, padded with zeros."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 36)
        digits.append(DIGITS[digit])
    return "".join(reversed(digits))


def new(prefix: str, now: datetime) -> str:
    """Return a new id. Ids of one prefix sort by `now`, to the millisecond."""
    time = base36(milliseconds(now), TIME_LENGTH)
    random = base36(secrets.randbits(80), RANDOM_LENGTH)
    return f"{prefix}_{time}{random}"


def derive(prefix: str, parent: str, *parts: str) -> str:
    """Return the only id that belongs to these parts. Its time is that of its parent."""
    text = "\0".join((prefix, parent, *parts))
    digest = hashlib.sha256(text.encode()).digest()
    return f"{prefix}_{time_of(parent)}{base36(int.from_bytes(digest), RANDOM_LENGTH)}"


def time_of(identifier: str) -> str:
    """Return the part of an id that sorts by time."""
    return identifier.partition("_")[2][:TIME_LENGTH]


def created_at(identifier: str) -> datetime:
    """Return the time when the id was made, to the millisecond."""
    return EPOCH + timedelta(milliseconds=int(time_of(identifier), 36))


def floor(prefix: str, at: datetime) -> str:
    """Return the lower bound of the ids of that millisecond, for a range of ids.

    It is at or below each of them. A time that no id can have counts as the nearest that one can.
    """
    nearest = min(max(milliseconds(at), 0), LATEST)
    return f"{prefix}_{base36(nearest, TIME_LENGTH)}"


def ceiling(prefix: str, at: datetime) -> str:
    """Return a bound above every id of that millisecond and before, and below every later one."""
    return floor(prefix, at) + "~"


def pattern(prefix: str) -> str:
    """Return the shape of an id of that kind, as a regular expression of any dialect."""
    return f"^{prefix}_[0-9a-z]{{24}}$"


def check_id(prefix: str, text: str) -> str:
    """Return the id itself. Raises BadRequestError when it is not of that kind and shape."""
    if not (text.startswith(prefix + "_") and SHAPE.match(text)):
        raise BadRequestError(f"Not a valid {prefix}_ id.")
    return text


def milliseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)

"""Times on the wire: ISO 8601 in UTC, with `Z` and milliseconds; and a user's local times, which may be none or two."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

ZONE = re.compile(
    r"(?!posix|right|Factory|localtime)[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}"
)


def wire(at: datetime) -> str:
    """`2026-06-01T14:00:00.000Z`; sorts as text."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def optional(at: datetime | None) -> str | None:
    return wire(at) if at else None


def parse(text: str) -> datetime:
    """The aware time a stored or received text names. Raises ValueError when it is no time, or a naive one."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time needs Z or an offset")
    return at.astimezone(UTC)


def zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name. Raises ValueError."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - 8 ms that only a local time should cost

    try:
        if not ZONE.fullmatch(name):
            raise ZoneInfoNotFoundError(name)
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError("must be an IANA time zone, like Europe/Berlin") from None


def local(at: datetime, there: ZoneInfo) -> datetime:
    """A naive local time as the moment it names. Raises ValueError, naming both candidates, where a change leaves none or two."""
    before, after = (at.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
    if before == after:
        return before
    first, second = sorted((before, after))
    what = (
        "exists twice" if first.astimezone(there).replace(tzinfo=None) == at else "does not exist"
    )
    choices = " or ".join(each.astimezone(there).isoformat() for each in (first, second))
    raise ValueError(
        f"{at.isoformat()} {what} in {there.key}, where clocks change then: say {choices}"
    )

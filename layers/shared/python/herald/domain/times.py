"""Times on the wire, which are ISO 8601 in UTC with `Z` and milliseconds, and local times.

A user's local time may name no moment, or two.
"""

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
    """Write a time as `2026-06-01T14:00:00.000Z`, which sorts as text."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def optional(at: datetime | None) -> str | None:
    return wire(at) if at else None


def parse(text: str) -> datetime:
    """Read the aware time that a stored or received text names.

    Raises ValueError when the text is no time, or a naive one.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time needs Z or an offset")
    return at.astimezone(UTC)


def zone(name: str) -> ZoneInfo:
    """Return the IANA time zone of that name. Raises ValueError."""
    # This import takes 8 ms, which only a local time should cost.
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415

    try:
        if not ZONE.fullmatch(name):
            raise ZoneInfoNotFoundError(name)
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError("must be an IANA time zone, like Europe/Berlin") from None


def local(at: datetime, there: ZoneInfo) -> datetime:
    """Return the moment that a naive local time names.

    Raises ValueError, naming both candidates, where a change of clocks leaves no moment or two.
    """
    before = at.replace(tzinfo=there, fold=0).astimezone(UTC)
    after = at.replace(tzinfo=there, fold=1).astimezone(UTC)
    if before == after:
        return before
    first = min(before, after).astimezone(there)
    second = max(before, after).astimezone(there)
    what = "exists twice" if first.replace(tzinfo=None) == at else "does not exist"
    choices = f"{first.isoformat()} or {second.isoformat()}"
    raise ValueError(
        f"{at.isoformat()} {what} in {there.key}, where clocks change then: say {choices}"
    )

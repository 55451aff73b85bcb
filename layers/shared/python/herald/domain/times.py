"""Times on the wire: ISO 8601 in UTC, with `Z` and milliseconds."""

from datetime import UTC, datetime


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

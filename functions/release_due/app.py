"""Every minute: whatever owes work gets its message."""

from typing import Any

from herald import runtime


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    runtime.logger()
    return runtime.sweeps().release()

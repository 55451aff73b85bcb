"""Every minute: send a message for all work that is owed and has none."""

from typing import Any

from herald import runtime


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    runtime.logger()
    return runtime.sweeps().release()

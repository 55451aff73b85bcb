"""Every minute: whatever owes work gets its message."""

from typing import Any

from herald import runtime


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    runtime.logger()
    return {
        "targets": runtime.post_sweep().release(),
        "replays": runtime.replays().release(),
        "deliveries": runtime.webhook_sweep().release(),
        "media": runtime.media_sweep().release(),
        "stats": runtime.stats().release(),
    }

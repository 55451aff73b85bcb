"""DynamoDB stream: disable an endpoint that keeps failing, and tell its owner."""

from typing import Any

from herald import runtime, worker
from herald.actions import notices
from herald.api.voxburst import notices as wire


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    runtime.logger()
    return worker.stream(event, notices.endpoints_in, runtime.endpoint_monitor(wire.call).handle)

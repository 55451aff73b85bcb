"""DynamoDB stream: whatever happened is told to those who subscribe."""

from typing import Any

from herald import runtime, worker
from herald.actions import deliveries


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    runtime.logger()
    return worker.stream(event, deliveries.happened, runtime.fan_out().tell)

"""DynamoDB stream: send events to the endpoints that subscribe to them."""

from typing import Any

from herald import runtime, worker
from herald.actions import fan_out


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    runtime.logger()
    return worker.stream(event, fan_out.events_in, runtime.fan_out().record)

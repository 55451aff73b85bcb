"""SQS: one message per delivery that owes an attempt."""

from typing import Any

from herald import runtime, worker
from herald.actions import fan_out


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    runtime.logger()
    return worker.together(event, fan_out.job, runtime.deliverer().deliver)

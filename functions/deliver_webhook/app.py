"""SQS: one message per delivery that owes an attempt."""

from typing import Any

from herald import runtime, worker
from herald.domain.jobs import DeliveryJob


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    runtime.logger()
    return worker.together(event, DeliveryJob.from_body, runtime.deliverer().deliver)

"""SQS: one message per target that owes work."""

from typing import Any

from herald import runtime, worker
from herald.actions import releasing


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    runtime.logger()
    return worker.work(event, lambda body: runtime.publisher().publish(releasing.job(body)))

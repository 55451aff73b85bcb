"""SQS: one message per target that owes work."""

from typing import Any

from herald import runtime, worker
from herald.domain.jobs import PublishJob


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    runtime.logger()
    return worker.work(event, lambda body: runtime.publisher().publish(PublishJob.from_body(body)))

"""SQS: one message per file that is to be read."""

from typing import Any

from herald import runtime, worker
from herald.domain.jobs import MediaJob


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    runtime.logger()
    return worker.work(event, lambda body: runtime.processor().process(MediaJob.from_body(body)))

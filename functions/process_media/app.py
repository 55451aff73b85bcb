"""SQS: one message per file that is to be looked at."""

from typing import Any

from herald import runtime, worker
from herald.actions import media


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    runtime.logger()
    return worker.work(event, lambda body: runtime.processor().process(media.job(body)))

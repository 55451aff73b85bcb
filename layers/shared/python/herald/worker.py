"""The queue's edge: a batch of messages worked on together, each failing alone."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

log = logging.getLogger("herald.worker")


def work(event: Mapping[str, Any], handle: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Call `handle` with each SQS message's body, all at once. Returns the partial batch response.

    Source: Lambda's ReportBatchItemFailures. A message that fails comes back after the queue's visibility timeout.
    """
    records: Sequence[Mapping[str, Any]] = event["Records"]
    if len(records) == 1:
        failed = [records[0]["messageId"]] if not one(records[0], handle) else []
    else:
        with ThreadPoolExecutor(max_workers=len(records)) as pool:
            done = pool.map(lambda record: one(record, handle), records)
            failed = [record["messageId"] for record, ok in zip(records, done, strict=True) if not ok]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def one(record: Mapping[str, Any], handle: Callable[[dict[str, Any]], None]) -> bool:
    try:
        handle(json.loads(record["body"]))
    except Exception:  # the outermost edge: logged, and left to the queue
        log.exception("message failed", extra={"message_id": record["messageId"]})
        return False
    return True

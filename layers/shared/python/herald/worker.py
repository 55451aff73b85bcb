"""The edges of the queues and of the stream: a batch worked on together; what fails comes back, the rest is done."""

import json
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Job = TypeVar("Job")
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
            failed = [
                record["messageId"] for record, ok in zip(records, done, strict=True) if not ok
            ]
    return failures(failed)


def together(
    event: Mapping[str, Any],
    read: Callable[[dict[str, Any]], Job],
    handle: Callable[[Sequence[Job]], Collection[Job]],
) -> dict[str, Any]:
    """Call `handle` once with the jobs of all SQS messages; it returns those that failed. Returns the partial batch response.

    A message that `read` refuses fails alone; when `handle` raises, all fail.
    """
    jobs: dict[str, Job] = {}
    failed: list[str] = []
    for record in event["Records"]:
        try:
            jobs[record["messageId"]] = read(json.loads(record["body"]))
        except Exception:  # the outermost edge: logged, and left to the queue
            log.exception("message failed", extra={"message_id": record["messageId"]})
            failed.append(record["messageId"])
    try:
        undone = handle(list(jobs.values()))
    except Exception:
        log.exception("batch failed", extra={"count": len(jobs)})
        return failures([*failed, *jobs])
    return failures(failed + [name for name, job in jobs.items() if job in undone])


def stream(
    event: Mapping[str, Any],
    read: Callable[[Mapping[str, Any]], Sequence[Job]],
    handle: Callable[[Sequence[Job]], None],
) -> dict[str, Any]:
    """Call `handle` once with what `read` finds in the records, up to the first that it refuses. Returns where to go on.

    Source: Lambda's ReportBatchItemFailures for streams, where everything from the sequence number reported comes again.
    """
    records: Sequence[Mapping[str, Any]] = event["Records"]
    found: list[Job] = []
    failed: list[str] = []
    for record in records:
        try:
            found += read(record)
        except Exception:  # the outermost edge: logged, and left to the stream
            failed = [record["dynamodb"]["SequenceNumber"]]
            log.exception("record failed", extra={"sequence_number": failed[0]})
            break
    try:
        handle(found)
    except Exception:
        failed = [records[0]["dynamodb"]["SequenceNumber"]]
        log.exception("batch failed", extra={"sequence_number": failed[0], "count": len(records)})
    return failures(failed)


def failures(names: Sequence[str]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": each} for each in names]}


def one(record: Mapping[str, Any], handle: Callable[[dict[str, Any]], None]) -> bool:
    try:
        handle(json.loads(record["body"]))
    except Exception:  # the outermost edge: logged, and left to the queue
        log.exception("message failed", extra={"message_id": record["messageId"]})
        return False
    return True

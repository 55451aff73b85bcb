"""The edges of the queues and of the stream.

A batch is worked on together. A message that fails comes back, and the others are done.
"""

import json
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Job = TypeVar("Job")
log = logging.getLogger("herald.worker")


def work(event: Mapping[str, Any], handle: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Call `handle` with each SQS message's body, all at once. Return the partial batch response.

    A message that fails comes back after the queue's visibility timeout. Source: Lambda's
    ReportBatchItemFailures.
    """
    records: Sequence[Mapping[str, Any]] = event["Records"]
    if len(records) == 1:
        outcomes = [handled(records[0], handle)]
    else:
        with ThreadPoolExecutor(max_workers=len(records)) as pool:
            outcomes = list(pool.map(lambda record: handled(record, handle), records))
    failed = [record["messageId"] for record, ok in zip(records, outcomes, strict=True) if not ok]
    return failures(failed)


def together(
    event: Mapping[str, Any],
    read: Callable[[dict[str, Any]], Job],
    handle: Callable[[Sequence[Job]], Collection[Job]],
) -> dict[str, Any]:
    """Call `handle` once with the jobs of all SQS messages. Return the partial batch response.

    `handle` returns the jobs that failed. A message that `read` refuses fails alone. When `handle`
    raises, all messages fail.
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
    failed += [message_id for message_id, job in jobs.items() if job in undone]
    return failures(failed)


def stream(
    event: Mapping[str, Any],
    read: Callable[[Mapping[str, Any]], Sequence[Job]],
    handle: Callable[[Sequence[Job]], None],
) -> dict[str, Any]:
    """Call `handle` once with the jobs that `read` finds in the records.

    The jobs end before the first record that `read` refuses. Return where to go on: everything from
    the reported sequence number comes again. Source: Lambda's ReportBatchItemFailures for streams.
    """
    records: Sequence[Mapping[str, Any]] = event["Records"]
    jobs: list[Job] = []
    failed: list[str] = []
    for record in records:
        try:
            jobs += read(record)
        except Exception:  # the outermost edge: logged, and left to the stream
            failed = [record["dynamodb"]["SequenceNumber"]]
            log.exception("record failed", extra={"sequence_number": failed[0]})
            break
    try:
        handle(jobs)
    except Exception:
        failed = [records[0]["dynamodb"]["SequenceNumber"]]
        log.exception("batch failed", extra={"sequence_number": failed[0], "count": len(records)})
    return failures(failed)


def failures(identifiers: Sequence[str]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in identifiers]}


def handled(record: Mapping[str, Any], handle: Callable[[dict[str, Any]], None]) -> bool:
    """Return whether `handle` took the message's body without an error."""
    try:
        handle(json.loads(record["body"]))
    except Exception:  # the outermost edge: logged, and left to the queue
        log.exception("message failed", extra={"message_id": record["messageId"]})
        return False
    return True

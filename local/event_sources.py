"""How the emulator feeds streams and queues to functions, where ministack differs from AWS.

Part of the emulator's own process; leans on private names of the pinned version of ministack.
"""

from __future__ import annotations

import contextlib
import importlib
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

POLL_EVERY = 0.1  # seconds after which a delayed message or a failed batch is looked at

functions: Any = importlib.import_module("ministack.services.lambda_svc")
sqs: Any = importlib.import_module("ministack.services.sqs")

Json = dict[str, Any]


def look_often() -> None:
    """Poll streams apart from queues, and wake the poller of queues often.

    A slow fan-out then delays no queue, and delayed messages are seen soon.
    """
    poll_streams = functions._poll_dynamodb_streams
    functions._poll_dynamodb_streams = lambda: False

    def streams() -> None:
        with contextlib.suppress(Exception):
            while poll_streams():
                pass

    forever(streams, 0.05)
    forever(functions._esm_wake.set, POLL_EVERY)


def batches_are_gathered() -> None:
    """Gather batches of more than ten messages.

    A batch is handed out when it is full or when its window is over. ministack knows neither.
    """
    waiting_since: dict[str, float] = {}

    def receive(address: str, most: int) -> list[Json]:
        with sqs._queues_lock:
            queue = sqs._get_q(address)
            sqs._expire_retained(queue)
            sqs._dlq_sweep(queue)
            now = time.time()
            visible = sum(message["visible_at"] <= now for message in queue["messages"])
            if not visible:
                waiting_since.pop(address, None)
                return []
            since = waiting_since.setdefault(address, time.monotonic())
            if visible < most and time.monotonic() < since + window(queue):
                return []
            waiting_since.pop(address, None)
            hidden_for = int(queue["attributes"].get("VisibilityTimeout", "30"))
            batch: list[Json] = sqs._collect_msgs(queue, most, hidden_for)
            return batch

    def window(queue: Json) -> float:
        source = queue["attributes"]["QueueArn"]
        windows = [
            float(mapping.get("MaximumBatchingWindowInSeconds", 0))
            for mapping in list(functions._esms._data.values())
            if mapping["EventSourceArn"] == source
        ]
        return max(windows, default=0)

    sqs._receive_messages_for_esm = receive


def streams_fail_as_on_aws() -> None:
    """Fail a stream's batch as AWS does.

    That is by batchItemFailures, MaximumRetryAttempts and the failure destination of the stream.
    ministack knows none of them.
    """
    execute = functions._execute_function
    retries: dict[str, int] = {}

    def execute_batch(function: Json, event: Any) -> Json:
        result: Json = execute(function, event)
        records = event.get("Records") if isinstance(event, dict) else None
        if not (records and records[0].get("eventSource") == "aws:dynamodb"):
            return result
        first = records[0]["dynamodb"]["SequenceNumber"]
        if not failed(result):
            retries.pop(first, None)
            return result
        mapping = _mapping(function, records[0]["eventSourceARN"])
        limit = mapping.get("MaximumRetryAttempts", -1)
        if limit < 0 or retries.get(first, 0) < limit:
            retries[first] = retries.get(first, 0) + 1
            return {**result, "error": True}  # the whole batch comes again in a second
        retries.pop(first, None)
        give_up(function, mapping, records)
        return {"body": None}  # the stream goes on

    def give_up(function: Json, mapping: Json, records: list[Json]) -> None:
        """Send the records that fail alone to the failure destination, as after every bisection."""
        for record in records:
            result = execute(function, {"Records": [record]})
            if failed(result):
                functions._send_ddb_stream_failure_record(
                    mapping,
                    function,
                    [record],
                    record["eventSourceARN"],
                    result,
                    "RetryAttemptsExhausted",
                )

    functions._execute_function = execute_batch


def failed(result: Mapping[str, Any]) -> bool:
    """Return whether a result is an error, or names records that failed."""
    body = result.get("body")
    return bool(result.get("error") or (isinstance(body, dict) and body.get("batchItemFailures")))


def _mapping(function: Json, source: str) -> Json:
    name = (function.get("config") or function)["FunctionName"]
    mappings = list(functions._esms._data.values())
    for mapping in mappings:
        if (mapping["EventSourceArn"], mapping["FunctionName"]) == (source, name):
            return cast(Json, mapping)
    return {}


def forever(work: Callable[[], Any], pause: float) -> None:
    def loop() -> None:
        while True:
            time.sleep(pause)
            work()

    threading.Thread(target=loop, daemon=True).start()

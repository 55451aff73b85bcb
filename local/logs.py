"""What the functions log, one readable line each; errors in full."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

UNTOLD = {  # Powertools says these on every line
    *("level", "message", "exception", "exception_name", "stack_trace", "location", "timestamp", "service", "cold_start"),
    *("xray_trace_id", "sampling_rate", "function_name", "function_memory_size", "function_arn", "function_request_id"),
}
LAYER_FILE = re.compile(r'"[^"]*/layer_\d+/python/')
RUNTIME_FRAME = re.compile(r'  File "([^"]*/_worker\.py|[^"]*/importlib/__init__\.py|<frozen importlib[^"]*)".*\n(    .*\n)*')
FUNCTION_FILE = re.compile(r'"[^"]*/ministack-lambda-[^"/]*/code/')
_printing = threading.Lock()


def show(line: str) -> None:
    """Print one line, whole, from whichever thread; nobody need be listening."""
    with _printing, suppress(OSError):
        sys.stdout.write(f"{datetime.now(UTC):%H:%M:%S.%f}"[:-3] + f" {line}\n")
        sys.stdout.flush()


def lines_of(event: Mapping[str, Any], noun: str) -> Iterator[str]:
    """The readable lines of one invocation of the function called `noun`."""
    for line in event["log"].splitlines():
        if not event["error"] or _is_record(line):  # after an error the rest is its traceback
            yield from _readable(line, noun)
    if event["error"]:
        trace = "\n".join(line for line in event["log"].splitlines() if not _is_record(line))
        full = trace if event["error"] in trace else f"{event['error']}\n{trace}".rstrip()
        yield f"{noun:<16} FAILED {our_paths(full, noun)}"


def our_paths(text: str, noun: str) -> str:
    """Tracebacks that name the file to edit, not where its zip was unpacked."""
    return FUNCTION_FILE.sub(f'"functions/{noun}/', LAYER_FILE.sub('"layers/shared/python/', RUNTIME_FRAME.sub("", text)))


def _readable(line: str, noun: str) -> Iterator[str]:
    record = _record(line)
    if record is None:
        if line.strip():
            yield f"{noun:<16} {line}"
    elif "_aws" not in record:  # a metric
        level = "" if record.get("level", "INFO") == "INFO" else f"{record['level']} "
        told = " ".join(f"{key}={_value(value)}" for key, value in record.items() if key not in UNTOLD)
        yield f"{noun:<16} {level}{record.get('message', '')} {told}".rstrip()
        if "exception" in record:
            yield f"{noun:<16} {our_paths(str(record['exception']), noun)}"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value if value and " " not in value else json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)


def _record(line: str) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _is_record(line: str) -> bool:
    return _record(line) is not None

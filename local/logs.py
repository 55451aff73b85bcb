"""Shows what the functions log: readable lines, errors in full, in colours on a terminal."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TextIO

UNTOLD = {  # Powertools writes these on every line
    "level",
    "message",
    "exception",
    "exception_name",
    "stack_trace",
    "location",
    "timestamp",
    "service",
    "cold_start",
    "xray_trace_id",
    "sampling_rate",
    "function_name",
    "function_memory_size",
    "function_arn",
    "function_request_id",
}
LAYER_FILE = re.compile(r'"[^"]*/layer_\d+/python/')
RUNTIME_FRAME = re.compile(
    r'  File "([^"]*/_worker\.py|[^"]*/importlib/__init__\.py|<frozen importlib[^"]*)".*\n'
    r"(    .*\n)*"
)
FUNCTION_FILE = re.compile(r'"[^"]*/ministack-lambda-[^"/]*/code/')
NOUN = 16  # characters, before the space that ends it
BOLD, DIM, RED, GREEN, YELLOW, CYAN = "1", "2", "31", "32", "33", "36"
TONES = (  # of the text after the noun; the first that fits counts
    (re.compile(r"(FAILED|ERROR|CRITICAL|REFUSED)\b"), RED),
    (re.compile(r"WARNING\b"), YELLOW),
    (re.compile(r"verified\b"), GREEN),
    (re.compile(r"[A-Z]+ \S+ 5[0-9]{2} "), RED),  # a request, by its answer
    (re.compile(r"[A-Z]+ \S+ 4[0-9]{2} "), YELLOW),
)
_printing = threading.Lock()


def show(line: str) -> None:
    """Print one whole line, from any thread. A closed output is no error."""
    at = f"{datetime.now(UTC):%H:%M:%S.%f}"[:-3]
    with _printing, suppress(OSError):
        text = painted(at, line) if coloured(sys.stdout, os.environ) else f"{at} {line}"
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def coloured(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Return whether the stream is a terminal that shows colours (no-color.org)."""
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


def painted(at: str, line: str) -> str:
    """Return a line in colours: failures are red or yellow."""
    noun = line[:NOUN]
    text = line[NOUN:]
    tone = next((tone for pattern, tone in TONES if pattern.match(text.lstrip(" "))), None)
    return f"{paint(at, DIM)} {paint(noun, CYAN)}{paint(text, tone) if tone else text}"


def paint(text: str, tone: str) -> str:
    return f"\033[{tone}m{text}\033[0m"


def lines_of(event: Mapping[str, Any], noun: str) -> Iterator[str]:
    """Return the readable lines of one invocation of the function called `noun`."""
    for line in event["log"].splitlines():
        if not event["error"] or _is_record(line):  # after an error the rest is its traceback
            yield from _readable(line, noun)
    if event["error"]:
        trace = "\n".join(line for line in event["log"].splitlines() if not _is_record(line))
        full = trace if event["error"] in trace else f"{event['error']}\n{trace}".rstrip()
        yield f"{noun:<16} FAILED {our_paths(full, noun)}"


def our_paths(text: str, noun: str) -> str:
    """Return tracebacks that name the file to edit, not the place its zip was unpacked to."""
    ours = RUNTIME_FRAME.sub("", text)
    ours = LAYER_FILE.sub('"layers/shared/python/', ours)
    return FUNCTION_FILE.sub(f'"functions/{noun}/', ours)


def _readable(line: str, noun: str) -> Iterator[str]:
    record = _record(line)
    if record is None:
        if line.strip():
            yield f"{noun:<16} {line}"
    elif "_aws" not in record:  # a metric
        level = "" if record.get("level", "INFO") == "INFO" else f"{record['level']} "
        facts = worded({key: value for key, value in record.items() if key not in UNTOLD})
        yield f"{noun:<16} {level}{record.get('message', '')} {facts}".rstrip()
        if "exception" in record:
            yield f"{noun:<16} {our_paths(str(record['exception']), noun)}"


def worded(facts: Mapping[str, Any]) -> str:
    """Return keywords and their values, as they stand at the end of a line."""
    return " ".join(f"{key}={_value(value)}" for key, value in facts.items())


def _value(value: Any) -> str:
    """Return a word as it is, and any other value as JSON on one line."""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if value and value.isprintable() and " " not in value:
        return value
    return json.dumps(value, ensure_ascii=not value.isprintable())


def _record(line: str) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _is_record(line: str) -> bool:
    return _record(line) is not None

"""local/logs.py: what the functions log, readable."""

import io
import json
import re
import sys
from typing import Any

import pytest

from local.logs import coloured, lines_of, painted, show, worded


def record(**fields: Any) -> str:
    told = {
        "level": "INFO",
        "location": "handler:6",
        "timestamp": "2026-11-21 09:43:34,124+0000",
        "service": "herald",
        "xray_trace_id": "1-6b",
    }
    return json.dumps({**told, **fields})


def invocation(log: str, error: str | None = None) -> dict[str, Any]:
    return {
        "is": "invocation",
        "function": "herald-PublishTargetFunction-1",
        "log": log,
        "error": error,
    }


def test_a_record_is_its_message_and_its_keywords() -> None:
    log = record(message="published", post_id="post_1", attempt=2, status="published")

    assert list(lines_of(invocation(log), "publish_target")) == [
        "publish_target   published post_id=post_1 attempt=2 status=published"
    ]


def test_what_is_worse_than_information_says_so() -> None:
    log = record(level="WARNING", message="target failed", remediation="connect the account again")

    (line,) = lines_of(invocation(log), "publish_target")

    assert line == 'publish_target   WARNING target failed remediation="connect the account again"'


def test_metrics_are_no_news() -> None:
    assert (
        list(
            lines_of(
                invocation(json.dumps({"_aws": {"Timestamp": 1}, "Published": [1.0]})),
                "publish_target",
            )
        )
        == []
    )


def test_what_is_no_record_is_shown_as_it_is() -> None:
    assert list(lines_of(invocation("a plain print\n\n"), "posts")) == [
        "posts            a plain print"
    ]


def test_an_exception_that_was_logged_is_shown_in_full() -> None:
    log = record(
        level="ERROR",
        message="message given back",
        exception="Traceback (most recent call last):\nKeyError: 'pk'",
    )

    first, second = lines_of(invocation(log), "publish_target")

    assert first.endswith("ERROR message given back")
    assert second.endswith("Traceback (most recent call last):\nKeyError: 'pk'")


def test_a_failure_is_shown_once_and_points_at_our_files() -> None:
    function = "/tmp/x/ministack-lambda-herald-PostsFunction-1-ab"
    layer = "/tmp/x/ministack-lambda-herald-PostsFunction-1/layer_0/python"
    log = "\n".join(
        [
            record(message="claimed"),
            "Traceback (most recent call last):",
            f'  File "{function}/_worker.py", line 128, in run',
            "    result = handler_fn(event, context)",
            "             ~~~~~~~~~~^^^^^^^^^^^^^^^^",
            f'  File "{function}/code/app.py", line 3, in handler',
            "    posts.create()",
            f'  File "{layer}/herald/actions/posts.py", line 9, in create',
            '    raise ValueError("boom")',
            "ValueError: boom",
        ]
    )

    claimed, failure = lines_of(invocation(log, error="boom"), "posts")

    assert claimed == "posts            claimed"
    assert failure.splitlines() == [
        "posts            FAILED Traceback (most recent call last):",
        '  File "functions/posts/app.py", line 3, in handler',
        "    posts.create()",
        '  File "layers/shared/python/herald/actions/posts.py", line 9, in create',
        '    raise ValueError("boom")',
        "ValueError: boom",
    ]


def test_a_failure_without_a_traceback_says_what_is_known() -> None:
    assert list(lines_of(invocation("", error="Task timed out after 29.00 seconds"), "posts")) == [
        "posts            FAILED Task timed out after 29.00 seconds"
    ]


# --- Colours --------------------------------------------------------------------------------------

COLOUR = re.compile(r"\x1b\[[0-9]+m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environ", "there"),
    [
        ({}, True),
        ({"TERM": "xterm"}, True),
        ({"NO_COLOR": ""}, True),
        ({"NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colours_are_for_terminals_whose_person_wants_them(
    environ: dict[str, str], there: bool
) -> None:
    assert coloured(Terminal(), environ) is there
    assert not coloured(io.StringIO(), environ)


@pytest.mark.parametrize(
    ("line", "tone"),
    [
        ("publish_target   WARNING retrying attempt=1", "33"),
        ("posts            FAILED Traceback", "31"),
        ("posts            ERROR request failed", "31"),
        ("request          GET /v1/posts 500 3 ms", "31"),
        ("request          GET /v1/posts 404 3 ms code=NOT_FOUND", "33"),
        ("request          GET /v1/posts 200 404 ms", None),
        ("publish_target   published url=https://x.example/WARNING", None),
        ("process_a_longer_noun WARNING retrying", None),
    ],
)
def test_what_is_wrong_has_a_colour_and_no_word_is_lost(line: str, tone: str | None) -> None:
    shown = painted("12:00:00.000", line)

    assert COLOUR.sub("", shown) == f"12:00:00.000 {line}"
    assert set(COLOUR.findall(shown)) - {"\x1b[2m", "\x1b[36m", "\x1b[0m"} == (
        {f"\x1b[{tone}m"} if tone else set()
    )


@pytest.mark.parametrize(("stream", "there"), [(Terminal(), True), (io.StringIO(), False)])
def test_a_file_gets_no_colours(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, there: bool
) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    show("posts            WARNING careful")

    assert ("\x1b" in stream.getvalue()) is there


def test_a_value_stays_on_its_line() -> None:
    assert (
        worded({"field": "a\nb", "reason": "two words", "code": "X", "n": 3})
        == 'field="a\\nb" reason="two words" code=X n=3'
    )

"""One attempt of a delivery: send the request, and turn the response or the error into a result.

Source: the contract, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from herald.domain.deliveries import HTTP_GONE, MAX_BODY_KEPT, MAX_RETRY_AFTER, AttemptResult
from herald.net.errors import BlockedError, NoAnswerError, NotSentError

if TYPE_CHECKING:
    from herald.net.client import Http, Response

TIMEOUT = 30  # seconds for the whole attempt
MAX_READ = 64 * 1024
ASKS_TO_WAIT = frozenset({429, 503})  # answers whose Retry-After counts
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def attempt(
    http: Http,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: Callable[[], datetime],
    timeout: float = TIMEOUT,
) -> AttemptResult:
    """Post the body once. The result says what the receiver did; nothing is raised for that."""
    began = now()
    try:
        response = http.send(
            "POST", url, headers=headers, body=body, timeout=timeout, max_bytes=MAX_READ
        )
    except BlockedError as error:
        return AttemptResult(
            status=None, error=f"blocked: {error}", permanent=True, latency_ms=since(began, now())
        )
    except NotSentError as error:
        return AttemptResult(status=None, error=str(error), latency_ms=since(began, now()))
    except NoAnswerError as error:
        return AttemptResult(status=error.status, error=str(error), latency_ms=since(began, now()))
    return answer(response, latency_ms=since(began, now()), now=now())


def answer(response: Response, *, latency_ms: int, now: datetime) -> AttemptResult:
    """Return the result of an attempt that got a response.

    Only the status decides. The body is kept for the owner of the endpoint to read.
    """
    accepted = 200 <= response.status < 300
    retry_after = None
    if response.status in ASKS_TO_WAIT:
        retry_after = wait_asked_for(response.headers.get("retry-after"), now)
    return AttemptResult(
        status=response.status,
        body=kept_text(response.body),
        latency_ms=latency_ms,
        error=None if accepted else refusal_text(response.status),
        permanent=response.status == HTTP_GONE,
        retry_after=retry_after,
    )


def refusal_text(status: int) -> str:
    if status in REDIRECTS:
        return f"answered {status}: redirects are not followed"
    return f"answered {status}"


def kept_text(body: bytes) -> str | None:
    """Return at most 10 KB of the body as text, or None when it is empty.

    Bytes that are no text show as U+FFFD.
    """
    text = CONTROL.sub("\ufffd", body[:MAX_BODY_KEPT].decode(errors="replace"))
    kept = text.encode()[:MAX_BODY_KEPT].decode(errors="ignore")
    return kept if kept else None


def wait_asked_for(header: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After asks for, as a number or as an HTTP date.

    Return None when the header is neither. Source: RFC 9110, 10.2.3.
    """
    text = header.strip() if header else ""
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), MAX_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0), MAX_RETRY_AFTER)


def since(began: datetime, ended: datetime) -> int:
    """Return the milliseconds in between, or 0 when the clock was set back."""
    return max((ended - began) // timedelta(milliseconds=1), 0)

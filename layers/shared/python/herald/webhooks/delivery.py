"""One attempt: the request goes out, and whatever comes back becomes an Answer. Source: the contract, section 4."""

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
    """Post the body once. Never raises for what the receiver does: the answer says it."""
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
    """The status line decides; the body is only kept for its owner to read."""
    accepted = 200 <= response.status < 300
    return AttemptResult(
        status=response.status,
        body=kept_text(response.body),
        latency_ms=latency_ms,
        error=None if accepted else refusal_text(response.status),
        permanent=response.status == HTTP_GONE,
        retry_after=wait_asked_for(response.headers.get("retry-after"), now)
        if response.status in ASKS_TO_WAIT
        else None,
    )


def refusal_text(status: int) -> str:
    return (
        f"answered {status}: redirects are not followed"
        if status in REDIRECTS
        else f"answered {status}"
    )


def kept_text(body: bytes) -> str | None:
    """At most 10 KB of it as text; what is no text shows as U+FFFD."""
    text = CONTROL.sub("\ufffd", body[:MAX_BODY_KEPT].decode(errors="replace"))
    return text.encode()[:MAX_BODY_KEPT].decode(errors="ignore") or None


def wait_asked_for(header: str | None, now: datetime) -> float | None:
    """The seconds a Retry-After asks for, as a number or an HTTP date; None when it says neither. Source: RFC 9110, 10.2.3."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), MAX_RETRY_AFTER)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0), MAX_RETRY_AFTER)


def since(began: datetime, ended: datetime) -> int:
    """Milliseconds, none when the clock was set back."""
    return max((ended - began) // timedelta(milliseconds=1), 0)

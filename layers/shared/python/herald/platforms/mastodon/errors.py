"""What an instance's refusals mean."""

from datetime import datetime

from herald.domain import times
from herald.domain.errors import (
    AccountError,
    ContentError,
    MediaError,
    PermanentError,
    PlatformRateError,
    PublishError,
    TransientError,
)
from herald.net.client import Response
from herald.platforms.calls import Calls, Now, data, text_in


def mastodon_refusal(calls: Calls, response: Response, now: Now) -> PublishError:
    """The instance's no, as one of ours."""
    said = text_in(data(response), "error") or ""
    words = calls.quote(response, said)
    match response.status:
        case 429:
            return PlatformRateError(words, retry_after=retry_after(response, now()))
        case 401 | 403 if said:
            return AccountError(words)
        case (
            401 | 403 | 408 | 425
        ):  # a 401 or 403 without words is some proxy's, and says nothing of the account
            return TransientError(words)
        case 422:
            return unprocessable(said, words)
        case _:
            return PermanentError(words)


def unprocessable(said: str, words: str) -> PublishError:
    """What a 422 means. Its text is the only sign: Mastodon's errors have no codes."""
    said = said.lower()
    if "not finished processing" in said:
        return TransientError(words)
    if "character limit" in said:
        return ContentError(words, code="CONTENT_TOO_LONG")
    if any(sign in said for sign in ("attach", "file", "media")):
        return MediaError(words)
    return ContentError(words)


def retry_after(response: Response, now: datetime) -> float | None:
    """Seconds until X-RateLimit-Reset, which is a time in ISO 8601, or what Retry-After says."""
    try:
        reset = times.parse(response.headers.get("x-ratelimit-reset", ""))
    except ValueError:
        wait = response.headers.get("retry-after", "")
        return float(wait) if wait.isdecimal() else None
    return max((reset - now).total_seconds(), 1)

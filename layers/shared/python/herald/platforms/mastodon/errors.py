"""The meaning of an instance's refusals."""

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
from herald.platforms.calls import Calls, Now, data, retry_after, text_in


def mastodon_refusal(calls: Calls, response: Response, now: Now) -> PublishError:
    """Turn a refusal of the instance into a PublishError."""
    message = text_in(data(response), "error")
    words = calls.quote(response, message)
    match response.status:
        case 429:
            return PlatformRateError(words, retry_after=until_reset(response, now()))
        case 401 | 403 if message:
            return AccountError(words)
        # A 401 or 403 without a message comes from a proxy, and says nothing about the account.
        case 401 | 403 | 408 | 425:
            return TransientError(words)
        case 422:
            return unprocessable(message if message else "", words)
        case _:
            return PermanentError(words)


def unprocessable(message: str, words: str) -> PublishError:
    """Return the meaning of a 422. Only its text shows it, because Mastodon's errors have no codes.

    `words` is the text for the user.
    """
    text = message.lower()
    if "not finished processing" in text:
        return TransientError(words)
    if "character limit" in text:
        return ContentError(words, code="CONTENT_TOO_LONG")
    if any(sign in text for sign in ("attach", "file", "media")):
        return MediaError(words)
    return ContentError(words)


def until_reset(response: Response, now: datetime) -> float | None:
    """Return the seconds until X-RateLimit-Reset, a time in ISO 8601, or those in Retry-After."""
    try:
        reset = times.parse(response.headers.get("x-ratelimit-reset", ""))
    except ValueError:
        return retry_after(response)
    return max((reset - now).total_seconds(), 1)

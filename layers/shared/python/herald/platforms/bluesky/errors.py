"""The meaning of a Bluesky server's refusals.

Source of the names: the lexicons, and the answers of a PDS 0.4.217 for each.
"""

from datetime import datetime

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

STALE = frozenset({"ExpiredToken", "InvalidToken"})  # with HTTP 400; every 401 is stale
ACCOUNT_GONE = frozenset(
    kind + state
    for kind in ("Account", "Repo")
    for state in ("Takedown", "Takendown", "Deactivated", "Suspended")
)
NO_ACCOUNT = frozenset({"AccountNotFound", "RepoNotFound", *STALE})


def bluesky_refusal(calls: Calls, response: Response, now: Now) -> PublishError:
    """Turn a refusal of the network into a PublishError."""
    content = data(response)
    error = text_in(content, "error")
    message = text_in(content, "message")
    if message is None:
        message = error if error else ""
    words = calls.quote(response, message)
    if response.status == 429:
        return PlatformRateError(words, retry_after=until_reset(response, now()))
    if error in ACCOUNT_GONE:
        return PermanentError(words)
    if error in NO_ACCOUNT or (response.status in (401, 403) and error):
        return AccountError(words)
    # A 401 or 403 without a name comes from a proxy, and says nothing about the account.
    if response.status in (401, 403, 408, 425):
        return TransientError(words)
    return invalid(error, message, words)


def invalid(error: str | None, message: str, words: str) -> PublishError:
    """Return what is wrong with a record. `words` is the text for the user.

    Only the message shows it, because the name is InvalidRequest for nearly everything.
    """
    # A server soon drops a file that no record names. The next try uploads it anew.
    if error == "BlobNotFound":
        return TransientError(words)
    if "blob too big" in message:
        return MediaError(words)
    if "grapheme too big" in message or "string too big" in message:
        return ContentError(words, code="CONTENT_TOO_LONG")
    return ContentError(words) if "app.bsky.feed.post record" in message else PermanentError(words)


def stale(response: Response) -> bool:
    """Whether a new session may help."""
    if response.status == 401:
        return True
    return response.status == 400 and data(response).get("error") in STALE


def until_reset(response: Response, now: datetime) -> float | None:
    """Return the seconds until RateLimit-Reset, a time in Unix seconds, or those in Retry-After."""
    reset = response.headers.get("ratelimit-reset", "")
    if reset.isdecimal():
        return max(float(reset) - now.timestamp(), 1)
    return retry_after(response)

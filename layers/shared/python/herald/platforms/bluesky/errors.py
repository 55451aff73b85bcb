"""What a Bluesky server's refusals mean. Source of the names: the lexicons, and a PDS 0.4.217 asked for each."""

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
from herald.platforms.calls import Calls, Now, data, text_in

STALE = frozenset({"ExpiredToken", "InvalidToken"})  # with HTTP 400; a 401 is stale by itself
ACCOUNT_GONE = frozenset(
    kind + state
    for kind in ("Account", "Repo")
    for state in ("Takedown", "Takendown", "Deactivated", "Suspended")
)
NO_ACCOUNT = frozenset({"AccountNotFound", "RepoNotFound", *STALE})


def bluesky_refusal(calls: Calls, response: Response, now: Now) -> PublishError:
    """The network's no, as one of ours."""
    found = data(response)
    error, said = (
        text_in(found, "error"),
        text_in(found, "message") or text_in(found, "error") or "",
    )
    words = calls.quote(response, said)
    if response.status == 429:
        return PlatformRateError(words, retry_after=retry_after(response, now()))
    if error in ACCOUNT_GONE:
        return PermanentError(words)
    if error in NO_ACCOUNT or (response.status in (401, 403) and error):
        return AccountError(words)
    if response.status in (
        401,
        403,
        408,
        425,
    ):  # a nameless 401 or 403 is some proxy's, and says nothing of the account
        return TransientError(words)
    return invalid(error, said, words)


def invalid(error: str | None, said: str, words: str) -> PublishError:
    """What is wrong with a record. Its text is the only sign: the name is InvalidRequest for nearly everything."""
    if (
        error == "BlobNotFound"
    ):  # it keeps no file for long that no record names: the next try uploads anew
        return TransientError(words)
    if "blob too big" in said:
        return MediaError(words)
    if "grapheme too big" in said or "string too big" in said:
        return ContentError(words, code="CONTENT_TOO_LONG")
    return ContentError(words) if "app.bsky.feed.post record" in said else PermanentError(words)


def stale(response: Response) -> bool:
    """Whether a new session may help."""
    return response.status == 401 or (
        response.status == 400 and data(response).get("error") in STALE
    )


def retry_after(response: Response, now: datetime) -> float | None:
    """Seconds until RateLimit-Reset, which is a time in Unix seconds, or what Retry-After says."""
    reset, wait = (
        response.headers.get("ratelimit-reset", ""),
        response.headers.get("retry-after", ""),
    )
    if reset.isdecimal():
        return max(float(reset) - now.timestamp(), 1)
    return float(wait) if wait.isdecimal() else None

"""Everything that can go wrong, as one tree. `code` is for machines, the message for people, `details` is data.

    HeraldError
    ├── InvalidError                 400
    │   ├── ValidationError              VALIDATION_ERROR: the body or query breaks its schema or a platform's rule
    │   ├── BadRequestError              BAD_REQUEST: malformed JSON, id or cursor
    │   └── IdempotencyKeyError          IDEMPOTENCY_INVALID_KEY
    ├── UnauthorizedError            401
    ├── ForbiddenError               403
    ├── NotFoundError                404
    ├── MethodNotAllowedError        405
    ├── ConflictError                409
    │   ├── PostChangedError             CONFLICT: something else happened to the post at the same moment
    │   └── IdempotencyConflictError     IDEMPOTENCY_CONFLICT
    ├── PayloadTooLargeError         413
    ├── UnsupportedMediaTypeError    415
    ├── UnprocessableError           422
    ├── RateLimitedError             429
    ├── UnavailableError             503
    ├── FileError                    what is wrong with an uploaded file; it ends up in validationResults, not in an HTTP status
    └── PublishError                 what a network said no to; it ends up on a target, not in an HTTP status
        ├── TransientError               PLATFORM_UNAVAILABLE, worth another try
        ├── PlatformRateError            RATE_LIMITED, worth another try later
        ├── QuotaError                   QUOTA_EXCEEDED, worth a retry by hand when the quota is back
        ├── AccountError                 ACCOUNT_DISCONNECTED, reconnect first
        ├── ContentError                 CONTENT_REJECTED and its kin, edit first
        ├── MediaError                   MEDIA_REJECTED and its kin, another file first
        ├── GoneError                    OUTCOME_UNKNOWN, it was live and is deleted there
        └── PermanentError               PUBLISH_ERROR

Source of the HTTP codes: the contract, section 1; of the target codes: section 3.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from herald.domain.values import frozen

MOST_PROBLEMS = 100  # that one answer lists
MAX_WAIT = 31 * 24 * 3600  # seconds


class HeraldError(Exception):
    """The family. `details` must be JSON-ready and hold no secret.

    They go by our names; a `field`, and each of `fields`, is one of those too.
    """

    code: ClassVar[str] = "INTERNAL_ERROR"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, object] = details


class InvalidError(HeraldError):
    """The request is wrong in itself."""


class BadRequestError(InvalidError):
    code = "BAD_REQUEST"


class IdempotencyKeyError(InvalidError):
    code = "IDEMPOTENCY_INVALID_KEY"


Path = tuple[str | int, ...]
"""Where something stands in a request, in our names: `("overrides", "bluesky", "media", 0)`."""


class Phrase(str):
    """A sentence that names fields or routes, by our names in braces: `{scheduled_for} is past.`

    Whoever shows it to a caller puts the names of their contract there.
    """

    __slots__ = ()


@frozen
class Problem:
    """One thing wrong with what lies at `path`.

    A platform rule adds `platform`, `rule`, `max_length`, `actual_length`, `remediation`.
    """

    path: Path
    message: str
    code: str = "INVALID"
    rule: str | None = None
    platform: str | None = None
    max_length: int | None = None
    actual_length: int | None = None
    remediation: str | None = None


class ValidationError(InvalidError):
    """Carries every problem, not the first; of very many the first `MOST_PROBLEMS`, and how many more there are."""

    code = "VALIDATION_ERROR"

    def __init__(self, problems: Sequence[Problem], *, more: int = 0) -> None:
        super().__init__(problems[0].message)
        self.problems = tuple(problems[:MOST_PROBLEMS])
        self.more = max(more, 0) + len(problems) - len(self.problems)


class UnauthorizedError(HeraldError):
    code = "UNAUTHORIZED"


class ForbiddenError(HeraldError):
    code = "FORBIDDEN"


class NotFoundError(HeraldError):
    code = "NOT_FOUND"


class MethodNotAllowedError(HeraldError):
    code = "METHOD_NOT_ALLOWED"


class ConflictError(HeraldError):
    code = "CONFLICT"


class PostChangedError(ConflictError):
    """What was decided on is no longer there. Asked again, it is decided on what is there now."""


class IdempotencyConflictError(ConflictError):
    code = "IDEMPOTENCY_CONFLICT"


class PayloadTooLargeError(HeraldError):
    code = "PAYLOAD_TOO_LARGE"


class UnsupportedMediaTypeError(HeraldError):
    code = "UNSUPPORTED_MEDIA_TYPE"


class UnprocessableError(HeraldError):
    code = "UNPROCESSABLE_ENTITY"


class RateLimitedError(HeraldError):
    code = "RATE_LIMITED"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, retry_after=retry_after)
        self.retry_after = retry_after


class UnavailableError(HeraldError):
    code = "SERVICE_UNAVAILABLE"


class FileError(HeraldError):
    """A file is refused for good. `flaw` is its code in `validationResults`, one of media.Flaw."""

    def __init__(self, flaw: str, message: str) -> None:
        super().__init__(message)
        self.flaw = flaw


class PublishError(HeraldError):
    """A network's definite no: nothing of this attempt is live. `retry_after` in seconds, when the network named it.

    A network may ask for patience, not for oblivion: no more than `MAX_WAIT` is heard.
    """

    code = "PUBLISH_ERROR"
    category: ClassVar[str] = "permanent"
    retryable: ClassVar[bool] = False
    remediation: ClassVar[str] = "Look at the message, correct the cause, then fix the target."

    def __init__(
        self, message: str, *, code: str | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.target_code = code or self.code
        self.retry_after = retry_after and min(retry_after, MAX_WAIT)


class TransientError(PublishError):
    code = "PLATFORM_UNAVAILABLE"
    category = "transient"
    retryable = True
    remediation = (
        "Nothing to do: it is tried again by itself. Retry by hand once the tries are used up."
    )


class PlatformRateError(PublishError):
    code = "RATE_LIMITED"
    category = "rate_limit"
    retryable = True
    remediation = "Nothing to do: it is tried again when the network allows it."


class QuotaError(PublishError):
    code = "QUOTA_EXCEEDED"
    category = "quota"
    remediation = "Wait until the network's quota is back, then retry."


class AccountError(PublishError):
    code = "ACCOUNT_DISCONNECTED"
    category = "account"
    remediation = "Connect the account again, then retry."


class ContentError(PublishError):
    code = "CONTENT_REJECTED"
    category = "content"
    remediation = "Change the text, then fix the target."


class MediaError(PublishError):
    code = "MEDIA_REJECTED"
    category = "media"
    remediation = "Use another file, then fix the target."


class GoneError(PublishError):
    """It was live, and somebody took it away at the network: it is not sent again unless a person says so."""

    code = "OUTCOME_UNKNOWN"
    category = "unknown"
    remediation = "If it was not meant to be deleted, fix the target: that sends it again."


class PermanentError(PublishError):
    code = "PUBLISH_ERROR"

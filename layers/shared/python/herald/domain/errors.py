"""All errors, as one tree.

`code` is for machines, the message is for people, and `details` is data.

    HeraldError
    ├── InvalidError                 400
    │   ├── ValidationError              VALIDATION_ERROR: the body or query breaks
    │   │                                its schema or a platform's rule
    │   ├── BadRequestError              BAD_REQUEST: malformed JSON, id or cursor
    │   └── IdempotencyKeyError          IDEMPOTENCY_INVALID_KEY
    ├── UnauthorizedError            401
    ├── ForbiddenError               403
    ├── NotFoundError                404
    ├── MethodNotAllowedError        405
    ├── ConflictError                409
    │   ├── PostChangedError             CONFLICT: something else happened to the
    │   │                                post at the same moment
    │   └── IdempotencyConflictError     IDEMPOTENCY_CONFLICT
    ├── PayloadTooLargeError         413
    ├── UnsupportedMediaTypeError    415
    ├── UnprocessableError           422
    ├── RateLimitedError             429
    ├── UnavailableError             503
    ├── FileError                    an uploaded file is wrong; it ends up in validationResults,
    │                                not in an HTTP status
    └── PublishError                 a network refused; it ends up on a target,
        │                            not in an HTTP status
        ├── TransientError               PLATFORM_UNAVAILABLE, worth another try
        ├── PlatformRateError            RATE_LIMITED, worth another try later
        ├── QuotaError                   QUOTA_EXCEEDED, worth a retry by hand when the quota
        │                                is back
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

MOST_PROBLEMS = 100  # problems that one answer lists
MAX_WAIT = 31 * 24 * 3600  # seconds


class HeraldError(Exception):
    """The family of all errors. `details` must be JSON-ready and hold no secret.

    Their keys are herald's own names. The value of `field`, and each value in `fields`, is such a
    name too.
    """

    code: ClassVar[str] = "INTERNAL_ERROR"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, object] = details


class InvalidError(HeraldError):
    """A request that is wrong in itself."""


class BadRequestError(InvalidError):
    code = "BAD_REQUEST"


class IdempotencyKeyError(InvalidError):
    code = "IDEMPOTENCY_INVALID_KEY"


Path = tuple[str | int, ...]
"""A place in a request, in herald's own names: `("overrides", "bluesky", "media", 0)`."""


class Phrase(str):
    """A sentence with herald's own names of fields or routes in braces: `{scheduled_for} is past.`

    The code that shows it to a caller puts the names of the caller's contract there.
    """

    __slots__ = ()


@frozen
class Problem:
    """One problem of a request, at `path`.

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
    """A request with problems. It carries all of them, not only the first one.

    Of very many it carries the first `MOST_PROBLEMS`. `more` is the number of the others.
    """

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
    """The post has changed since it was read for this decision. Another try reads it again."""


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
    """The refusal of a file, for good. `flaw` is its code in `validationResults`: a media.Flaw."""

    def __init__(self, flaw: str, message: str) -> None:
        super().__init__(message)
        self.flaw = flaw


class PublishError(HeraldError):
    """A network's definite no. Nothing of this attempt is live.

    `retry_after` is in seconds, when the network named it. It is `MAX_WAIT` at most, whatever the
    network asked for.
    """

    code = "PUBLISH_ERROR"
    category: ClassVar[str] = "permanent"
    retryable: ClassVar[bool] = False
    remediation: ClassVar[str] = "Look at the message, correct the cause, then fix the target."

    def __init__(
        self, message: str, *, code: str | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.target_code = code if code else self.code
        self.retry_after = None if retry_after is None else min(retry_after, MAX_WAIT)


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
    """A post that was live, and that somebody deleted at the network.

    It is not sent again unless a person says so.
    """

    code = "OUTCOME_UNKNOWN"
    category = "unknown"
    remediation = "If it was not meant to be deleted, fix the target: that sends it again."


class PermanentError(PublishError):
    code = "PUBLISH_ERROR"

"""The one error shape: `{"error": {code, message, details?, requestId}}`. The HTTP status follows the error's family."""

from herald.api.edge.response import Response
from herald.api.voxburst import words
from herald.domain.errors import (
    ConflictError,
    ForbiddenError,
    HeraldError,
    InvalidError,
    MethodNotAllowedError,
    NotFoundError,
    PayloadTooLargeError,
    Problem,
    RateLimitedError,
    UnauthorizedError,
    UnavailableError,
    UnprocessableError,
    UnsupportedMediaTypeError,
    ValidationError,
)

STATUS: tuple[tuple[type[HeraldError], int], ...] = (
    (InvalidError, 400),
    (UnauthorizedError, 401),
    (ForbiddenError, 403),
    (NotFoundError, 404),
    (MethodNotAllowedError, 405),
    (ConflictError, 409),
    (PayloadTooLargeError, 413),
    (UnsupportedMediaTypeError, 415),
    (UnprocessableError, 422),
    (RateLimitedError, 429),
    (UnavailableError, 503),
    (HeraldError, 500),
)


def reply(error: HeraldError, request_id: str) -> Response:
    return Response(
        status=status(error),
        body={"error": {**error_body(error), "requestId": request_id}},
        headers=headers(error),
    )


def headers(error: HeraldError) -> dict[str, str]:
    """What HTTP wants said beside the error."""
    match error:
        case UnauthorizedError():
            return {"WWW-Authenticate": "Bearer"}
        case UnsupportedMediaTypeError():
            return {"Accept-Encoding": "identity"}
    return (
        {"Retry-After": str(error.details["retry_after"])} if "retry_after" in error.details else {}
    )


def error_body(error: HeraldError) -> dict[str, object]:
    """The error itself, without the request it belongs to."""
    found = details(error)
    return {"code": error.code, "message": words.public_message(error.message)} | (
        {"details": found} if found else {}
    )


def blamed(error: HeraldError) -> dict[str, str]:
    """The field that the error is about, if it is about one."""
    if isinstance(error, ValidationError):
        field = words.field(error.problems[0].path)
    else:
        field = words.name(str(error.details.get("field", "")))
    return {"field": field} if field else {}


def status(error: HeraldError) -> int:
    return next(code for family, code in STATUS if isinstance(error, family))


def details(error: HeraldError) -> dict[str, object]:
    """The error's data; a validation error shows its first problem flat, as VoxBurst does, and what it carries in `errors`."""
    if isinstance(error, ValidationError):
        listed = {"errors": [problem_view(each) for each in error.problems]}
        return {
            **problem_view(error.problems[0], flat=True),
            **listed,
            **({"moreErrors": error.more} if error.more else {}),
        }
    return words.renamed_details(error.details)


def problem_view(one: Problem, *, flat: bool = False) -> dict[str, object]:
    told = {} if flat else {"code": one.code, "message": words.public_message(one.message)}
    rule = {
        "platform": one.platform and one.platform.upper(),
        "rule": one.rule and words.rule(one.rule),
        "maxLength": one.max_length,
        "actualLength": one.actual_length,
        "remediation": one.remediation and words.public_message(one.remediation),
    }
    known = {name: value for name, value in rule.items() if value is not None}
    return {"field": words.field(one.path), **told, **known}

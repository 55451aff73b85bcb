"""The one shape of errors: `{"error": {code, message, details?, requestId}}`.

The family of an error gives its HTTP status.
"""

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
    """Return the HTTP headers that an error needs."""
    match error:
        case UnauthorizedError():
            return {"WWW-Authenticate": "Bearer"}
        case UnsupportedMediaTypeError():
            return {"Accept-Encoding": "identity"}
    if "retry_after" in error.details:
        return {"Retry-After": str(error.details["retry_after"])}
    return {}


def error_body(error: HeraldError) -> dict[str, object]:
    """Return the error without the id of its request."""
    body: dict[str, object] = {
        "code": error.code,
        "message": words.public_message(error.message),
    }
    data = details(error)
    if data:
        body["details"] = data
    return body


def blamed(error: HeraldError) -> dict[str, str]:
    """Return the field that the error is about, if there is one."""
    if isinstance(error, ValidationError):
        field = words.field(error.problems[0].path)
    else:
        field = words.name(str(error.details.get("field", "")))
    return {"field": field} if field else {}


def status(error: HeraldError) -> int:
    return next(code for family, code in STATUS if isinstance(error, family))


def details(error: HeraldError) -> dict[str, object]:
    """Return the data of an error.

    A validation error shows its first problem flat, as VoxBurst does, and every problem that it
    carries in `errors`.
    """
    if not isinstance(error, ValidationError):
        return words.renamed_details(error.details)
    data = problem_view(error.problems[0], flat=True)
    data["errors"] = [problem_view(problem) for problem in error.problems]
    if error.more:
        data["moreErrors"] = error.more
    return data


def problem_view(problem: Problem, *, flat: bool = False) -> dict[str, object]:
    shown: dict[str, object] = {"field": words.field(problem.path)}
    if not flat:
        shown["code"] = problem.code
        shown["message"] = words.public_message(problem.message)
    if problem.platform is not None:
        shown["platform"] = problem.platform.upper()
    if problem.rule is not None:
        shown["rule"] = words.rule(problem.rule)
    if problem.max_length is not None:
        shown["maxLength"] = problem.max_length
    if problem.actual_length is not None:
        shown["actualLength"] = problem.actual_length
    if problem.remediation is not None:
        shown["remediation"] = words.public_message(problem.remediation)
    return shown

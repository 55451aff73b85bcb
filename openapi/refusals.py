"""The name and description of each error status, for every route."""

from typing import NamedTuple

from herald.api.edge.app import MAX_BODY


class Refusal(NamedTuple):
    name: str
    description: str


ERRORS = {
    400: Refusal(
        "BadRequest",
        "The body or query breaks its schema (VALIDATION_ERROR; `details.errors` has every "
        "problem). Or the body is not JSON, or an id or cursor is malformed (BAD_REQUEST). "
        "Or the Idempotency-Key is malformed (IDEMPOTENCY_INVALID_KEY).",
    ),
    401: Refusal("Unauthorized", "The key is missing, malformed, unknown, revoked or expired."),
    403: Refusal(
        "Forbidden",
        "The key lacks the scope (`details.requiredScope`). Or the plan lacks the feature "
        "(`details.requiredFeature`). Or it is not the approver's turn (`details.step` is the step "
        "whose turn it is). Or a test key asks for live data (`details.requiredMode`). Or the new "
        "key would outlive the calling key (`details.latest`).",
    ),
    404: Refusal("NotFound", "This workspace and mode have no such object."),
    405: Refusal(
        "MethodNotAllowed",
        "The id in the path is empty, and the shorter path takes no such method.",
    ),
    409: Refusal(
        "Conflict",
        "The current state, `details.status`, does not allow the call (CONFLICT). "
        "Or the Idempotency-Key was used with another request (IDEMPOTENCY_CONFLICT).",
    ),
    413: Refusal("PayloadTooLarge", f"The body is larger than {MAX_BODY // 1024**2} MB."),
    415: Refusal(
        "UnsupportedMediaType",
        "The body has a Content-Encoding (`details.contentEncoding`). herald reads none.",
    ),
    422: Refusal("Unprocessable", "The request is well formed but cannot be done."),
    429: Refusal(
        "RateLimited",
        "There were too many calls in this minute. Try again after `Retry-After` seconds.",
    ),
    500: Refusal(
        "InternalError",
        "Something went wrong in this service. Try again; an Idempotency-Key makes that safe.",
    ),
    503: Refusal(
        "Unavailable",
        "A network, or a part of this service, is not available at the moment. Try again.",
    ),
}

"""What each error status says, whichever route answers it."""

from typing import NamedTuple

from herald.api.edge.app import MAX_BODY


class Refusal(NamedTuple):
    name: str
    said: str


ERRORS = {
    400: Refusal(
        "BadRequest",
        "The body or query breaks its schema (VALIDATION_ERROR, every problem in `details.errors`), or is no JSON, "
        "or an id or cursor is malformed (BAD_REQUEST), or the Idempotency-Key is (IDEMPOTENCY_INVALID_KEY).",
    ),
    401: Refusal("Unauthorized", "The key is missing, malformed, unknown, revoked or expired."),
    403: Refusal(
        "Forbidden",
        "The key lacks the scope (`details.requiredScope`), or the plan the feature (`details.requiredFeature`), "
        "or it is not the approver's turn (`details.step` is whose it is), or a test key asks for what is live "
        "(`details.requiredMode`), or a key for one that would outlive it (`details.latest`).",
    ),
    404: Refusal("NotFound", "There is no such thing in this workspace and mode."),
    405: Refusal(
        "MethodNotAllowed",
        "The path, as the gateway reads it, takes no such method: the id is empty.",
    ),
    409: Refusal(
        "Conflict",
        "The state does not allow it (CONFLICT, `details.status` is the current one), "
        "or the Idempotency-Key was used with another request (IDEMPOTENCY_CONFLICT).",
    ),
    413: Refusal("PayloadTooLarge", f"The body is larger than {MAX_BODY // 1024**2} MB."),
    415: Refusal(
        "UnsupportedMediaType",
        "The body has a Content-Encoding (`details.contentEncoding`); none is read.",
    ),
    422: Refusal("Unprocessable", "Well formed, but cannot be done."),
    429: Refusal(
        "RateLimited", "Too many calls in this minute: ask again after `Retry-After` seconds."
    ),
    500: Refusal(
        "InternalError", "Something went wrong here. Ask again; an Idempotency-Key makes that safe."
    ),
    503: Refusal(
        "Unavailable", "A network, or a part of this service, is not available just now. Ask again."
    ),
}

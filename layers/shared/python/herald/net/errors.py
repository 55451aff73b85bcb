"""Why a call to the outside brought no answer. What counts afterwards: can it have had an effect?

    CallError
    ├── NotSentError      no effect: the last byte of the request was never written
    │   └── BlockedError      this address may not be spoken to, ever
    └── NoAnswerError     outcome unknown: the request was written, an answer worth the name never came

Messages are fit for a log: no secret, no resolved address.
"""


class CallError(Exception):
    """The family."""


class NotSentError(CallError):
    """DNS, connecting or TLS failed, or the request could not be written to its end."""


class BlockedError(NotSentError):
    """The guard refused the URL or the address behind it."""


class NoAnswerError(CallError):
    """Timeout, reset or a malformed answer after the request was written. `status` is set when its status line had come."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status

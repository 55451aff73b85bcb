"""Errors of a call to the outside. They tell whether the call can have had an effect.

    CallError
    ├── NotSentError      no effect: the last byte of the request was never written
    │   └── BlockedError      this address may never be called
    └── NoAnswerError     outcome unknown: the request was written, but no valid answer came

Messages are fit for a log: no secret, no resolved address.
"""


class CallError(Exception):
    """Any of them."""


class NotSentError(CallError):
    """DNS, connecting or TLS failed, or the request could not be written to its end."""


class BlockedError(NotSentError):
    """The guard refused the URL or the address behind it."""


class NoAnswerError(CallError):
    """Timeout, reset or a malformed answer after the request was written.

    `status` is set if the status line of the answer had come.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status

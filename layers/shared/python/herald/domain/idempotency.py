"""Idempotency: an equal request has its effect once, and gets its first answer.

Source: the contract, section 1.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from herald.domain.errors import IdempotencyConflictError, IdempotencyKeyError
from herald.domain.values import frozen

RESPONSE_KEPT = timedelta(hours=24)
MAX_KEY = 255
SLOW = {"n": 2**14, "r": 8, "p": 1}  # for scrypt: each guess costs 16 MB and some 50 ms

# A request that can answer more results serves where one that answers fewer is asked for.
Result_contra = TypeVar("Result_contra", contravariant=True)


@frozen
class IdempotencyKey:
    """The identity of a request. `fingerprint` is of its method, path and body."""

    key: str
    fingerprint: str

    def part(self, index: int, body: object) -> "IdempotencyKey":
        """Return the identity of one part, for a request that does several things, each once."""
        fingerprint = digest(canonical("part", body))
        return IdempotencyKey(key=f"{self.key}#{index}", fingerprint=fingerprint)


@frozen
class StoredResponse:
    """The answer to the first request with this key, as it went over the wire."""

    key: IdempotencyKey
    status: int
    body: str = field(repr=False)
    expires_at: datetime


class IdempotentReplay(Exception):  # noqa: N818 - not an error: the caller gets the first answer
    """A request whose effect is there already. `response` is the first answer."""

    def __init__(self, response: StoredResponse) -> None:
        super().__init__("answered before")
        self.response = response


class IdempotentRequest(Generic[Result_contra]):
    """A request that has its effect once, and how its result is answered.

    The use case calls `respond` once it knows the result, and stores what that returns together
    with the effect. The door answers with `status` and `body`. Where `status_of` is given, the
    status depends on the result. `key` is None when the caller named none.
    """

    def __init__(
        self,
        status: int = 200,
        render: Callable[[Result_contra], str] = str,
        key: IdempotencyKey | None = None,
        status_of: Callable[[Result_contra], int] | None = None,
    ) -> None:
        self.status = status
        self.key = key
        self._render = render
        self._status_of = status_of
        self._result: Result_contra | None = None
        self._body: str | None = None

    def respond(self, result: Result_contra, now: datetime) -> StoredResponse | None:
        """Take the result. Return what to store for equal requests, or None without a key."""
        if self._status_of:
            self.status = self._status_of(result)
        self._result = result
        self._body = None
        if self.key is None:
            return None
        return StoredResponse(
            key=self.key, status=self.status, body=self.body, expires_at=now + RESPONSE_KEPT
        )

    @property
    def body(self) -> str:
        """The result as it is answered, rendered once."""
        if self._body is None:
            assert self._result is not None, "its use case has not responded"
            self._body = self._render(self._result)
        return self._body


def check_equal(stored: IdempotencyKey, key: IdempotencyKey) -> None:
    """Raise IdempotencyConflictError when the key was used for another request."""
    if stored.fingerprint != key.fingerprint:
        raise IdempotencyConflictError("This Idempotency-Key was used with a different request.")


def identify(
    key: str | None, *, method: str, path: str, body: object, credentials: bool = False
) -> IdempotencyKey | None:
    """Return the request's identity, or None when it named no key. Raises IdempotencyKeyError.

    A request that holds credentials is digested slowly, and salted with the key, which is not kept
    in clear: nobody can guess a password in it from the table.
    """
    if key is None:
        return None
    if not 0 < len(key) <= MAX_KEY or not (key.isascii() and key.isprintable()):
        raise IdempotencyKeyError(
            f"Idempotency-Key must be 1 to {MAX_KEY} printable ASCII characters."
        )
    request = canonical(method, path, body)
    fingerprint = slow_digest(request, key) if credentials else digest(request)
    return IdempotencyKey(key=key, fingerprint=fingerprint)


def canonical(*parts: object) -> bytes:
    """Return the same bytes for equal requests, however they are written."""
    return json.dumps(parts, sort_keys=True).encode()


def slow_digest(request: bytes, salt: str) -> str:
    return hashlib.scrypt(request, salt=salt.encode(), **SLOW).hex()


def digest(request: bytes) -> str:
    return hashlib.sha256(request).hexdigest()

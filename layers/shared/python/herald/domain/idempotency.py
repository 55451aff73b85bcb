"""Idempotency: the reply to a request, kept with what the request did. Source: the contract, section 1."""

import hashlib
import json
from dataclasses import field
from datetime import datetime, timedelta

from herald.domain.errors import IdempotencyConflictError, IdempotencyKeyError
from herald.domain.values import frozen

KEPT = timedelta(hours=24)
MAX_KEY = 255
SLOW = {"n": 2**14, "r": 8, "p": 1}  # of scrypt: 16 MB and some 50 ms for every guess


@frozen
class Once:
    """A request that must have its effect once. `fingerprint` is of its method, path and body."""

    key: str
    fingerprint: str

    def part(self, index: int, body: object) -> "Once":
        """The identity of one part of a request that does several things, each of which must have its effect once."""
        return Once(key=f"{self.key}#{index}", fingerprint=digest(canonical("part", body)))

    def answer(self, status: int, body: str, now: datetime) -> "Answered":
        """What is kept for later equal requests."""
        return Answered(fingerprint=self.fingerprint, status=status, body=body, expires_at=now + KEPT)


@frozen
class Answered:
    """What the first such request was answered, as bytes on the wire."""

    fingerprint: str
    status: int
    body: str = field(repr=False)
    expires_at: datetime

    def replay(self, once: Once) -> "Answered":
        """Itself. Raises IdempotencyConflictError when the key was used for another request."""
        if self.fingerprint != once.fingerprint:
            raise IdempotencyConflictError("This Idempotency-Key was used with a different request.")
        return self


class AlreadyAnswered(Exception):  # noqa: N818 - not an error: the caller gets the first request's reply
    """The effect is there already; `answer` is what was said then."""

    def __init__(self, answer: Answered) -> None:
        super().__init__("answered before")
        self.answer = answer


def once(key: str | None, *, method: str, path: str, body: object, credentials: bool = False) -> Once | None:
    """The request's identity, or None when it named no key. Raises IdempotencyKeyError.

    One that holds credentials is digested slowly, and salted with the key, which is not kept in clear: a password in it cannot
    be guessed from the table.
    """
    if key is None:
        return None
    if not 0 < len(key) <= MAX_KEY or not (key.isascii() and key.isprintable()):
        raise IdempotencyKeyError(f"Idempotency-Key must be 1 to {MAX_KEY} printable ASCII characters.")
    said = canonical(method, path, body)
    return Once(key=key, fingerprint=hashlib.scrypt(said, salt=key.encode(), **SLOW).hex() if credentials else digest(said))


def canonical(*said: object) -> bytes:
    """The same bytes for equal requests, however they are written."""
    return json.dumps(said, sort_keys=True).encode()


def digest(said: bytes) -> str:
    return hashlib.sha256(said).hexdigest()

"""When to try again. Sources: the contract, sections 3 (publishing) and 4 (webhooks); PostFuze's Retry policy."""

import hashlib
from datetime import timedelta

PUBLISH_MINUTES = (2, 4, 8)
MAX_PUBLISH_ATTEMPTS = 1 + len(PUBLISH_MINUTES)
PUBLISH_JITTER = 0.10
WEBHOOK_MINUTES = (1, 5, 15)
POSTFUZE_MINUTES = (1, 2, 4, 8, 16, 32, 60)
FIND_SECONDS = (15, 30, 60, 120, 300)


def publish_delay(attempt: int, seed: str, *, scale: float, at_least: float = 0) -> timedelta:
    """How long after failed attempt 1, 2 or 3: 2, 4, 8 minutes ±10 %, or the network's own `at_least` seconds when longer."""
    spread = 1 + PUBLISH_JITTER * (2 * fraction(seed, attempt) - 1)
    return timedelta(seconds=max(PUBLISH_MINUTES[attempt - 1] * 60 * spread * scale, at_least))


def webhook_delay(minutes: int, *, scale: float, at_least: float = 0) -> timedelta:
    """So many minutes, or the receiver's own `at_least` seconds when longer."""
    return timedelta(seconds=max(minutes * 60 * scale, at_least))


def find_delay(tries: int, *, scale: float) -> timedelta:
    """How long until an unknown outcome is looked for again, after `tries` looks."""
    return timedelta(seconds=FIND_SECONDS[min(tries, len(FIND_SECONDS) - 1)] * scale)


def fraction(seed: str, attempt: int) -> float:
    """A number in [0, 1) that depends on nothing but its arguments: jitter that repeats in a test."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{attempt}".encode()).digest()[:6]) / 2**48

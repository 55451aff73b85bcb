"""Delays until the next attempt.

Sources: the contract, sections 3 (publishing) and 4 (webhooks), and PostFuze's Retry policy.
"""

import hashlib
from datetime import timedelta

PUBLISH_MINUTES = (2, 4, 8)
MAX_PUBLISH_ATTEMPTS = 1 + len(PUBLISH_MINUTES)
PUBLISH_JITTER = 0.10
WEBHOOK_MINUTES = (1, 5, 15)
POSTFUZE_MINUTES = (1, 2, 4, 8, 16, 32, 60)
FIND_SECONDS = (15, 30, 60, 120, 300)


def publish_delay(attempt: int, seed: str, *, scale: float, at_least: float = 0) -> timedelta:
    """Return the delay after a failed attempt, with its jitter. Attempts count from 1.

    `at_least` is the network's own delay in seconds. It counts when it is longer.
    """
    spread = 1 + PUBLISH_JITTER * (2 * fraction(seed, attempt) - 1)
    seconds = PUBLISH_MINUTES[attempt - 1] * 60 * spread * scale
    return timedelta(seconds=max(seconds, at_least))


def webhook_delay(minutes: int, *, scale: float, at_least: float = 0) -> timedelta:
    """Return a delay of so many minutes, or the receiver's own `at_least` seconds when longer."""
    return timedelta(seconds=max(minutes * 60 * scale, at_least))


def find_delay(tries: int, *, scale: float) -> timedelta:
    """Return the delay until herald looks again for an unknown outcome, after `tries` looks."""
    seconds = FIND_SECONDS[min(tries, len(FIND_SECONDS) - 1)]
    return timedelta(seconds=seconds * scale)


def fraction(seed: str, attempt: int) -> float:
    """Return a number in [0, 1) that depends only on its arguments.

    Jitter made from it repeats in a test.
    """
    digest = hashlib.sha256(f"{seed}:{attempt}".encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48

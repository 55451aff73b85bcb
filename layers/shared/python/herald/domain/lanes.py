"""Lanes: receivers that took long lately wait apart, so that they hold up nobody else.

A single attempt may take thirty seconds.
"""

from datetime import timedelta
from enum import StrEnum

# A receiver that takes longer is slow. A crowded invocation makes others wait 2 seconds at most.
SLOW_AFTER = timedelta(seconds=5)
# Quicker attempts forgive a quarter. After one attempt of 30 seconds, the seventh is in the fast
# lane again.
LATENCY_DECAY = 4


class Lane(StrEnum):
    FAST = "fast"
    SLOW = "slow"


def lane_of(latency_ms: int) -> Lane:
    return Lane.SLOW if latency_ms >= SLOW_AFTER // timedelta(milliseconds=1) else Lane.FAST


def smoothed_latency(latency_ms: int, worst: int) -> int:
    """Return an endpoint's latency after attempts, the slowest of which took `worst` milliseconds.

    The latency rises at once, and falls slowly.
    """
    if worst >= latency_ms:
        return worst
    return latency_ms - (latency_ms - worst) // LATENCY_DECAY

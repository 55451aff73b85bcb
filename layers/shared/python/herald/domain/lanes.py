"""Lanes: what is for receivers that lately took long waits apart, so that thirty seconds of one hold nobody else."""

from datetime import timedelta
from enum import StrEnum

SLOW_AFTER = timedelta(
    seconds=5
)  # a receiver that takes longer is slow; a crowded invocation makes others wait for 2, no more
LATENCY_DECAY = 4  # a quicker flight forgives a quarter: after one attempt of 30 seconds, the seventh is in the fast lane again


class Lane(StrEnum):
    FAST = "fast"
    SLOW = "slow"


def lane_of(latency_ms: int) -> Lane:
    return Lane.SLOW if latency_ms >= SLOW_AFTER // timedelta(milliseconds=1) else Lane.FAST


def smoothed_latency(latency_ms: int, worst: int) -> int:
    """An endpoint's latency after a flight whose worst attempt took that long: it rises at once, and falls slowly."""
    return worst if worst >= latency_ms else latency_ms - (latency_ms - worst) // LATENCY_DECAY

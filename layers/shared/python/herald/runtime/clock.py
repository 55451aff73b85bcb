"""The clock. No other module reads the time or sleeps."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def wait(seconds: float) -> None:
    time.sleep(seconds)

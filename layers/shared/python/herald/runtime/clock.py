"""The clock: nothing else reads it, or waits for it."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def wait(seconds: float) -> None:
    time.sleep(seconds)

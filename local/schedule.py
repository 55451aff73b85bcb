"""Runs every rate(…) rule in scaled time, as EventBridge does in real time."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from local.aws import ACCOUNT, REGION
from local.template import Rule

SHORTEST = 0.2  # seconds; with a shorter period the stack would only sweep


def event_of(rule: Rule, *, now: datetime) -> dict[str, Any]:
    """Return the event that EventBridge sends a function on a schedule."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{rule.name}"],
        "detail": {},
    }


class Schedule:
    """One thread per rule, until stopped."""

    def __init__(
        self, rules: Iterable[Rule], time_scale: float, run: Callable[[str, bytes], None]
    ) -> None:
        self._run = run
        self._stopped = threading.Event()
        for rule in rules:
            period = max(rule.period * time_scale, SHORTEST)
            threading.Thread(
                target=self._drive, args=(rule, period), name=rule.name, daemon=True
            ).start()

    def stop(self) -> None:
        self._stopped.set()

    def _drive(self, rule: Rule, period: float) -> None:
        """Run the function once per period. The first run is at once: work may already be due."""
        following = time.monotonic()
        while not self._stopped.wait(max(0.0, following - time.monotonic())):
            self._run(rule.function, json.dumps(event_of(rule, now=datetime.now(UTC))).encode())
            following = max(following + period, time.monotonic())

"""Measures how late posts leave: 50 of them over five minutes, on a running stack.

`python -m benchmarks.lateness`.
"""

import os
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from local.demo import PATIENCE, TERMINAL, Caller, workspace
from local.settings import read_settings

POSTS = 50
FIRST = timedelta(seconds=10)
LAST = timedelta(minutes=5)  # the sweep releases what is due after three minutes
GOAL = 2.0  # seconds


def finished(api: Caller, post_id: str) -> datetime:
    """Return when the post was published. Raises SystemExit when it is not."""
    end = time.monotonic() + LAST.total_seconds() + PATIENCE
    while time.monotonic() < end:
        _, post = api.send("GET", f"/v1/posts/{post_id}", None, {})
        if post.get("status") in TERMINAL:
            return datetime.fromisoformat(post["publishedAt"])
        time.sleep(1)
    raise SystemExit(f"{post_id} did not finish")


def main() -> int:
    settings = read_settings(Path("template.yaml"), os.environ)
    api = Caller(f"http://127.0.0.1:{settings.port}", workspace(settings)["testKey"])
    _, account = api.send("POST", "/v1/accounts/connect/twitter", {"username": uuid4().hex}, {})
    start = datetime.now(UTC).replace(microsecond=0) + FIRST
    times = [start + (LAST - FIRST) * number / POSTS for number in range(POSTS)]
    times = [at.replace(microsecond=0) for at in times]
    ids = []
    for at in times:
        body = {
            "content": f"due {at}",
            "accountIds": [account["account"]["id"]],
            "scheduledFor": at.isoformat(),
        }
        ids.append(api.send("POST", "/v1/posts", body, {})[1]["id"])
    late = sorted(
        (finished(api, post_id) - at).total_seconds()
        for post_id, at in zip(ids, times, strict=True)
    )
    shown = {
        "min": late[0],
        "p50": statistics.median(late),
        "p95": late[int(0.95 * len(late))],
        "max": late[-1],
    }
    values = "  ".join(f"{name} {value:.2f}" for name, value in shown.items())
    print(f"{POSTS} posts, seconds after their second: {values}")
    return 0 if late[0] >= 0 and late[-1] <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())

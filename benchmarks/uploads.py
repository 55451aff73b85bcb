"""Measures how long after an upload its file is READY, on a stack of its own.

`python -m benchmarks.uploads`.

A time on a shared machine says little, so it is only shown, beside what the same picture takes
alone. The benchmark fails when a file does not become READY.
"""

import io
import statistics
import sys
import tempfile
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.pictures import sample
from herald.domain.api_keys import Plan
from herald.domain.media import ContentType
from herald.media.normalize import normalize
from tests.e2e.stack import Caller, Stack, until

UPLOADS = 30
SIZE = (1_600, 1_200)


def picture() -> bytes:
    buffer = io.BytesIO()
    sample("RGB", SIZE).save(buffer, "PNG")
    return buffer.getvalue()


def ready_after(api: Caller, content: bytes) -> float:
    """Return the seconds from the store's answer to READY. Raises SystemExit."""
    wanted = {"filename": "p.png", "contentType": ContentType.PNG, "sizeBytes": len(content)}
    upload = api("POST", "/v1/media/upload", wanted).body
    request = urllib.request.Request(
        upload["uploadUrl"], content, upload["uploadHeaders"], method="PUT"
    )
    with urllib.request.urlopen(request, timeout=30):
        done = datetime.now(UTC)
    media = until(lambda: settled(api, upload["mediaId"]))
    if media["status"] != "READY":
        raise SystemExit(f"{media['mediaId']} is {media['status']}: {media['validationResults']}")
    return (datetime.fromisoformat(media["updatedAt"]) - done).total_seconds()


def settled(api: Caller, media_id: str) -> dict[str, Any] | None:
    media: dict[str, Any] = api("GET", f"/v1/media/{media_id}").body
    return media if media["status"] in {"READY", "FAILED"} else None


def alone(content: bytes) -> float:
    """Return the seconds to make the picture ready, with no stack around it."""
    start = time.perf_counter()
    normalize(content, ContentType.PNG)
    return time.perf_counter() - start


def main() -> int:
    content = picture()
    least = min(alone(content) for _ in range(3))
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "data", time_scale="1")
        stack.start()
        try:
            api = stack.workspace(Plan.AGENCY)
            took = sorted(ready_after(api, content) for _ in range(UPLOADS))
        finally:
            stack.stop()
    p50 = statistics.median(took)
    p95 = took[int(0.95 * len(took))]
    print(
        f"\n{UPLOADS} uploads of {len(content) / 1e6:.1f} MB,"
        f" seconds from their end to READY: p50 {p50:.2f}  p95 {p95:.2f}"
    )
    print(f"  p50 is {p50 / least:.1f} times what the picture takes alone ({least:.2f}).")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The ports that are never called, against Node's fetch, which keeps the Fetch standard."""

import json
import subprocess
from pathlib import Path

from herald.net.errors import BlockedError
from herald.net.guard import Guard

HERE = Path(__file__).parent


def refused(port: int) -> bool:
    try:
        Guard().check_url(f"https://example.com:{port}/")
    except BlockedError:
        return True
    return False


def test_the_ports_that_fetch_refuses_are_refused_and_no_other() -> None:
    said = subprocess.run(
        ["node", str(HERE / "ports.mjs")], capture_output=True, text=True, check=True
    ).stdout

    assert [port for port in range(1, 65536) if refused(port)] == json.loads(said)

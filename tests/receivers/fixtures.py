"""The receivers as processes: started on loopback, called over HTTP, ended with the session."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import node

HERE = Path(__file__).parent
VERIFIERS = ("voxburst", "standard", "svix")
POSTFUZE = ("postfuze", "standard", "svix")


@dataclass(frozen=True)
class Receiver:
    """A running receiver. Endpoints have names; each has one secret and one ledger."""

    url: str

    def endpoint(self, name: str, *, verifier: str) -> str:
        """Return the URL for deliveries.

        `verifier` is one of VERIFIERS, or of POSTFUZE for an endpoint of that format.
        """
        return f"{self.url}/{verifier}/{name}"

    def trust(self, name: str, secret: str) -> None:
        self._ask("PUT", f"secrets/{name}", secret.encode())

    def answer(self, name: str, *statuses: int) -> None:
        """What the next verified deliveries are answered; 200 afterwards."""
        self._ask("PUT", f"answers/{name}", json.dumps(statuses).encode())

    def received(self, name: str) -> list[dict[str, Any]]:
        """Every verified delivery: verifier, headers (in lower case), body, answered."""
        found: list[dict[str, Any]] = json.loads(self._ask("GET", f"received/{name}"))
        return found

    def refused(self, name: str) -> int:
        return int(self._ask("GET", f"refused/{name}"))

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(f"{self.url}/{path}", data=body, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            said: bytes = answer.read()
        return said


@contextmanager
def running(command: Sequence[str | Path], env: Mapping[str, str]) -> Iterator[Receiver]:
    """Start the receiver with this command.

    It ends with its standard input, and so never outlives us.
    """
    with subprocess.Popen(
        command, env=os.environ | env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready, f"{command[0]} did not start"
        yield Receiver(f"http://127.0.0.1:{json.loads(ready)['port']}")
        process.stdin.close()
        process.wait(10)


@pytest.fixture(scope="session")
def node_receiver() -> Iterator[Receiver]:
    with running(
        ["node", HERE / "server.mjs"], {"RECEIVER_MODULES": str(node.modules(HERE))}
    ) as receiver:
        yield receiver


@pytest.fixture(scope="session")
def python_receiver() -> Iterator[Receiver]:
    with running([sys.executable, HERE / "server.py"], {}) as receiver:
        yield receiver


@pytest.fixture(params=["node_receiver", "python_receiver"])
def receiver(request: pytest.FixtureRequest) -> Receiver:
    """Each of the two."""
    started: Receiver = request.getfixturevalue(request.param)
    return started

"""The running stack, as a person starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from herald.domain.api_keys import Plan
from local.aws import client
from local.gateway import invoker
from tests.template import ROOT

Found = TypeVar("Found")
ORIGIN = "https://app.example.com"  # whose pages may call the stack
PATIENCE = 90.0  # seconds, until something that must happen has happened


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Caller:
    """Calls the API over HTTP with one key."""

    base: str
    key: str

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Keyword arguments are headers: `idempotency_key="…"`."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        said |= {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data, method=method, headers=said)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, dict(answer.headers), json.loads(answer.read()))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), json.loads(error.read()))

    def connect(self, platform: str, **fields: str) -> str:
        """The id of a newly connected account."""
        answer = self("POST", f"/v1/accounts/connect/{platform}", fields)
        assert answer.status == 201, answer.body
        identifier: str = answer.body["account"]["id"]
        return identifier

    def finished(self, post_id: str) -> Any:
        """The post, once its status is terminal."""

        def terminal() -> Any:
            answer = self("GET", f"/v1/posts/{post_id}")
            assert answer.status == 200, answer.body
            post = answer.body
            return post if post["status"] in {"published", "partial", "failed"} else None

        return until(terminal)

    def live(self, account_id: str) -> list[str]:
        """The texts that are really live in the sandbox."""
        page = self("GET", f"/v1/sandbox/posts?accountId={account_id}&limit=100").body
        return [each["content"] for each in page["data"]]


class Stack:
    """`make run`'s process with a port and a folder of its own."""

    def __init__(self, data_dir: Path, *, time_scale: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.time_scale = time_scale
        self.log = data_dir.with_suffix(".log")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Returns the ready line."""
        environment = os.environ | {
            "PORT": str(self.port),
            "DATA_DIR": str(self.data_dir),
            "TIME_SCALE": self.time_scale,
        }
        environment |= {"ALLOWED_ORIGINS": ORIGIN}
        command = [sys.executable, "-m", "local.run"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        return until(self._ready)

    def _ready(self) -> str | None:
        said = self.log.read_text()
        assert self.process is not None
        assert self.process.poll() is None, f"the stack did not start: {said}"
        return next((line for line in said.splitlines() if line.startswith("ready: ")), None)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(60)

    def caller(self, name: str) -> Caller:
        """`key` calls live, `testKey` in test mode."""
        key = json.loads((self.data_dir / "workspace.json").read_text())[name]
        return Caller(f"http://127.0.0.1:{self.port}", key)

    def workspace(self, plan: Plan) -> Caller:
        """The test caller of a workspace of its own, made as an operator makes one."""
        outputs = json.loads((self.data_dir / "outputs.json").read_text())
        invoke = invoker(client("lambda", outputs["emulatorUrl"]), lambda name: str(outputs[name]))
        made = invoke("ProvisionFunction", json.dumps({"name": plan, "plan": plan}).encode())
        return Caller(f"http://127.0.0.1:{self.port}", made["testKey"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(look: Callable[[], Found | None], *, patience: float = PATIENCE) -> Found:
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"nothing was found within {patience} s")

"""Runs the emulator as a child process: starts it, has it save, stops it. It never outlives us."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from local.aws import ACCOUNT, NOBODY, REGION
from local.settings import LocalError

ROOT = Path(__file__).resolve().parent.parent
Event = dict[str, Any]
KEPT_FROM_THE_PERSON = ["PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR"]


@contextmanager
def claim(data_dir: Path) -> Iterator[int]:
    """Lock the folder for one stack.

    The emulator inherits the lock, so the next stack waits until all is saved. Raises LocalError.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    handle = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(handle, time.monotonic() + 5, data_dir)
        yield handle
    finally:
        os.close(handle)


def _lock(handle: int, deadline: float, data_dir: Path) -> None:
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise LocalError(
                    f"another stack runs on {data_dir}; name another DATA_DIR"
                ) from None
            time.sleep(0.1)


def free_port(wanted: int | None) -> int:
    """Return the wanted port if it is free, else another."""
    for port in (wanted or 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise LocalError("no free port for the emulator")


class Emulator:
    """A running emulator. A thread of its own calls `tell` with everything that it reports."""

    def __init__(
        self, data_dir: Path, port: int, *, lock: int, tell: Callable[[Event], None]
    ) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        self._tell = tell
        self._log = data_dir / "emulator.log"
        self._saved = threading.Semaphore(0)
        scratch = data_dir / "tmp"
        shutil.rmtree(scratch, ignore_errors=True)  # what a killed predecessor left
        scratch.mkdir()
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local.emulated"],
                cwd=ROOT,
                env=environment(dict(os.environ), data_dir, port),
                stdin=subprocess.PIPE,  # its end is our end
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                pass_fds=[lock],
                start_new_session=True,  # Ctrl-C is for us; we stop it
            )
        threading.Thread(target=self._listen, name="emulator", daemon=True).start()
        self._wait_until_ready()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def say(self, word: str) -> None:
        """Send `save`, `warm` or `stop`. Nothing happens when the emulator is gone."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(word + "\n")
            self._process.stdin.flush()
        except OSError:
            return

    def save(self) -> None:
        """Return when everything so far is on disk."""
        self.say("save")
        self._saved.acquire(timeout=30)

    def stop(self) -> None:
        """Save, then end the emulator and every function it runs."""
        self.say("stop")
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        with suppress(ProcessLookupError):  # functions that a killed emulator left behind
            os.killpg(self._process.pid, signal.SIGKILL)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            event = json.loads(line)
            if event["is"] == "saved":
                self._saved.release()
            else:
                self._tell(event)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.alive:
            try:
                with _direct.open(f"{self.endpoint}/_ministack/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.05)
        self._process.kill()
        raise LocalError(f"the emulator did not start; see {self._log}")


_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def environment(ours: dict[str, str], data_dir: Path, port: int) -> dict[str, str]:
    """Return the environment of the emulator and its functions: little of this machine's own."""
    return {name: ours[name] for name in KEPT_FROM_THE_PERSON if name in ours} | {
        "TZ": "UTC",
        "HOME": str(data_dir / "tmp"),
        "TMPDIR": str(data_dir / "tmp"),
        "PYTHONDONTWRITEBYTECODE": "1",
        **NOBODY,
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "AUTH": "true",  # roles and policies are enforced
        "IOT_MTLS_ENABLED": "0",  # would listen on a port of its own
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data_dir / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data_dir / "s3"),
        "DOCKER_HOST": f"unix://{data_dir}/no-docker",  # never look for one
        "LOG_LEVEL": "WARNING",
    }

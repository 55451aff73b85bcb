"""make run: emulator, stack, HTTP API, schedule and watcher, until Ctrl-C.

    python -m local.run [template.yaml]

Once it serves, it prints `ready: <url> key: <key>`, the test key, a line to paste into another
shell, and where mail can be read. Then it prints a line for each thing that happens.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.aws import REGION, client, never_a_real_account
from local.deploy import Deployment, Stack
from local.emulator import ROOT, Emulator, Event, claim, free_port
from local.gateway import FunctionError, cors_of, invoker, routes_of
from local.http_api import HttpApi
from local.logs import lines_of, show
from local.schedule import Schedule
from local.settings import LocalError, Settings, read_settings
from local.template import Rule, code_of, open_api, read_template, rules
from local.watch import Seen, seen

LOOK_EVERY = 0.3  # seconds between two looks at the files
MAIL = "/_ministack/ses/messages"  # where the emulator shows what was mailed
OWNER = {"name": "local", "email": "you@example.com"}


def main(arguments: list[str]) -> int:
    """Return the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 - someone may name an older one
        print("herald needs Python 3.11 or newer", file=sys.stderr)
        return 1
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    template = Path(arguments[0]) if arguments else ROOT / "template.yaml"
    try:
        settings = read_settings(template, os.environ)
        never_a_real_account(os.environ)
        run(settings, stop)
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def run(settings: Settings, stop: threading.Event) -> None:
    """Serve until `stop` is set."""
    api = listening(settings.port)
    print("starting the stack …", file=sys.stderr, flush=True)
    with claim(settings.data_dir) as lock:
        forget_what_never_became_ready(settings.data_dir)
        outputs = read(settings.data_dir / "outputs.json")
        port = settings.emulator_port or free_port(outputs.get("emulatorPort"))
        local = Local(settings, api)
        with started(settings.data_dir, port, lock, local) as emulator:
            local.start(emulator)
            try:
                local.follow(stop)
            finally:
                local.stop()


class Local:
    """The running stack: what the emulator holds, and what this process drives."""

    def __init__(self, settings: Settings, api: HttpApi) -> None:
        self._settings = settings
        self._api = api
        self._schedule: Schedule | None = None
        self._rules: list[Rule] = []
        self._names: Mapping[str, str] = {}
        self._nouns: dict[str, str] = {}
        self._folders: list[Path] = []
        self._seen: Seen = {}
        self._ended = False
        self._held: list[Event] | None = []  # nothing is shown before the ready line

    def start(self, emulator: Emulator) -> None:
        """Deploy, provision and serve, then print that the stack is ready."""
        self._emulator = emulator
        self._functions = client("lambda", emulator.endpoint)
        self._deployment = Deployment(
            self._settings.template, self._settings.parameters, emulator.endpoint
        )
        self._api.invoke = invoker(self._functions, self._name)
        stack = self._deploy()
        keys = self._keys()
        try:
            self._api.serve()
        except OSError as error:  # somebody else bound it meanwhile
            raise taken(self._settings.port, error) from error
        url = f"http://127.0.0.1:{self._settings.port}"
        for line in greeting(url, keys, emulator.endpoint + MAIL):
            print(line, flush=True)
        held = self._held or []
        self._held = None
        for event in held:
            self.tell(event)
        self._drive(stack)
        emulator.say("warm")

    def follow(self, stop: threading.Event) -> None:
        """Deploy what is edited, until `stop` is set or make is gone.

        A make that is gone can no longer tell us to stop.
        """
        parent = os.getppid()
        while not stop.wait(LOOK_EVERY):
            if "MAKELEVEL" in os.environ and os.getppid() != parent:
                return
            if not self._emulator.alive:
                raise LocalError(f"the emulator ended; see {self._settings.data_dir}/emulator.log")
            if seen(self._settings.template, self._folders) != self._seen:
                self._redeploy()

    def stop(self) -> None:
        """Take no more work, and show no more logs. The emulator ends what is running."""
        self._ended = True
        if self._schedule:
            self._schedule.stop()
        self._api.close()

    def tell(self, event: Event) -> None:
        """Show what a function logged."""
        if self._held is not None:
            self._held.append(event)
        elif not self._ended:
            for line in self._lines(event):
                show(line)

    def _lines(self, event: Event) -> Iterator[str]:
        function: str = event["function"]
        return lines_of(event, self._nouns.get(function, function))

    def _deploy(self) -> Stack:
        template = self._settings.template
        self._seen = seen(template, self._folders)
        codes = list(code_of(read_template(template), template.parent))
        self._folders = [code.folder for code in codes]
        self._seen = seen(template, self._folders)
        stack = self._deployment.deploy()
        self._nouns = {
            stack.names[code.resource]: code.folder.name
            for code in codes
            if code.resource in stack.names
        }
        self._names = stack.names
        document = open_api(stack.expanded)
        origins = self._settings.allowed_origins
        self._api.routes = routes_of(document)
        self._api.cors = cors_of(document, origins.split(",") if origins else ())
        self._write_outputs(stack)
        return stack

    def _drive(self, stack: Stack) -> None:
        """Start the schedule anew, unless its rules are the same."""
        wanted = list(rules(stack.expanded))
        if wanted != self._rules:
            if self._schedule:
                self._schedule.stop()
            self._rules = wanted
            self._schedule = Schedule(wanted, self._settings.time_scale, self._run)

    def _redeploy(self) -> None:
        try:
            stack = self._deploy()
            self._drive(stack)
        except (LocalError, ClientError, BotoCoreError) as error:
            show(f"{'deploy':<16} FAILED {error}")
            return
        if stack.changed:
            count = len(stack.changed)
            names = ", ".join(sorted(stack.changed)) if count < 5 else f"{count} resources"
            show(f"{'deploy':<16} {names}")

    def _write_outputs(self, stack: Stack) -> None:
        """Write where everything is, for tests and demos."""
        write(
            self._settings.data_dir / "outputs.json",
            {
                **stack.outputs,
                "ApiUrl": f"http://127.0.0.1:{self._settings.port}",
                "emulatorUrl": self._emulator.endpoint,
                "mailUrl": self._emulator.endpoint + MAIL,
                "emulatorPort": int(self._emulator.endpoint.rpartition(":")[2]),
                "region": REGION,
                "resources": dict(stack.names),
            },
        )

    def _keys(self) -> Mapping[str, str]:
        """Return the first workspace's keys.

        The function that an operator uses makes them. They are kept for the next start.
        """
        file = self._settings.data_dir / "workspace.json"
        if not file.exists():
            invoke = invoker(self._functions, self._name)
            try:
                workspace = invoke("ProvisionFunction", json.dumps(OWNER).encode())
            except FunctionError as error:
                logged = [line for event in self._held or [] for line in self._lines(event)]
                lines = [f"the first workspace could not be made: {error}", *logged]
                raise LocalError("\n".join(lines)) from error
            self._emulator.save()
            write(file, workspace)
        return read(file)

    def _run(self, function: str, event: bytes) -> None:
        """Start a function, without waiting for its end."""
        try:
            self._functions.invoke(
                FunctionName=self._name(function), InvocationType="Event", Payload=event
            )
        except (BotoCoreError, ClientError) as error:
            show(f"{'schedule':<16} FAILED {function}: {error}")

    def _name(self, logical: str) -> str:
        return self._names[logical]


@contextmanager
def started(data_dir: Path, port: int, lock: int, local: Local) -> Iterator[Emulator]:
    """Run an emulator for as long as the block lasts."""
    emulator = Emulator(data_dir, port, lock=lock, tell=local.tell)
    try:
        yield emulator
    finally:
        emulator.stop()


def greeting(url: str, keys: Mapping[str, str], mail: str) -> list[str]:
    """Return the first lines that a person sees.

    They name the live key, the test key, and what another shell needs to call with the test key.
    """
    return [
        f"ready: {url} key: {keys['key']}",
        f"test key: {keys['testKey']} (every network is a sandbox)",
        f"export HERALD={url} KEY={keys['testKey']}",
        f"mail: {mail}",
    ]


def listening(port: int) -> HttpApi:
    """Return the HTTP API, its port bound. Raises LocalError."""
    try:
        return HttpApi(port, invoke=lambda *_: None, tell=show)
    except OSError as error:
        raise taken(port, error) from error


def taken(port: int, error: OSError) -> LocalError:
    """Return the error for a port that cannot be bound."""
    return LocalError(f"port {port} cannot be had ({error.strerror}); name another PORT")


def forget_what_never_became_ready(data_dir: Path) -> None:
    """Remove what a first start left that was killed half-way: half a stack, nothing of value."""
    if not (data_dir / "workspace.json").exists():
        for folder in ("state", "s3"):
            shutil.rmtree(data_dir / folder, ignore_errors=True)


def read(file: Path) -> dict[str, Any]:
    """Return what was kept, or an empty dict when nothing was."""
    try:
        kept = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def write(file: Path, value: Mapping[str, Any]) -> None:
    """Write the file whole or not at all, readable by this user only."""
    part = file.with_suffix(".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(value, out, indent=2)
    part.replace(file)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

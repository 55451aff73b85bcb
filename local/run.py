"""make run: emulator, stack, HTTP API, schedule and watcher, until Ctrl-C.

    python -m local.run [template.yaml]

Prints `ready: <url> key: <key>` once it serves, the test key, what to paste into another shell, where mail can be read, then a
line per thing that happens.
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
    """Return what the shell is told."""
    if sys.version_info < (3, 11):  # noqa: UP036 - someone may name an older one
        print("herald needs Python 3.11 or newer", file=sys.stderr)
        return 1
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = read_settings(
            Path(arguments[0]) if arguments else ROOT / "template.yaml", os.environ
        )
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
        port = settings.emulator_port or free_port(
            read(settings.data_dir / "outputs.json").get("emulatorPort")
        )
        local = Local(settings, api)
        with started(settings.data_dir, port, lock, local) as emulator:
            local.start(emulator)
            try:
                local.follow(stop)
            finally:
                local.stop()


class Local:
    """The parts that know each other: what stands in the emulator, and what is driven from here."""

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
        """Deploy, provision, serve; then say that it is ready."""
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
        for line in greeting(
            f"http://127.0.0.1:{self._settings.port}", keys, emulator.endpoint + MAIL
        ):
            print(line, flush=True)
        held, self._held = self._held or [], None
        for event in held:
            self.tell(event)
        self._drive(stack)
        emulator.say("warm")

    def follow(self, stop: threading.Event) -> None:
        """Deploy what is edited, until stopped, or until make, which would have told us to stop, is itself gone."""
        parent = os.getppid()
        while not stop.wait(LOOK_EVERY):
            if "MAKELEVEL" in os.environ and os.getppid() != parent:
                return
            if not self._emulator.alive:
                raise LocalError(f"the emulator ended; see {self._settings.data_dir}/emulator.log")
            if seen(self._settings.template, self._folders) != self._seen:
                self._redeploy()

    def stop(self) -> None:
        """Take no more work; what is running is left to the emulator to end, and no longer news."""
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
        """Start the schedule anew, unless it is the one that runs."""
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
            what = (
                ", ".join(sorted(stack.changed))
                if len(stack.changed) < 5
                else f"{len(stack.changed)} resources"
            )
            show(f"{'deploy':<16} {what}")

    def _write_outputs(self, stack: Stack) -> None:
        """Where everything is, for tests and demos."""
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
        """The first workspace's keys, made by the function an operator uses and kept for the next start."""
        file = self._settings.data_dir / "workspace.json"
        if not file.exists():
            try:
                workspace = invoker(self._functions, self._name)(
                    "ProvisionFunction", json.dumps(OWNER).encode()
                )
            except FunctionError as error:
                why = [line for event in self._held or [] for line in self._lines(event)]
                raise LocalError(
                    "\n".join([f"the first workspace could not be made: {error}", *why])
                ) from error
            self._emulator.save()
            write(file, workspace)
        return read(file)

    def _run(self, function: str, event: bytes) -> None:
        """Start a function and do not wait for it."""
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
    """An emulator for as long as the block lasts."""
    emulator = Emulator(data_dir, port, lock=lock, tell=local.tell)
    try:
        yield emulator
    finally:
        emulator.stop()


def greeting(url: str, keys: Mapping[str, str], mail: str) -> list[str]:
    """What a person is told first: the live key, the test key, and what another shell needs to call with the test key."""
    return [
        f"ready: {url} key: {keys['key']}",
        f"test key: {keys['testKey']} (every network is a sandbox)",
        f"export HERALD={url} KEY={keys['testKey']}",
        f"mail: {mail}",
    ]


def listening(port: int) -> HttpApi:
    """The HTTP API with its port taken."""
    try:
        return HttpApi(port, invoke=lambda *_: None, tell=show)
    except OSError as error:
        raise taken(port, error) from error


def taken(port: int, error: OSError) -> LocalError:
    """What is said of a port that cannot be had."""
    return LocalError(f"port {port} cannot be had ({error.strerror}); name another PORT")


def forget_what_never_became_ready(data_dir: Path) -> None:
    """A first start that was killed half-way leaves half a stack and nothing of value."""
    if not (data_dir / "workspace.json").exists():
        for folder in ("state", "s3"):
            shutil.rmtree(data_dir / folder, ignore_errors=True)


def read(file: Path) -> dict[str, Any]:
    """What was kept, empty when nothing was."""
    try:
        kept = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def write(file: Path, value: Mapping[str, Any]) -> None:
    """Keep it for this user's eyes only, whole or not at all."""
    part = file.with_suffix(".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(value, out, indent=2)
    part.replace(file)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

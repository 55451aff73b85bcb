"""The emulator's own process: ministack, with its differences from AWS put right.

Only local/emulator.py runs it. Everything here leans on private names of the pinned version of
ministack.
"""

from __future__ import annotations

import contextlib
import copy
import importlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from local import event_sources
from local.event_sources import forever

SNAPSHOT_EVERY = 5.0  # seconds of state that kill -9 may cost
ENVIRONMENTS = max(2, os.cpu_count() or 2)  # of one function that start without a thought
# Seconds to wait for one of them rather than start another, which costs a second of a core.
PATIENCE = 0.5

app: Any = importlib.import_module("ministack.app")
persistence: Any = importlib.import_module("ministack.core.persistence")
runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
actions: Any = importlib.import_module("ministack.core.iam_actions")
dynamodb: Any = importlib.import_module("ministack.services.dynamodb")
functions: Any = importlib.import_module("ministack.services.lambda_svc")
stacks: Any = importlib.import_module("ministack.services.cloudformation")
sqs: Any = importlib.import_module("ministack.services.sqs")

Json = dict[str, Any]
say_lock = threading.Lock()
snapshot_lock = threading.Lock()
end_now = threading.Event()


def main() -> None:
    """Serve until stopped, or until the process that started this one is gone."""
    report = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever else prints, prints to the log

    def say(event: Json) -> None:
        with say_lock, contextlib.suppress(OSError):
            report.write(json.dumps(event) + "\n")

    queue_addresses_outlive_the_port()
    report_every_invocation(say)
    event_sources.streams_fail_as_on_aws()
    streams_survive_a_restart()
    event_sources.look_often()
    event_sources.batches_are_gathered()
    what_runs_ends_on_old_code()
    wait_before_starting_another()
    policies_see_what_secrets_are_bound_to()
    policies_name_who_mails()
    forever(save_quietly, SNAPSHOT_EVERY)
    threading.Thread(target=obey, args=(say,), daemon=True).start()
    app.main()


def obey(say: Callable[[Json], None]) -> None:
    """Carry out the commands on stdin. Its end means that nobody is left to serve."""
    for line in sys.stdin:
        match line.strip():
            case "save":
                save()
                say({"is": "saved"})
            case "warm":
                threading.Thread(target=warm, args=(say,), daemon=True).start()
            case "stop":
                break
    end_now.set()
    runtime.reset()  # a function in the middle of a slow call would hold us up, and outlive us
    os.kill(os.getpid(), signal.SIGTERM)


# --- State ----------------------------------------------------------------------------------------


def save_quietly() -> None:
    """Write a snapshot, unless a stack is half-way. ministack saves only on a graceful stop."""
    with contextlib.suppress(Exception):  # the next snapshot replaces a broken one
        statuses = [stack["StackStatus"] for stack in list(stacks._stacks._data.values())]
        if not any(status.endswith("IN_PROGRESS") for status in statuses):
            save()


def save() -> None:
    """Write every service's state.

    dynamodb and sqs are copied under their locks, so that busy tables are not skipped.
    """
    with snapshot_lock:
        held = {"dynamodb": dynamodb._lock, "sqs": sqs._queues_lock}
        for name, get_state in app._build_persistence_save_dict().items():
            with held.get(name, contextlib.nullcontext()):
                state = _copied(get_state)
            if state is not None:
                persistence.save_state(name, state)


def _copied(get_state: Callable[[], Any]) -> Any:
    """Return a copy of the state. Tries five times, for it may change meanwhile; then None."""
    for _ in range(5):
        try:
            return get_state()
        except RuntimeError:
            time.sleep(0.02)
    return None


def queue_addresses_outlive_the_port() -> None:
    """Give queues URLs without the real port.

    They are stored under their URL, so a restart on another port would lose them. boto3 uses
    AWS_ENDPOINT_URL instead.
    """
    sqs.DEFAULT_HOST = "127.0.0.1"
    sqs.DEFAULT_PORT = "4566"


def streams_survive_a_restart() -> None:
    """Save unread stream records with the table.

    ministack saves only how far they were read, and after a restart skips that many.
    """
    get_state = dynamodb.get_state
    load = dynamodb.load_persisted_state
    load_functions = functions.load_persisted_state

    def get_state_and_records() -> Json:
        return {**get_state(), "unread": unread()}

    def load_and_records(data: Json) -> None:
        load(data)
        for key, records in (data.get("unread") or {}).items():
            dynamodb._stream_records._data[tuple(key.split("\0"))] = records

    def load_without_positions(data: Json) -> None:
        load_functions({**data, "dynamodb_stream_positions": {}})

    dynamodb.get_state = get_state_and_records
    dynamodb.load_persisted_state = load_and_records
    functions.load_persisted_state = load_without_positions


def unread() -> dict[str, list[Json]]:
    """Return, per table (account, region, name), the records that some mapping has not read."""
    positions: dict[tuple[str, ...], int] = {}
    known = list(functions._dynamodb_stream_positions._data.items())
    for (account, region, uuid), position in known:
        source = functions._esms._data[(account, region, uuid)]["EventSourceArn"]
        table = (account, region, source.split("/")[1])
        positions[table] = min(position, positions.get(table, position))
    kept = {}
    for table, records in list(dynamodb._stream_records._data.items()):
        first = max(0, positions.get(table, 0) - _trimmed(table))
        kept["\0".join(table)] = copy.deepcopy(records[first:])
    return kept


def _trimmed(table: tuple[str, ...]) -> int:
    return int(dynamodb._stream_trimmed._data.get(table, 0))


# --- Policies -------------------------------------------------------------------------------------


def policies_see_what_secrets_are_bound_to() -> None:
    """Let policies see the encryption context of a call to KMS. ministack hides it from them."""
    tags = actions.request_tag_context

    def tags_and_binding(service: str, action: str, body: bytes, *parameters: Any) -> Json:
        bound = json.loads(body).get("EncryptionContext", {}) if service == "kms" else {}
        binding = {f"kms:EncryptionContext:{name}": value for name, value in bound.items()}
        return {**tags(service, action, body, *parameters), **binding}

    actions.request_tag_context = tags_and_binding


def policies_name_who_mails() -> None:
    """Have SES ask for the right to the sender's identity. ministack asks for one to everything."""
    named = actions._ses_v2_resource_arn

    def sender(method: str, path: str, body: bytes, region: str, account: str) -> str:
        if path.rstrip("/") != "/v2/email/outbound-emails":
            return str(named(method, path, body, region, account))
        return f"arn:aws:ses:{region}:{account}:identity/{json.loads(body)['FromEmailAddress']}"

    actions._ses_v2_resource_arn = sender


# --- Functions ------------------------------------------------------------------------------------


def report_every_invocation(say: Callable[[Json], None]) -> None:
    """Report what a function logged, and how it failed, to the parent process.

    ministack would keep it in logs and metrics that only grow.
    """
    dispatch = functions._execute_function_dispatch

    def dispatch_and_say(
        function: Json, config: Json, event: Any, request_id: str, started: float
    ) -> Json:
        result: Json = dispatch(function, config, event, request_id, started)
        error = None
        if result.get("error"):
            body = result.get("body")
            error = body.get("errorMessage") if isinstance(body, dict) else body
        say(
            {
                "is": "invocation",
                "function": config.get("FunctionName", ""),
                "log": result.get("log") or "",
                "error": error,
            }
        )
        return result

    functions._execute_function_dispatch = dispatch_and_say
    functions._emit_lambda_logs = lambda *_, **__: None
    functions._emit_lambda_metrics = lambda *_, **__: None
    # By default ministack waits 50 ms for the log of a call that logs nothing.
    runtime.Worker._drain_stderr_bounded.__defaults__ = (0.005, 0.003, 0.25)
    # Say in full why a module cannot be imported.
    script = runtime._PYTHON_WORKER_SCRIPT
    failure = '{"status": "error", "error": str(e)}'
    in_full = '{"status": "error", "error": traceback.format_exc()}'
    assert failure in script
    runtime._PYTHON_WORKER_SCRIPT = script.replace(failure, in_full)


def what_runs_ends_on_old_code() -> None:
    """Replace idle environments at once, and busy ones when they are done, as AWS does."""
    kill = runtime.kill_workers

    def kill_idle(workers: list[Any]) -> None:
        busy = [worker for worker in workers if worker.in_use and not end_now.is_set()]
        kill([worker for worker in workers if worker not in busy])
        for worker in busy:
            threading.Thread(target=kill_later, args=(worker,), daemon=True).start()

    def kill_later(worker: Any) -> None:
        deadline = time.monotonic() + worker.config.get("Timeout", 30) + 5
        while worker.in_use and time.monotonic() < deadline:
            time.sleep(0.1)
        kill([worker])

    runtime.kill_workers = kill_idle


def wait_before_starting_another() -> None:
    """Start few environments under a burst. AWS would start one per request."""
    acquire = functions.acquire_worker
    gate = threading.Lock()

    def acquire_soon(
        name: str, config: Json, code: bytes, qualifier: str = "$LATEST", **options: Any
    ) -> Any:
        deadline = time.monotonic() + PATIENCE
        key = runtime._worker_key(name, config, qualifier)
        while not end_now.is_set():
            with gate:
                pool = runtime._workers.get(key, [])
                idle = not all(worker.in_use for worker in pool)
                if idle or len(pool) < ENVIRONMENTS or time.monotonic() > deadline:
                    return acquire(name, config, code, qualifier=qualifier, **options)
            time.sleep(0.005)
        raise RuntimeError("no function starts any more")

    functions.acquire_worker = acquire_soon


def warm(say: Callable[[Json], None]) -> None:
    """Start one environment of every function, so that the first request does not wait for it."""
    for function in list(functions._functions._data.values()):
        config = function["config"]
        worker, _ = runtime.acquire_worker(config["FunctionName"], config, function["code_zip"])
        try:
            runtime.ensure_spawned(worker)
        except Exception as error:  # noqa: BLE001 - whatever a module raises when it is imported
            name = config["FunctionName"]
            say({"is": "invocation", "function": name, "log": "", "error": str(error)})
        finally:
            runtime.release_worker(worker)


if __name__ == "__main__":
    main()

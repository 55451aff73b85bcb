"""Measures every function's start, beside the floor F: a DynamoDB client and a Logger.

`python -m benchmarks.startup`.

It runs what `make build` left, by the interpreter that .venv was made from, with only the built
folders on its path. A start is the import of `app.py` and the wiring of what its handler uses, up
to the first call of AWS. Instructions are counted. They repeat to the third digit, whereas
milliseconds on a shared machine vary by half.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from benchmarks.table import show
from local.check_build import BUILT, LAYER, base_python
from local.finish_build import size
from tests.template import environment, functions

FLOOR = (
    "import boto3; from aws_lambda_powertools import Logger;"
    " boto3.client('dynamodb'); Logger(service='herald')"
)
HTTP = 1.60  # budgets, as ratios to F
WORKER = 1.15


class Start(NamedTuple):
    """A start's budget, and what its handler needs.

    `wired` is what it asks `runtime` for, with arguments where it passes any. `later` names the
    clients that it makes on first use.
    """

    budget: float
    wired: str
    later: str = ""


STARTS = {
    "PostsFunction": Start(HTTP, "workspace_store posts", "sqs"),
    "AccountsFunction": Start(HTTP, "workspace_store accounts", "kms"),
    "MediaFunction": Start(HTTP, "workspace_store media", "s3 sqs"),
    "WebhooksFunction": Start(HTTP, "workspace_store endpoints", "kms"),
    "WorkspacesFunction": Start(HTTP, "workspace_store workspaces accounts sandbox_ledger", "kms"),
    "ProvisionFunction": Start(HTTP, "workspaces"),
    "CompleteUploadFunction": Start(WORKER, "media", "sqs"),
    "ProcessMediaFunction": Start(WORKER, "processor", "s3"),
    "ReleaseDueFunction": Start(WORKER, "sweeps", "sqs"),
    "PublishTargetFunction": Start(WORKER, "publisher", "kms sqs"),
    "FanOutEventsFunction": Start(WORKER, "fan_out", "sqs"),
    "DeliverWebhookFunction": Start(WORKER, "deliverer", "kms sqs"),
    "DeliverSlowlyFunction": Start(WORKER, "deliverer", "kms sqs"),
    "WatchEndpointsFunction": Start(WORKER, "endpoint_monitor(app.wire.call)", "sns"),
}
LATER = ("kms", "s3", "sns", "sqs")
WITHOUT_BYTECODE = "PublishTargetFunction"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "eu-west-1",
    **environment({}),
    "POWERTOOLS_SERVICE_NAME": "herald",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}
VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")


def start_of(name: str) -> str:
    calls = [asked if "(" in asked else f"{asked}()" for asked in STARTS[name].wired.split()]
    wiring = "; ".join(f"runtime.{call}" for call in calls)
    return f"import app; from herald import runtime; runtime.logger(); {wiring}"


def instructions(script: str, *folders: Path) -> int:
    """Return the instructions that a fresh interpreter takes for the script.

    With `-S` it sees only the packages in the folders. Raises SystemExit.
    """
    command = [*VALGRIND, base_python(), "-P", "-S", "-c", script]
    variables = ENVIRONMENT | {"PYTHONPATH": ":".join(map(str, folders))}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    counted = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    if done.returncode or not counted:
        raise SystemExit(f"{script}\n{done.stderr[-3_000:]}")
    return int(counted[1].replace(",", ""))


def measured(without_bytecode: Path) -> dict[str, int]:
    """Return the instructions by function, of F, and of F with each client that is made later.

    Two processes run at a time.
    """
    shutil.copytree(
        BUILT, without_bytecode, ignore=shutil.ignore_patterns("__pycache__", "*Function")
    )
    shutil.copy(BUILT / WITHOUT_BYTECODE / "app.py", without_bytecode)
    bare_layer = without_bytecode / "SharedLayer/python"
    jobs: dict[str, tuple[str, *tuple[Path, ...]]] = {
        "bare": (start_of(WITHOUT_BYTECODE), without_bytecode, bare_layer),
        "F": (FLOOR, LAYER),
    }
    jobs |= {name: (start_of(name), BUILT / name, LAYER) for name in STARTS}
    jobs |= {client: (f"{FLOOR}; boto3.client({client!r})", LAYER) for client in LATER}
    with ThreadPoolExecutor(2) as pool:
        counts = pool.map(lambda job: instructions(*job), jobs.values())
        return dict(zip(jobs, counts, strict=True))


def main() -> int:
    if not shutil.which("valgrind"):
        print(
            "start-up: skipped, valgrind is missing (install the package `valgrind`)",
            file=sys.stderr,
        )
        return 0
    if missing := set(functions()) ^ set(STARTS):
        print(
            f"start-up: STARTS and the template disagree about {sorted(missing)}", file=sys.stderr
        )
        return 1
    with tempfile.TemporaryDirectory() as folder:
        counts = measured(Path(folder) / "build")
    floor = counts["F"]
    rows = [("F: a DynamoDB client and a Logger", f"{floor / 1e6:,.0f}", "1.00", "", "")]
    over = []
    for name, start in STARTS.items():
        ratio = counts[name] / floor
        clients = " ".join(f"+{client}" for client in start.later.split())
        millions = f"{counts[name] / 1e6:,.0f}"
        rows.append((name, millions, f"{ratio:.3f}", f"{start.budget:.2f}", clients))
        if ratio > start.budget:
            over.append(f"{name}: {ratio:.3f} over {start.budget:.2f}")
    bare = counts["bare"]
    label = f"{WITHOUT_BYTECODE} without bytecode"
    rows.append((label, f"{bare / 1e6:,.0f}", f"{bare / floor:.3f}", "", ""))
    show(
        "Start-up, in millions of instructions",
        ("function", "M", "ratio to F", "budget", "later"),
        rows,
    )
    later = ", ".join(f"{client} {counts[client] / floor - 1:.3f}" for client in LATER)
    print(f"\n  A client that is made later, on first use, as a ratio to F: {later}.")
    print(f"  Layer: {size(BUILT / 'SharedLayer') / 1e6:.1f} MB unzipped.")
    for complaint in over:
        print(f"start-up budget broken: {complaint}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())

"""Every route is called with what its schemas allow, and with what they forbid.

Every answer must be a documented one.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from herald.api.voxburst import docs
from herald.domain.accounts import Platform
from herald.domain.api_keys import Plan
from tests.e2e.stack import Caller, Stack
from tests.template import ROOT

SCHEMATHESIS = ROOT / ".venv-fuzz/bin/schemathesis"
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")


@pytest.fixture
def caller(tmp_path: Path) -> Iterator[Caller]:
    """With an account on every platform, and the highest limit there is."""
    stack = Stack(tmp_path / "data", time_scale="0.05")
    stack.start()
    caller = stack.workspace(Plan.AGENCY)
    for platform in Platform:
        caller.connect(platform, username="fuzz")
    yield caller
    assert stack.stop() == 0


def test_every_answer_is_a_documented_one(caller: Caller, tmp_path: Path) -> None:
    options = ["--url", caller.base, "--seed", os.environ.get("FUZZ_SEED", "1"), "--no-color"]
    command = [
        str(SCHEMATHESIS),
        "--config-file",
        str(CONFIGURATION),
        "run",
        str(docs.DOCUMENT),
        *options,
    ]
    done = subprocess.run(
        command,
        env=os.environ | {"KEY": caller.key},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout

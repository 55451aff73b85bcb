"""benchmarks/startup.py: what it starts is there."""

import pytest

from benchmarks.startup import STARTS
from herald import runtime
from tests.template import functions


def test_every_function_is_started() -> None:
    assert set(STARTS) == set(functions())


@pytest.mark.parametrize("name", STARTS)
def test_what_a_start_wires_is_what_runtime_makes(name: str) -> None:
    for wired in STARTS[name].wired.split():
        assert hasattr(runtime, wired.partition("(")[0])

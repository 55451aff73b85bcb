"""The sweeps as they are wired."""

from herald import runtime
from herald.store import due, keys


def test_every_kind_of_the_due_index_has_its_sweep(aws: None) -> None:
    sweeps = runtime.sweeps().sweeps

    assert sorted(sweep.kind for sweep in sweeps) == sorted(keys.SHARDS)
    assert {sweep.kind for sweep in sweeps if sweep.marked} == due.MARKS.keys()

"""The short form of the fault run: the sandbox alone. FAULT_POSTS and FAULT_SEED make it longer, or another."""

import os
from collections.abc import Mapping

import pytest

from herald.platforms.protocol import Absent, Draft, Session
from herald.platforms.sandbox import Sandbox
from tests.faults.simulation import Chances, Simulation, Verdict

POSTS = int(os.environ.get("FAULT_POSTS", "40"))
SEED = int(os.environ.get("FAULT_SEED", "1"))
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # the killed close no sockets
    pytest.mark.timeout(300 + 20 * POSTS),
]


def report(title: str, verdict: Verdict) -> str:
    """The ledger, one count a line."""
    return "\n".join([f"\n{title}", *(f"  {count:6} {name}" for name, count in sorted(verdict.counts.items()))])


def test_nothing_is_posted_twice_and_nothing_is_lost(aws: None) -> None:
    verdict = Simulation(SEED, Chances()).run(POSTS)

    print(report(f"fault run: {POSTS} posts on the sandbox, seed {SEED}", verdict))  # noqa: T201 - the ledger is the point
    assert verdict.wrongs == []
    assert verdict.counts["posts"] == POSTS
    for name in ("create", "publish", "fan-out", "delivery"):
        assert verdict.counts[f"{name} killed"] > 0
    for lane in ("delivery", "slow delivery"):
        assert verdict.counts[f"{lane} invocations"] > 0


class Careless(Sandbox):
    """A connector that takes an unknown outcome for none."""

    def find(self, draft: Draft, session: Session, *, handle: Mapping[str, str]) -> Absent:
        return Absent()


def test_the_ledger_shows_a_double_post_when_there_is_one(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sandbox, "find", Careless.find)

    verdict = Simulation(SEED, Chances(kill=0, message=0, receiver=0)).run(30)

    assert any("live copies" in wrong for wrong in verdict.wrongs)

"""The short form of the fault run: the sandbox alone.

FAULT_POSTS makes it longer, FAULT_SEED makes it another run.
"""

import os
from collections.abc import Callable, Mapping

import pytest

from herald import runtime
from herald.domain.outcomes import Published
from herald.domain.targets import Target
from herald.platforms.protocol import Absent, Publication, Session
from herald.platforms.sandbox.publish import Sandbox
from herald.store.targets import TargetStore
from tests.faults.deaths import bloodless
from tests.faults.simulation import RARELY, Chances, Simulation, Verdict

POSTS = int(os.environ.get("FAULT_POSTS", "40"))
CARELESS = 30  # posts until a careless connector has shown itself: each shows in about four of them
OFTEN = ("publish", "delivery", "fan-out", "sweep")
SEED = int(os.environ.get("FAULT_SEED", "1"))
pytestmark = [
    pytest.mark.filterwarnings(
        "ignore::pytest.PytestUnraisableExceptionWarning"
    ),  # the killed close no sockets
    pytest.mark.timeout(300 + 20 * POSTS),
]


def report(title: str, verdict: Verdict) -> str:
    """The ledger, one count a line."""
    return "\n".join(
        [f"\n{title}", *(f"  {count:6} {name}" for name, count in sorted(verdict.counts.items()))]
    )


def test_nothing_is_posted_twice_and_nothing_is_lost(aws: None) -> None:
    verdict = Simulation(SEED, Chances()).run(POSTS)

    print(report(f"fault run: {POSTS} posts on the sandbox, seed {SEED}", verdict))  # noqa: T201 - the ledger is the point
    assert verdict.wrongs == []
    assert verdict.counts["posts"] == POSTS
    assert bloodless(verdict.counts, *OFTEN, least=1) == []
    assert [name for name in RARELY if not verdict.counts[f"{name} killed"]] == []
    for lane in ("delivery", "slow delivery"):
        assert verdict.counts[f"{lane} invocations"] > 0


def no_look(
    self: Sandbox, publication: Publication, session: Session, *, handle: Mapping[str, str]
) -> Absent:
    """Takes an unknown outcome for none."""
    return Absent()


def look_by_latest(
    self: Sandbox, publication: Publication, session: Session, *, handle: Mapping[str, str]
) -> Published | Absent:
    """Takes the account's latest post for ours."""
    entries, _ = runtime.sandbox_ledger().after(session.account.id, None, limit=1000)
    live = [each for each in entries if each.live]
    return (
        Published(platform_post_id=max(live, key=lambda each: each.at).remote_id, url=None)
        if live
        else Absent()
    )


def no_checkpoint(self: TargetStore, post_id: str, target: Target) -> Target:
    """Forgets that commit begins."""
    return target


@pytest.mark.parametrize(
    ("where", "name", "careless"),
    [
        (Sandbox, "find", no_look),
        (Sandbox, "find", look_by_latest),
        (TargetStore, "checkpoint", no_checkpoint),
    ],
    ids=["no look", "look by latest", "no checkpoint"],
)
def test_the_ledger_finds_a_careless_connector_out(
    aws: None,
    monkeypatch: pytest.MonkeyPatch,
    where: type,
    name: str,
    careless: Callable[..., object],
) -> None:
    monkeypatch.setattr(where, name, careless)

    verdict = Simulation(SEED, Chances(message=0, receiver=0, user=0)).run(CARELESS)

    doubles = [wrong for wrong in verdict.wrongs if "live copies" in wrong]
    assert doubles, report("no double was found", verdict)

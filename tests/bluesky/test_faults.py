"""The fault run with a real Bluesky server behind a proxy that loses requests and answers.

FAULT_POSTS and FAULT_SEED work as in the short run.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from herald import runtime
from herald.actions.accounts import Accounts
from herald.aws.dynamodb import Update
from herald.domain.accounts import Account, Platform
from herald.domain.idempotency import IdempotentRequest
from herald.domain.owners import Owner
from herald.store import keys
from tests.bluesky.fixtures import Pds
from tests.faults import test_faults as short
from tests.faults.conftest import aws, few_shards
from tests.faults.simulation import Chances, Simulation
from tests.faults.test_faults import POSTS, SEED, report
from tests.networks.proxy import Fault, Proxy

__all__ = ["aws", "few_shards"]

pytestmark = short.pytestmark
ON_ONE_ACCOUNT = 80  # posts; each may be a thread
TROUBLE = (Fault.DROP_REQUEST, Fault.DROP_ANSWER, Fault.DROP_ANSWER, Fault.ANSWER_503)


class Bluesky:
    """The server as the simulation sees it.

    Its accounts talk through the proxy. The simulation reads the truth without it.
    """

    def __init__(self, pds: Pds, proxy: Proxy) -> None:
        self.pds, self.proxy = pds, proxy

    def connect(self, accounts: Accounts, owner: Owner) -> Sequence[Account]:
        people = [self.pds.person() for _ in range(1 + POSTS // ON_ONE_ACCOUNT)]
        fields = [
            {
                "identifier": each.handle,
                "app_password": each.app_password,
                "instance_url": self.pds.url,
            }
            for each in people
        ]
        connected = [
            accounts.connect(Platform.BLUESKY, each, owner, request=IdempotentRequest())
            for each in fields
        ]
        for account in connected:
            runtime.table().update(
                Update(key=keys.owned(owner, "ACC", account.id), values={"host": self.proxy.url})
            )
        return connected

    def trouble(self, dice: random.Random, counts: Counter[str]) -> None:
        self.proxy.faults.clear()
        if dice.random() < 0.4:
            fault = dice.choice(TROUBLE)
            counts[f"bluesky: {fault}"] += 1
            self.proxy.faults.append(fault)

    def live(self, account: Account) -> Counter[str]:
        return Counter(record["value"]["text"] for record in self.pds.posts(account.remote_id))


@pytest.fixture
def network(pds: Pds) -> Iterator[Bluesky]:
    with Proxy(pds.port) as proxy:
        yield Bluesky(pds, proxy)


def test_nothing_is_posted_twice_on_a_real_server(aws: None, network: Bluesky) -> None:
    verdict = Simulation(SEED, Chances(), network).run(POSTS)

    title = f"fault run: {POSTS} posts on the sandbox and a Bluesky server, seed {SEED}"
    print(report(title, verdict))  # noqa: T201 - the ledger is the point
    assert verdict.wrongs == []
    assert verdict.counts["posts"] == POSTS
    assert verdict.counts["bluesky: drop answer"] > 0

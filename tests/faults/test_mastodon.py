"""The fault run with a Mastodon that takes its time with files, and loses requests and answers.

FAULT_SEED works as in the short run.
"""

import random
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from herald.actions.accounts import Accounts
from herald.domain.accounts import Account, Platform
from herald.domain.idempotency import IdempotentRequest
from herald.domain.owners import Owner
from tests.faults import test_faults as short
from tests.faults.simulation import PICTURES, Chances, Simulation
from tests.faults.test_faults import POSTS, SEED, report
from tests.networks.mastodon import FakeMastodon, Fault, Step

pytestmark = short.pytestmark
FAULTS = (
    *[Fault.STALL, Fault.PROCESS_THEN_DIE] * 2,
    Fault.DROP,
    Fault.UNAVAILABLE,
    Fault.PROCESS_THEN_DROP,
    Fault.PROCESS_THEN_DROP,
    Fault.PROCESS_THEN_500,
)
MINE = POSTS // 4  # of FAULT_POSTS: every call here is a real one
STEPS = (Step.CREATE, Step.CREATE, Step.UPLOAD, Step.FILE, Step.LIST, Step.SOURCE)


class Mastodon:
    """The instance as the simulation sees it. Its limit makes every second picture a rendition."""

    def __init__(self, instance: FakeMastodon) -> None:
        self.instance = instance
        self.person = instance.person()
        instance.max_image_bytes = max(len(data) for data, _ in PICTURES) // 2

    def connect(self, accounts: Accounts, owner: Owner) -> Sequence[Account]:
        self.instance.now = accounts.now
        fields = {"instance_url": self.instance.url, "access_token": self.person.token}
        return [accounts.connect(Platform.MASTODON, fields, owner, request=IdempotentRequest())]

    def trouble(self, dice: random.Random, counts: Counter[str]) -> None:
        self.instance.faults.clear()
        self.instance.polls = dice.choice((0, 0, 1, 3))
        self.instance.page_cap = dice.choice((20, 24, 40))
        self.instance.lag = timedelta(seconds=dice.choice((0, 0, 5, 60)))
        self.instance.stall = timedelta(seconds=dice.choice((1, 30, 90)))
        self.instance.key_delay = timedelta(seconds=dice.choice((0, 1, 30)))
        if dice.random() < 0.4:
            step = dice.choice(STEPS)
            fault = dice.choice(FAULTS)
            self.instance.fail(step, fault)
            counts[f"mastodon: {step}: {fault}"] += 1

    def live(self, account: Account) -> Counter[str]:
        return Counter(status.text for status in self.instance.visible(self.person))


def test_nothing_is_posted_twice_or_without_its_files(aws: None) -> None:
    with FakeMastodon(lambda: datetime.now(UTC)) as instance:
        network = Mastodon(instance)
        verdict = Simulation(SEED, Chances(), network).run(MINE)
        statuses = instance.visible(network.person)

    print(report(f"fault run: {MINE} posts on the sandbox and a Mastodon, seed {SEED}", verdict))  # noqa: T201 - the ledger
    assert verdict.wrongs == []
    said = [
        int(found[1]) if (found := re.search(r", (\d) files", each.text)) else 0
        for each in statuses
    ]
    assert [len(each.files) for each in statuses] == said
    assert sum(said) > MINE / 4
    assert all(
        len(file.data) <= instance.max_image_bytes for each in statuses for file in each.files
    )
    assert {asked.step for asked in instance.asked} >= {Step.UPLOAD, Step.FILE}

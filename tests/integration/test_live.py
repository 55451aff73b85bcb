"""Posts of the same words, on a network that is searched by what it shows.

Each target has its own post there, or says that it cannot know.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from herald import runtime
from herald.actions.posts import NewPost, Posts
from herald.api.voxburst.posts import body as rendered
from herald.domain.accounts import Account, Platform
from herald.domain.content import PostContent
from herald.domain.idempotency import IdempotentRequest
from herald.domain.jobs import PublishJob
from herald.domain.owners import Mode, Owner
from herald.domain.posts import Post, PostStatus
from herald.domain.targets import Target, TargetStatus
from herald.net.client import Client
from herald.net.guard import Guard
from herald.platforms.registry import Registry
from herald.store import keys
from herald.store.live import LiveStore
from tests.faults.world import Clock
from tests.networks.mastodon import FakeMastodon, Fault, Person, Status, Step

OWNERS = [Owner("ws_one", Mode.LIVE), Owner("ws_two", Mode.LIVE)]
TEXT = "Good morning!"


@dataclass
class House:
    """The product beside one instance, where a person has an account.

    Two workspaces have connected that account.
    """

    instance: FakeMastodon
    clock: Clock
    person: Person = field(init=False)
    accounts: list[Account] = field(init=False)

    def __post_init__(self) -> None:
        self.person = self.instance.person()
        now = self.clock.now
        registry = Registry(Client(Guard(["127.0.0.1"])), runtime.sandbox_ledger(), now)
        self.publisher = replace(
            runtime.publisher(), registry=registry, now=now, wait=self.clock.wait
        )
        self.lifecycle = replace(runtime.lifecycle(), now=now)
        self.posts = Posts(lifecycle=self.lifecycle)
        connect = replace(runtime.accounts(), registry=registry, now=now).connect
        fields = {"instance_url": self.instance.url, "access_token": self.person.token}
        self.accounts = [
            connect(Platform.MASTODON, fields, each, request=IdempotentRequest()) for each in OWNERS
        ]

    def post(self, *faults: Fault, which: int = 0) -> str:
        """Of the same words, sent once, with what goes wrong then."""
        new = NewPost(
            words=PostContent(content=TEXT), account_ids=[self.accounts[which].id], publish_now=True
        )
        post = self.posts.create(new, OWNERS[which], IdempotentRequest(201, rendered)).post
        self.instance.fail(Step.CREATE, *faults)
        self.work(post.id, which)
        return post.id

    def work(self, post_id: str, which: int = 0) -> None:
        """What is due of it."""
        for each in self.found(post_id, which).tasks.values():
            self.publisher.publish(
                PublishJob(
                    owner=OWNERS[which],
                    post_id=post_id,
                    target_id=each.id,
                    account_id=each.account_id,
                )
            )

    def settle(self, post_id: str, which: int = 0) -> Target:
        """Its target, an hour and a half later."""
        for _ in range(90):
            self.clock.wait(60)
            self.work(post_id, which)
        return self.target(post_id, which)

    def found(self, post_id: str, which: int = 0) -> Post:
        return self.lifecycle.find(post_id, OWNERS[which])[0]

    def target(self, post_id: str, which: int = 0) -> Target:
        [target] = self.found(post_id, which).targets.values()
        return target

    @property
    def live(self) -> list[Status]:
        return self.instance.visible(self.person)


@pytest.fixture
def house(aws: None) -> Iterator[House]:
    clock = Clock()
    with FakeMastodon(clock.now) as instance:
        yield House(instance, clock)


@pytest.mark.parametrize("which", [0, 1], ids=["the same workspace", "another workspace"])
@pytest.mark.parametrize(
    "fault", [Fault.DROP, Fault.PROCESS_THEN_DROP, Fault.PROCESS_THEN_DIE, Fault.STALL]
)
@pytest.mark.parametrize("minutes", [1, 4])
def test_a_post_that_was_published_before_is_not_taken_for_a_later_one(
    house: House, *, minutes: int, fault: Fault, which: int
) -> None:
    first = house.post()
    house.clock.wait(60 * minutes)

    second = house.post(fault, which=which)
    target = house.settle(second, which)

    assert target.status is TargetStatus.PUBLISHED
    assert len(house.live) == 2
    assert [house.target(first).platform_post_id, target.platform_post_id] == [
        each.id for each in house.live
    ]


def test_two_equal_posts_of_which_nothing_was_heard_are_undecided(house: House) -> None:
    both = [house.post(Fault.PROCESS_THEN_DROP) for _ in range(2)]

    for each in both:
        target = house.settle(each)
        assert target.failure is not None
        assert target.failure.code == "OUTCOME_UNKNOWN"
    assert len(house.live) == 2


def test_whoever_takes_a_post_first_has_it_and_the_other_one_is_sent(house: House) -> None:
    """The first target's worker died after its answer, before the answer was stored.

    Meanwhile the second target found the post.
    """
    first = house.post(Fault.PROCESS_THEN_DROP)
    second = house.post(Fault.DROP)

    found = house.settle(second)
    sent = house.settle(first)

    assert (found.status, sent.status) == (TargetStatus.PUBLISHED, TargetStatus.PUBLISHED)
    assert {found.platform_post_id, sent.platform_post_id} == {each.id for each in house.live}
    assert len(house.live) == 2


def test_what_is_live_is_remembered_before_it_is_settled(house: House) -> None:
    target = house.target(house.post())

    row = runtime.table().get(
        keys.live("mastodon", house.accounts[0].remote_id, target.platform_post_id or "")
    )

    assert row is not None
    assert row["target"] == target.id
    assert row["expires_at"] == pytest.approx(
        house.clock.at.timestamp() + timedelta(days=90).total_seconds(), abs=60
    )


def test_a_post_is_one_targets_only(house: House) -> None:
    store = runtime.live_store()
    account = house.accounts[0]
    one = replace(house.target(house.post()), id="pp_one")
    other = replace(house.target(house.post()), id="pp_other")

    assert store.take(account, "7", one, house.clock.at)
    assert store.take(account, "7", one, house.clock.at)
    assert not store.take(account, "7", other, house.clock.at)
    assert store.others(account, ["7", "8"], other) == {"7"}
    assert not store.others(account, ["7", "8"], one)
    assert not store.others(account, [], other)


class Late(LiveStore):
    """Does not know yet what another worker is just writing."""

    def others(
        self, account: Account, remote_posts: Collection[str], target: Target
    ) -> frozenset[str]:
        return frozenset()


def test_what_two_found_at_the_same_moment_is_the_first_ones(house: House) -> None:
    first = house.post(Fault.PROCESS_THEN_DROP)
    second = house.post(Fault.DROP)
    honest = house.publisher
    house.publisher = replace(house.publisher, live=Late(runtime.table()))
    house.clock.wait(60)

    house.work(first)
    house.work(second)

    assert (house.target(first).status, house.target(second).status) == (
        TargetStatus.PUBLISHED,
        TargetStatus.UNKNOWN,
    )
    house.publisher = honest
    assert house.settle(second).platform_post_id == house.live[-1].id
    assert len(house.live) == 2


@pytest.mark.parametrize("deleted", [0, 1])
def test_deleting_one_leaves_the_other(house: House, deleted: int) -> None:
    both = [house.post(), house.post(Fault.PROCESS_THEN_DROP)]
    house.settle(both[1])
    kept = house.target(both[1 - deleted]).platform_post_id

    house.lifecycle.unpublish(both[deleted], OWNERS[0], True, IdempotentRequest(200, rendered))
    house.work(both[deleted])

    assert [each.id for each in house.live] == [kept]
    assert house.found(both[deleted]).status is PostStatus.UNPUBLISHED


def test_a_post_that_its_author_deleted_meanwhile_ends_as_unknown(house: House) -> None:
    post_id = house.post(Fault.PROCESS_THEN_DROP)
    house.instance.delete(house.person, house.live[0].id)

    target = house.settle(post_id)

    assert target.failure is not None
    assert (target.status, target.failure.code) == (TargetStatus.FAILED, "OUTCOME_UNKNOWN")
    assert house.live == []

"""The post machine under any order of acts, deaths, lost answers and time.

Hypothesis chooses the order, and shrinks what fails.
"""

import heapq
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from itertools import count, cycle
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from herald import runtime
from herald.actions import sweeps
from herald.actions.accounts import Accounts
from herald.actions.approvals import Approvals
from herald.actions.lifecycle import FixRequest, Lifecycle, PostDetails
from herald.actions.posts import Edit, NewPost, Posts
from herald.actions.publishing import Publisher
from herald.actions.sweeps import Sweeps
from herald.api.voxburst.posts import body as rendered
from herald.aws.dynamodb import Item, load
from herald.aws.sqs import Message, Queue
from herald.domain import idempotency, posts
from herald.domain.accounts import Account, Platform
from herald.domain.api_keys import Plan
from herald.domain.approvals import ReviewStatus
from herald.domain.content import Part, PostContent
from herald.domain.errors import (
    ConflictError,
    ForbiddenError,
    MediaError,
    NotFoundError,
    QuotaError,
    TransientError,
    UnprocessableError,
)
from herald.domain.idempotency import IdempotentReplay, IdempotentRequest
from herald.domain.jobs import PublishJob
from herald.domain.outcomes import Accepted, Preparing, Published
from herald.domain.owners import Mode, Owner
from herald.domain.posts import Post, PostAction, PostStatus
from herald.domain.targets import UNDECIDED, Target, TargetStatus
from herald.domain.workspaces import Step, Workspace
from herald.platforms.protocol import LostAnswerError, Publication, Session, Undecided
from herald.platforms.registry import Registry
from herald.platforms.sandbox.publish import Sandbox
from herald.store import keys, rows
from herald.store.due import DueIndex
from herald.store.post_rows import post_of
from tests.account import REGION
from tests.faults.deaths import Killed
from tests.faults.world import Clock
from tests.integration.subscribers import api_key

OWNER = Owner("ws_machine", Mode.TEST)
PLATFORMS = (Platform.TWITTER, Platform.LINKEDIN, Platform.MASTODON)
WORKFLOW = (
    Step(order=1, role="editor", approver_ids=("ed", "eve"), required=False),
    Step(order=2, role="legal", approver_ids=("lea",)),
    Step(order=3, role="boss", approver_ids=("bo", "ed")),
)
APPROVERS = ("ed", "lea", "bo", "nobody")
REFUSALS = (ConflictError, ForbiddenError, NotFoundError, UnprocessableError)
ROLLED_UP = {PostStatus.PUBLISHING, PostStatus.PUBLISHED, PostStatus.PARTIAL, PostStatus.FAILED}
JUMPS = (
    1,
    30,
    151,
    300,
    3700,
)  # seconds: past a message's delay, a lease, a backoff, an hour of doubt


class Fate(StrEnum):
    """What happens while a worker holds a target."""

    FINE = "fine"
    LATE = "late"  # its message does not come in yet
    DIES_PREPARING = "dies preparing"
    NOT_READY = "not ready"  # its files are on their way
    DIES_SENDING = "dies sending"  # before it arrived
    DIES_SENT = "dies sent"  # it is live, and nobody was told
    LOST_REQUEST = "lost request"
    LOST_ANSWER = "lost answer"
    ACCEPTED = "accepted"
    FLAKY = "flaky"
    REFUSED = "refused"
    CROWDED = "crowded"  # every other message about the post comes in at that moment


WHEN = st.sampled_from(["now", "now", "soon", "draft", "draft for soon"])
PICK = st.integers(0, 5)
FATES = st.lists(
    st.sampled_from([*Fate, Fate.FINE, Fate.REFUSED, Fate.REFUSED]), min_size=3, max_size=3
)


class Network(Sandbox):
    """A sandbox in which the next call meets its fate. A blind one cannot tell what is there."""

    def __init__(self, platform: Platform, world: "World") -> None:
        super().__init__(platform, runtime.sandbox_ledger(), world.clock.now)
        self._world = world

    def prepare(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Mapping[str, str] | Preparing:
        if self._world.fate is Fate.DIES_PREPARING:
            raise Killed
        if self._world.fate is Fate.NOT_READY:
            return Preparing(
                handle={"key": publication.key}, poll_after=1, error=MediaError("It never was.")
            )
        return super().prepare(publication, session, handle=handle)

    def commit(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted:
        fate = self._world.fate
        match fate:
            case Fate.CROWDED:
                self._world.crowd()
            case Fate.DIES_SENDING:
                raise Killed
            case Fate.LOST_REQUEST:
                raise LostAnswerError("The request was lost.")
            case Fate.FLAKY:
                raise TransientError("Not now.")
            case Fate.REFUSED:
                raise QuotaError("Not today.")
        sent = super().commit(publication, session, handle=handle)
        match fate:
            case Fate.DIES_SENT:
                raise Killed
            case Fate.LOST_ANSWER:
                raise LostAnswerError("The answer was lost.")
            case Fate.ACCEPTED if isinstance(sent, Published):
                return Accepted(
                    handle={**handle, "id": sent.platform_post_id, "polls": "0"}, poll_after=1
                )
        return sent

    def confirm(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted:
        if self._world.fate in {Fate.DIES_SENDING, Fate.DIES_SENT}:
            raise Killed
        if self._world.fate is Fate.FLAKY:
            raise TransientError("Not now.")
        return super().confirm(publication, session, handle=handle)

    def find(self, publication: Publication, session: Session, *, handle: Mapping[str, str]) -> Any:
        """Published, Absent or Undecided."""
        return (
            Undecided(reason="nobody can tell")
            if self._world.blind
            else super().find(publication, session, handle=handle)
        )


class Networks(Registry):
    def __init__(self, world: "World") -> None:
        self._world = world

    def connector(self, account: Account) -> Network:
        return Network(account.platform, self._world)


class World:
    """The product around a clock of ours, networks with fates, and a queue in sight."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.fate = Fate.FINE
        self.blind = False
        self.job: PublishJob | None = None
        self._waiting: list[tuple[Any, int, str]] = []
        self._numbers = count()
        registry = Networks(self)
        store = runtime.post_store()
        accounts = runtime.account_store()
        now = self.clock.now
        queue: Queue = self  # type: ignore[assignment] # it takes messages as the queue does
        self.publisher = Publisher(
            targets=runtime.target_store(),
            accounts=accounts,
            media=runtime.media_store(),
            live=runtime.live_store(),
            queue=queue,
            registry=registry,
            file=runtime.renditions().file,
            now=now,
            wait=self.clock.wait,
            time_scale=1,
        )
        self.lifecycle = Lifecycle(
            store=store,
            accounts=accounts,
            media=runtime.media(),
            queue=queue,
            now=now,
            time_scale=1,
        )
        self.posts = Posts(lifecycle=self.lifecycle)
        self.approvals = Approvals(lifecycle=self.lifecycle, workspaces=runtime.workspace_store())
        self.sweeps = Sweeps(
            due=DueIndex(runtime.table()),
            now=now,
            time_scale=1,
            sweeps=[sweeps.targets(posts=store, queue=queue)],
        )
        workspace = Workspace(
            id=OWNER.workspace_id,
            name="w",
            owner_email=None,
            plan=Plan.PRO,
            created_at=now(),
            test_workflow=WORKFLOW,
        )
        runtime.workspace_store().create(workspace, [])
        self.key = api_key(OWNER)
        connect = Accounts(store=accounts, registry=registry, now=now).connect
        self.accounts: list[Account] = [
            connect(each, {"username": "brand"}, OWNER, request=IdempotentRequest())
            for each in PLATFORMS
        ]

    def offer(self, messages: Sequence[Message]) -> None:
        for each in messages:
            at = self.clock.at + timedelta(seconds=each.delay)
            heapq.heappush(self._waiting, (at, next(self._numbers), json.dumps(each.body)))

    def lose_messages(self) -> None:
        self._waiting.clear()

    def deliver(self) -> None:
        """Every message whose time has come."""
        while self._waiting and self._waiting[0][0] <= self.clock.at:
            self.work(PublishJob.from_body(json.loads(heapq.heappop(self._waiting)[2])), Fate.FINE)

    def work(self, job: PublishJob, fate: Fate) -> None:
        """One invocation of the worker."""
        self.job, self.fate = job, fate
        try:
            self.publisher.publish(job)
        except Killed:
            pass
        finally:
            self.fate = Fate.FINE

    def crowd(self) -> None:
        """Workers for all of the post that is just being sent."""
        job, self.fate = self.job, Fate.FINE
        assert job is not None
        post, _ = self.lifecycle.find(job.post_id, OWNER)
        for target in post.tasks.values():
            self.publisher.publish(job_for(post, target))


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What the table holds at one moment.

    It holds posts, when the due index has them, live copies of each edition, and their ids.
    """

    posts: Sequence[Post]
    due_at: Mapping[str, int]
    live: Counter[str]
    ids: frozenset[str]

    @classmethod
    def now(cls) -> "Truth":
        items = [plain(item) for item in memory().all_items()]
        states = [each for each in items if each["sk"] == "STATE"]
        live = [each for each in items if each["pk"].startswith("SANDBOX#") and each["live"]]
        return cls(
            posts=[post_of(each) for each in states],
            due_at={
                each["pk"].removeprefix("POST#"): each["due_at"]
                for each in states
                if "due_shard" in each
            },
            live=Counter(each["key"] for each in live),
            ids=frozenset(each["remote_id"] for each in live),
        )


def memory() -> Any:
    """Return the table as the account in memory has it now.

    Reading it is cheaper than a call, and clearing it is cheaper than a new table.
    """
    return dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[runtime.configured().table_name]


def job_for(post: Post, target: Target) -> PublishJob:
    return PublishJob(
        owner=OWNER, post_id=post.id, target_id=target.id, account_id=target.account_id
    )


def plain(item: Any) -> Item:
    return {name: load(value) for name, value in item.to_json()["Attributes"].items()}


class PostMachine(RuleBasedStateMachine):
    """Rules are what users, workers and time may do; invariants are what herald promises."""

    @initialize(whens=st.lists(WHEN, min_size=2, max_size=2), fates=FATES)
    def begin(self, whens: list[str], fates: list[Fate]) -> None:
        """An account with two posts, so that every rule has something to act on."""
        memory().items.clear()
        memory().stream_shard = None  # a transaction copies all that was ever written
        self.world = World()
        self.published: dict[str, Target] = {}
        self.revisions: dict[str, int] = {}
        self.granted: Counter[str] = (
            Counter()
        )  # editions that a user let go out again, though one may be live
        self.numbers = count()
        for when in whens:
            self.create(when, 3, fates)

    # ---------------------------------------------------------------- users

    @rule(when=WHEN, accounts=st.integers(1, 3), fates=FATES, parts=st.integers(1, 3))
    def create(self, when: str, accounts: int, fates: list[Fate], parts: int = 1) -> None:
        number = next(self.numbers)
        new = NewPost(
            words=PostContent(
                content=f"post {number}",
                thread=tuple(Part(text=f"part {part} of {number}") for part in range(1, parts)),
                first_comment=f"on {number}" if number % 2 else None,
                first_comment_delay=60 * (number % 3),
            ),
            account_ids=[each.id for each in self.world.accounts[:accounts]],
            scheduled_for=self.world.clock.at + timedelta(minutes=5) if "soon" in when else None,
            publish_now=when == "now",
            as_draft="draft" in when,
        )
        act = self._once()
        post = self.world.posts.create(new, OWNER, act).post
        with pytest.raises(IdempotentReplay):
            self.world.posts.create(new, OWNER, act)
        self._meet(post.id, fates)

    @rule(
        pick=PICK,
        words=st.booleans(),
        fewer=st.booleans(),
        minutes=st.sampled_from([None, 0, 1, 10]),
    )
    def edit(self, pick: int, words: bool, fewer: bool, minutes: int | None) -> None:
        """In 0 minutes means that its time is taken away."""
        post_id = self._pick(pick, PostAction.EDIT)
        change = Edit(
            content=f"edited {next(self.numbers)}" if words else None,
            account_ids=[self.world.accounts[0].id] if fewer else (),
            scheduled_for=self.world.clock.at + timedelta(minutes=minutes) if minutes else None,
            unscheduled=minutes == 0,
        )
        self._try(post_id, lambda: self.world.posts.edit(post_id, OWNER, change))

    @rule(pick=PICK)
    def shorten(self, pick: int) -> None:
        """What the guide says to do with a failed post's words."""
        post_id = self._pick(pick, PostAction.RETRY)
        change = Edit(content=f"shortened {next(self.numbers)}")
        self._try(post_id, lambda: self.world.posts.edit(post_id, OWNER, change))

    @rule(pick=PICK, fates=FATES)
    def publish(self, pick: int, fates: list[Fate]) -> None:
        post_id = self._pick(pick, PostAction.PUBLISH)
        self._act(post_id, lambda act: self.world.lifecycle.publish(post_id, OWNER, act))
        self._meet(post_id, fates)

    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        post_id = self._pick(pick, PostAction.CANCEL)
        self._act(post_id, lambda act: self.world.lifecycle.cancel(post_id, OWNER, act))

    @rule(pick=PICK)
    def submit(self, pick: int) -> None:
        post_id = self._pick(pick, PostAction.SUBMIT)
        self._act(post_id, lambda act: self.world.approvals.submit(post_id, OWNER, act))

    @rule(pick=PICK, who=st.sampled_from(APPROVERS), fates=FATES)
    def approve(self, pick: int, who: str, fates: list[Fate]) -> None:
        post_id = self._pick(pick, PostAction.APPROVE)
        self._act(
            post_id,
            lambda act: self.world.approvals.approve(post_id, who, None, act, by=self.world.key),
        )
        self._meet(post_id, fates)

    @rule(when=st.sampled_from(["draft", "draft for soon"]), late=st.booleans(), fates=FATES)
    def everybody_approves(self, when: str, late: bool, fates: list[Fate]) -> None:
        """Perhaps when its time has passed."""
        self.create(when, 3, [])
        self.submit(-1)
        for who in ("ed", "lea", "bo"):
            self.approve(-1, who, fates)
            self.time_passes(JUMPS[3] if late else JUMPS[0], lost=False, blind=False)

    @rule(pick=PICK)
    def reject(self, pick: int) -> None:
        post_id = self._pick(pick, PostAction.REJECT)
        self._act(
            post_id, lambda act: self.world.approvals.reject(post_id, "No.", act, by=self.world.key)
        )

    @rule(
        pick=PICK,
        action=st.sampled_from([PostAction.DELETE, PostAction.UNPUBLISH, PostAction.ARCHIVE]),
    )
    def end(self, pick: int, action: PostAction) -> None:
        post_id = self._pick(pick, action)
        world = self.world
        match action:
            case PostAction.DELETE:
                self._try(post_id, lambda: world.posts.delete(post_id, OWNER))
            case PostAction.UNPUBLISH:
                self._act(
                    post_id, lambda act: world.lifecycle.unpublish(post_id, OWNER, False, act)
                )
            case PostAction.ARCHIVE:
                self._try(post_id, lambda: world.lifecycle.archive(post_id, OWNER))

    @rule(pick=PICK, acknowledge=st.booleans(), fates=FATES)
    def retry(self, pick: int, acknowledge: bool, fates: list[Fate]) -> None:
        post_id = self._pick(pick, PostAction.RETRY)
        undecided = self._undecided(post_id)
        if self._act(
            post_id, lambda act: self.world.lifecycle.retry(post_id, OWNER, None, acknowledge, act)
        ):
            again = self._post(post_id).targets
            sent = [
                key
                for target_id, key in undecided.items()
                if again[target_id].status is TargetStatus.PENDING
            ]
            assert acknowledge or not sent, "it may be live, and nobody allowed a second copy"
            self.granted.update(sent)
            self._meet(post_id, fates)

    @rule(pick=PICK, which=st.integers(0, 2), words=st.booleans(), fates=FATES)
    def fix(self, pick: int, which: int, words: bool, fates: list[Fate]) -> None:
        post_id = self._pick(pick, PostAction.FIX)
        targets = sorted(
            self._post(post_id).targets.values(),
            key=lambda each: each.status is not TargetStatus.FAILED,
        )
        target = targets[which % len(targets)]
        undecided = self._undecided(post_id)
        asked = FixRequest(content=f"fixed {next(self.numbers)}" if words else None)
        if self._act(
            post_id, lambda act: self.world.lifecycle.fix(post_id, target.id, OWNER, asked, act)
        ):
            self.granted.update(
                [undecided[target.id]] if target.id in undecided and not words else []
            )
            self._meet(post_id, fates)

    # ---------------------------------------------------------------- workers and time

    @rule(pick=PICK, fates=FATES)
    def messages_come_in(self, pick: int, fates: list[Fate]) -> None:
        """Perhaps too early, perhaps again."""
        post_id = self._pick(pick, None)
        self._meet(post_id, fates)

    @rule(seconds=st.sampled_from(JUMPS), lost=st.booleans(), blind=st.booleans())
    def time_passes(self, seconds: int, lost: bool, blind: bool) -> None:
        """Perhaps all messages are lost; perhaps no network can say what is there."""
        self.world.blind = blind
        if lost:
            self.world.lose_messages()
        self.world.clock.wait(seconds)
        self.world.sweeps.release()
        self.world.deliver()

    @rule(fate=st.sampled_from([Fate.LOST_REQUEST, Fate.LOST_ANSWER]))
    def nobody_can_tell_for_an_hour(self, fate: Fate) -> None:
        self.create("now", 1, [fate])
        self.time_passes(JUMPS[-1], lost=True, blind=True)

    def teardown(self) -> None:
        """However it came to this, everything that is owed gets done, if only the sweep runs on."""
        if not hasattr(self, "world"):
            return
        for _ in range(40):
            if not Truth.now().due_at:
                break
            self.time_passes(300, lost=False, blind=False)
        truth = Truth.now()
        self._judge(truth)
        assert not truth.due_at
        assert all(post.status is not PostStatus.PUBLISHING for post in truth.posts)

    # ---------------------------------------------------------------- promises

    @invariant()
    def all_promises_hold(self) -> None:
        if hasattr(self, "world"):
            self._judge(Truth.now())

    def _judge(self, truth: Truth) -> None:
        assert truth.due_at.keys() <= {post.id for post in truth.posts}
        for post in truth.posts:
            judge_due(post, truth.due_at.get(post.id))
            self._judge_history(post, truth)
            judge_approval(post)
            if post.status in ROLLED_UP:
                assert post.status is posts.roll_up(each.status for each in post.targets.values())
        for key, copies in truth.live.items():
            assert copies <= 1 + self.granted[key], f"{key} is live {copies} times"

    def _judge_history(self, post: Post, truth: Truth) -> None:
        assert post.revision >= self.revisions.get(post.id, 0)
        self.revisions[post.id] = post.revision
        for target in post.targets.values():
            before = self.published.get(target.id)
            if before and target != before:
                assert target == replace(before, status=TargetStatus.UNPUBLISHED)
                assert post.status is PostStatus.UNPUBLISHED
            if target.status in {TargetStatus.PUBLISHED, TargetStatus.UNPUBLISHED}:
                self.published[target.id] = target
                assert target.parts
            assert {part.platform_post_id for part in target.parts} <= truth.ids
        for comment in post.follow_ups.values():
            assert post.targets[comment.of or ""].parts
            assert (
                comment.status is not TargetStatus.FAILED
                or not truth.live[comment.key]
                or comment.failure
            )
            if comment.status is TargetStatus.PUBLISHED:
                assert comment.platform_post_id in truth.ids

    # ---------------------------------------------------------------- how

    def _meet(self, post_id: str, fates: list[Fate]) -> None:
        """A worker for each of the post's tasks, each with its fate."""
        for target, fate in zip(self._post(post_id).tasks.values(), cycle(fates), strict=False):
            if fate is not Fate.LATE:
                self.world.work(job_for(self._post(post_id), target), fate)

    def _once(self) -> IdempotentRequest[PostDetails]:
        key = idempotency.identify(f"key {next(self.numbers)}", method="POST", path="/", body=None)
        return IdempotentRequest(200, rendered, key)

    def _act(self, post_id: str, call: Callable[[IdempotentRequest[PostDetails]], object]) -> bool:
        """An act under a key; asked again, it answers alike and does nothing."""
        act = self._once()
        if not self._try(post_id, lambda: call(act)):
            return False
        after = self._row(post_id)
        with pytest.raises(IdempotentReplay):
            call(act)
        assert self._row(post_id) == after
        return True

    def _try(self, post_id: str, call: Callable[[], object]) -> bool:
        """Return whether the act was allowed.

        An allowed act counts as one revision. A refused one changes nothing.
        """
        before = self._row(post_id)
        try:
            call()
        except REFUSALS:
            assert self._row(post_id) == before
            return False
        after = self._row(post_id)
        assert before is not None
        assert after is None or after["revision"] == before["revision"] + 1
        return True

    def _pick(self, number: int, action: PostAction | None) -> str:
        """One of the posts: rather one that allows the action, if there is any."""
        if not Truth.now().posts:
            self.create("draft", 1, [])
        there = sorted(Truth.now().posts, key=lambda post: post.id)
        allowing = [post for post in there if action and post.status in posts.TRANSITIONS[action]]
        return (allowing or there)[number % len(allowing or there)].id

    def _row(self, post_id: str) -> Item | None:
        return runtime.table().get(keys.state(post_id))

    def _undecided(self, post_id: str) -> dict[str, str]:
        """The editions of which nobody knows whether they are live, by target."""
        targets = self._post(post_id).targets.values()
        return {
            each.id: each.key for each in targets if each.failure and each.failure.code == UNDECIDED
        }

    def _post(self, post_id: str) -> Post:
        return self.world.lifecycle.find(post_id, OWNER)[0]


def judge_due(post: Post, at: int | None) -> None:
    """The index holds exactly what owes work."""
    assert all((task.due is None) == task.final for task in post.follow_ups.values())
    if post.status not in {PostStatus.SCHEDULED, PostStatus.PUBLISHING}:
        assert not any(target.due for target in post.targets.values())
        if not post.following:
            assert at is None
            return
    else:
        assert all((target.due is None) == target.final for target in post.targets.values())
    assert at is not None
    assert post.due is not None
    assert (
        at <= rows.ceil_milliseconds(post.due) + 1
    )  # the index rounds up to a millisecond, a row's text cuts


def judge_approval(post: Post) -> None:
    """A post waits exactly while a required step does.

    A post is approved when it has passed all required steps, in their order.
    """
    if post.status is PostStatus.PENDING_APPROVAL:
        assert post.approval
        assert post.approval.current
    if post.approval is None:
        return
    assert post.approval.current is None or post.status is PostStatus.PENDING_APPROVAL
    required = [each for each in post.approval.reviews if each.step.required]
    if post.approval.status is ReviewStatus.APPROVED:
        assert all(
            each.status is ReviewStatus.APPROVED and each.approver_id in each.step.approver_ids
            for each in required
        )
        times = [each.at for each in post.approval.reviews if each.at]
        assert times == sorted(times)


@pytest.fixture
def few_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """In memory, every query of the due index reads the whole table."""
    for kind in keys.SHARDS:
        monkeypatch.setitem(keys.SHARDS, kind, 1)


@pytest.mark.parametrize(
    ("fate", "mend"),
    [(Fate.LOST_ANSWER, "retry"), (Fate.LOST_ANSWER, "fix"), (Fate.LOST_REQUEST, "fix")],
)
def test_what_may_be_live_is_looked_for_once_more_before_it_goes_again(
    aws: None, few_shards: None, fate: Fate, mend: str
) -> None:
    machine = PostMachine()
    machine.begin(["draft", "draft"], [])
    machine.nobody_can_tell_for_an_hour(fate)
    post = max(Truth.now().posts, key=lambda each: each.id)
    [target] = post.targets.values()
    assert target.failure is not None
    assert target.failure.code == UNDECIDED
    act = IdempotentRequest(202, rendered)
    world = machine.world

    world.blind = False
    if mend == "retry":
        world.lifecycle.retry(post.id, OWNER, None, True, act)
    else:
        world.lifecycle.fix(post.id, target.id, OWNER, FixRequest(), act)
    world.deliver()

    assert machine._post(post.id).status is PostStatus.PUBLISHED
    assert Truth.now().live[target.key] == 1


def test_no_order_of_acts_deaths_and_time_breaks_a_promise(aws: None, few_shards: None) -> None:
    run_state_machine_as_test(
        PostMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=16,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )

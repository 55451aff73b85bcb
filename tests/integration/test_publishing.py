"""The publisher: what is due is sent once, and what became of it is told.

What is in doubt stays in doubt, whatever happens to the account, the words or the worker. It never
becomes a definite no, and it is never sent again without a look or a person's word.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from herald import runtime
from herald.actions import releasing
from herald.actions.accounts import Accounts
from herald.actions.lifecycle import Lifecycle, PostDetails
from herald.actions.posts import Edit, NewPost, Posts
from herald.actions.publishing import Publisher
from herald.domain import ids, payloads
from herald.domain.accounts import Account, AccountStatus, Platform
from herald.domain.backoff import MAX_PUBLISH_ATTEMPTS
from herald.domain.content import Part, PostContent
from herald.domain.errors import AccountError, ConflictError, MediaError, TransientError
from herald.domain.idempotency import IdempotentRequest
from herald.domain.jobs import PublishJob
from herald.domain.outcomes import Accepted, Preparing, Published
from herald.domain.owners import Mode, Owner
from herald.domain.posts import Post, PostStatus, follow_up_of
from herald.domain.targets import UNDECIDED, Kind, Target, TargetStatus
from herald.net.client import Client
from herald.net.guard import Guard
from herald.platforms.protocol import Connector, LostAnswerError, Publication, Session, Undecided
from herald.platforms.registry import Registry
from herald.platforms.sandbox.publish import Sandbox
from tests.doors import door
from tests.faults.deaths import Killed
from tests.faults.world import Clock, Queue
from tests.integration.conftest import CONTEXT, Caller, messages, sqs_event
from tests.integration.test_posts import connect, publish

ACT: IdempotentRequest[PostDetails] = IdempotentRequest(200, lambda _: "{}")
HOUR = timedelta(hours=1)
Step = Callable[[], Any]


class Scripted(Sandbox):
    """The sandbox, whose next calls of one kind can be given another end.

    What is committed stays committed.
    """

    def script(self, **steps: Iterable[BaseException | Undecided]) -> None:
        self.steps = {name: list(each) for name, each in steps.items()}

    def _step(self, name: str) -> Any:
        steps = getattr(self, "steps", {}).get(name, [])
        step = steps.pop(0) if steps else None
        if isinstance(step, BaseException):
            raise step
        return step

    def prepare(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Mapping[str, str] | Preparing:
        self._step("prepare")
        return super().prepare(publication, session, handle=handle)

    def commit(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted:
        answer = super().commit(publication, session, handle=handle)
        return self._step("commit") or answer

    def confirm(
        self, publication: Publication, session: Session, *, handle: Mapping[str, str]
    ) -> Published | Accepted:
        return self._step("confirm") or super().confirm(publication, session, handle=handle)

    def find(self, publication: Publication, session: Session, *, handle: Mapping[str, str]) -> Any:
        return self._step("find") or super().find(publication, session, handle=handle)


class OneNetwork(Registry):
    """Every account's connector is the scripted one."""

    def __init__(self, network: Scripted, clock: Clock) -> None:
        super().__init__(Client(Guard([])), runtime.sandbox_ledger(), clock.now)
        self._network = network

    def connector(self, account: Account) -> Connector:
        return self._network


@dataclass
class World:
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.network = Scripted(Platform.SANDBOX, runtime.sandbox_ledger(), self.clock.now)
        self.owner = Owner(ids.new("ws", self.clock.at), Mode.TEST)
        registry = OneNetwork(self.network, self.clock)
        self.queue = Queue("publish", self.clock, None, {}, chaos=0)  # type: ignore[arg-type]
        queue: Any = self.queue
        self.accounts = Accounts(
            store=runtime.account_store(), registry=registry, now=self.clock.now
        )
        self.lifecycle = Lifecycle(
            store=runtime.post_store(),
            accounts=runtime.account_store(),
            media=runtime.media(),
            queue=queue,
            now=self.clock.now,
            time_scale=1,
        )
        self.posts = Posts(lifecycle=self.lifecycle)
        self.publisher = Publisher(
            targets=runtime.target_store(),
            accounts=runtime.account_store(),
            media=runtime.media_store(),
            live=runtime.live_store(),
            queue=queue,
            registry=registry,
            file=runtime.renditions().file,
            now=self.clock.now,
            wait=self.clock.wait,
            time_scale=1,
        )
        self.account = self.connect()

    def connect(self) -> Account:
        return self.accounts.connect(
            Platform.SANDBOX, {"username": "brand"}, self.owner, request=IdempotentRequest()
        )

    def publish(self, *parts: str, comment: str | None = None) -> str:
        """A post that is to go out now; nothing has been done for it yet."""
        opening, *further = parts or ("words",)
        words = PostContent(
            content=opening,
            thread=tuple(Part(text=each) for each in further),
            first_comment=comment,
        )
        new = NewPost(words=words, account_ids=[self.account.id], publish_now=True)
        return self.posts.create(new, self.owner, IdempotentRequest(201, lambda _: "{}")).post.id

    def in_doubt(self) -> str:
        """A post that was sent, and whose answer was lost."""
        self.network.script(commit=[LOST])
        post = self.publish()
        self.work()
        return post

    def work(self) -> None:
        """Do all that has a message whose time has come."""
        while body := self.queue.take():
            self.publisher.publish(PublishJob.from_body(body))

    def sweep(self, post_id: str) -> None:
        """Move time to the next work of the post, and do it as the sweep would have it done."""
        post = self.post(post_id)
        due, _, chosen = min((each.due, each.id, each) for each in post.tasks.values() if each.due)
        self.clock.at = max(self.clock.at, due)
        self.publisher.publish(
            PublishJob.from_body(dict(releasing.message(post, chosen, self.clock.at).body))
        )

    def settle(self, post_id: str, *, within: timedelta = timedelta(hours=12)) -> Post:
        end = self.clock.at + within
        while self.post(post_id).due:
            assert self.clock.at < end, f"still at work after {within}"
            try:
                self.sweep(post_id)
            except Killed:
                continue
        return self.post(post_id)

    def post(self, post_id: str) -> Post:
        return self.lifecycle.find(post_id, self.owner)[0]

    def target(self, post_id: str) -> Target:
        [target] = self.post(post_id).targets.values()
        return target

    def live(self) -> list[str]:
        entries, _ = runtime.sandbox_ledger().after(self.account.id, None, limit=100)
        return [each.text for each in sorted(entries, key=lambda each: each.at) if each.live]


@pytest.fixture
def world(aws: None) -> World:
    return World()


def code(target: Target) -> str | None:
    return target.failure.code if target.failure else None


LOST = LostAnswerError("the answer was lost")


def test_an_account_that_is_disconnected_leaves_doubt_as_doubt(world: World) -> None:
    post = world.in_doubt()

    world.accounts.disconnect(world.account.id, world.owner)
    world.settle(post)

    assert (world.target(post).status, code(world.target(post))) == (TargetStatus.FAILED, UNDECIDED)
    with pytest.raises(ConflictError):
        world.lifecycle.retry(post, world.owner, None, False, ACT)
    assert world.live() == ["words"]


def test_an_edit_of_what_is_in_doubt_needs_a_persons_word_before_it_is_sent(world: World) -> None:
    post = world.in_doubt()
    world.accounts.disconnect(world.account.id, world.owner)
    world.settle(post)
    world.connect()

    world.posts.edit(post, world.owner, Edit(content="other words"))

    with pytest.raises(ConflictError):
        world.lifecycle.retry(post, world.owner, None, False, ACT)
    assert world.live() == ["words"]


def test_what_was_in_doubt_is_found_once_its_account_is_connected_again(world: World) -> None:
    post = world.in_doubt()
    world.accounts.disconnect(world.account.id, world.owner)
    world.sweep(post)

    world.connect()
    world.settle(post)

    assert world.post(post).status is PostStatus.PUBLISHED
    assert world.live() == ["words"]


def test_an_accepted_target_of_a_disconnected_account_is_in_doubt(world: World) -> None:
    post = world.publish("words #sandbox:processing-3")
    world.work()

    world.accounts.disconnect(world.account.id, world.owner)
    world.settle(post)

    assert code(world.target(post)) == UNDECIDED


@pytest.mark.parametrize(
    "refusal",
    [AccountError("no"), MediaError("no"), TransientError("no")],
    ids=["account", "media", "transient"],
)
def test_a_retry_whose_look_cannot_tell_never_ends_as_a_definite_no(
    world: World, refusal: Exception
) -> None:
    world.network.script(commit=[LOST], find=[Undecided(reason="?")] * 30)
    post = world.publish()
    world.work()
    world.settle(post)

    world.network.script(find=[Undecided(reason="?")] * 30, prepare=[refusal] * 30)
    world.lifecycle.retry(post, world.owner, None, True, ACT)
    world.settle(post)

    assert code(world.target(post)) == UNDECIDED
    with pytest.raises(ConflictError):
        world.lifecycle.retry(post, world.owner, None, False, ACT)


def test_a_worker_that_dies_while_it_looks_comes_to_an_end(world: World) -> None:
    world.network.script(commit=[LOST], find=[Killed() for _ in range(1000)])
    post = world.publish()
    world.work()

    ended = world.settle(post, within=2 * HOUR)

    assert (ended.status, code(world.target(post))) == (PostStatus.FAILED, UNDECIDED)


def test_a_doubt_that_nobody_looked_into_for_long_is_looked_into_before_it_ends(
    world: World,
) -> None:
    world.network.script(commit=[LOST])
    post = world.publish()
    world.work()
    world.clock.at += 5 * HOUR

    world.settle(post)

    assert world.post(post).status is PostStatus.PUBLISHED


def test_a_worker_that_dies_before_it_sends_comes_to_an_end(world: World) -> None:
    world.network.script(prepare=[Killed() for _ in range(1000)])
    post = world.publish()

    with pytest.raises(Killed):
        world.work()
    ended = world.settle(post)

    assert (ended.status, code(world.target(post))) == (PostStatus.FAILED, "PUBLISH_ERROR")
    assert world.live() == []


def test_a_connector_that_breaks_before_it_sends_fails_and_one_that_breaks_after_is_in_doubt(
    world: World,
) -> None:
    world.network.script(prepare=[ZeroDivisionError()] * MAX_PUBLISH_ATTEMPTS)
    before = world.publish("before")
    world.work()
    world.settle(before)
    world.network.script(commit=[OverflowError()], find=[KeyError("id")] * 40)
    after = world.publish("after")
    world.work()
    world.settle(after)

    assert code(world.target(before)) == "PLATFORM_UNAVAILABLE"
    assert code(world.target(after)) == UNDECIDED
    assert world.live() == ["after"]


def test_credentials_that_do_not_open_end_a_target(world: World) -> None:
    store = runtime.account_store()
    row = runtime.table().get((f"OWNER#{world.owner}", f"SECRET#{world.account.id}"))
    assert row is not None
    store.table.put_all([row | {"sealed": b"nothing that the key ever sealed"}])
    post = world.publish()
    world.work()

    ended = world.settle(post)

    assert ended.status is PostStatus.FAILED
    assert world.live() == []


def test_of_a_thread_that_failed_midway_what_is_live_is_told_and_can_be_deleted(
    world: World,
) -> None:
    post = world.publish("one", "two #sandbox:media-rejected")
    world.work()
    world.settle(post)
    assert world.post(post).status is PostStatus.FAILED
    assert world.live() == ["one"]
    told = payloads.result(world.target(post))
    assert told["live_parts"] == [payloads.live_part(world.target(post).parts[0])]

    with pytest.raises(ConflictError):
        world.posts.delete(post, world.owner)
    world.lifecycle.unpublish(post, world.owner, True, ACT)
    ended = world.settle(post)

    assert ended.status is PostStatus.UNPUBLISHED
    assert world.live() == []


def test_a_failed_post_of_which_nothing_is_live_is_not_unpublished(world: World) -> None:
    post = world.publish("one #sandbox:media-rejected")
    world.work()

    with pytest.raises(ConflictError):
        world.lifecycle.unpublish(post, world.owner, True, ACT)


def test_a_deletion_waits_for_the_doubt_of_what_it_deletes(world: World) -> None:
    post = world.publish("one", comment="first #sandbox:lost-answer")
    world.network.script(find=[Undecided(reason="?")] * 14)
    world.work()

    world.lifecycle.unpublish(post, world.owner, True, ACT)
    ended = world.settle(post)

    [target] = ended.targets.values()
    deletion = follow_up_of(ended, target, Kind.DELETION)
    assert deletion
    assert deletion.status is TargetStatus.UNPUBLISHED
    assert world.live() == []


def test_a_deletion_of_a_comment_that_stays_in_doubt_says_so(world: World) -> None:
    post = world.publish("one", comment="first #sandbox:lost-answer")
    world.network.script(find=[Undecided(reason="?")] * 100)
    world.work()

    world.lifecycle.unpublish(post, world.owner, True, ACT)
    ended = world.settle(post)

    [target] = ended.targets.values()
    deletion = follow_up_of(ended, target, Kind.DELETION)
    assert deletion
    assert (deletion.status, code(deletion)) == (TargetStatus.FAILED, UNDECIDED)
    assert world.live() == ["first #sandbox:lost-answer"]


def test_two_connects_of_one_identity_in_the_same_moment_make_one_account(world: World) -> None:
    first = world.account

    class Late(type(world.accounts.store)):  # type: ignore[misc]
        """A store that does not see yet what was connected a moment ago."""

        looks = 0

        def all(self, owner: Owner) -> list[Account]:
            self.looks += 1
            return [] if self.looks == 1 else super().list(owner)

    store = Late(world.accounts.store.table, world.accounts.store.vault)
    late = Accounts(store=store, registry=world.accounts.registry, now=world.clock.now)

    again = late.connect(
        Platform.SANDBOX, {"username": "brand"}, world.owner, request=IdempotentRequest()
    )

    assert again.id == first.id
    assert [each.id for each in world.accounts.list(world.owner)] == [first.id]


def sealed_row(world: World) -> dict[str, Any]:
    row = runtime.table().get((f"OWNER#{world.owner}", f"SECRET#{world.account.id}"))
    assert row is not None
    return row


def test_a_refresh_brings_no_credentials_back_that_a_disconnect_destroyed(world: World) -> None:
    store = runtime.account_store()
    read = sealed_row(world)
    world.accounts.disconnect(world.account.id, world.owner)

    with pytest.raises(AccountError):
        store.keep(world.account, {"token": "new"}, was=read)  # type: ignore[dict-item]

    assert runtime.table().get((read["pk"], read["sk"])) is None
    assert world.accounts.get(world.account.id, world.owner).status is AccountStatus.DISCONNECTED


def test_a_refresh_does_not_overwrite_the_credentials_of_a_reconnect(world: World) -> None:
    store = runtime.account_store()
    read = sealed_row(world)
    world.connect()
    newest = sealed_row(world)

    counting = store.keep(world.account, {"token": "old"}, was=read)  # type: ignore[dict-item]

    assert counting["sealed"] == newest["sealed"] == sealed_row(world)["sealed"]


def test_state_and_words_that_do_not_agree_are_read_again(world: World) -> None:
    post = world.publish("before")
    table = runtime.table()
    reads = []

    class Torn(type(table)):  # type: ignore[misc]
        """A table whose next read of a post sees an edit of its state, and not yet of its words."""

        def get_many(self, wanted: Any, *, consistent: bool = True) -> Any:
            found = super().get_many(wanted, consistent=consistent)
            reads.append(1)
            if len(reads) == 1:
                for row in found.values():
                    if row["sk"] == "STATE":
                        row["worded"] = 7
            return found

    store = runtime.target_store()
    torn = type(store)(Torn(table.name, table.client))
    [target] = world.post(post).targets.values()
    job = PublishJob.from_body(
        dict(releasing.message(world.post(post), target, world.clock.at).body)
    )

    loaded = torn.get_for(job)

    assert loaded
    assert (loaded.words.content, len(reads)) == ("before", 2)


def test_publish_now_reaches_every_account_once(test: Caller, account: str) -> None:
    other = connect(test, "twitter")

    post = test(
        "POST",
        "/v1/posts",
        {"content": "Hello", "accountIds": [account, other], "publishNow": True},
    ).body
    done = publish(test, post)

    assert [each["accountId"] for each in post["platforms"]] == [account, other]
    assert (post["status"], done["status"]) == ("publishing", "published")
    assert all(
        each["platformPostUrl"] and each["attempts"] == 1 and each["error"] is None
        for each in done["platforms"]
    )
    for each in (account, other):
        assert len(test("GET", f"/v1/sandbox/posts?accountId={each}").body["data"]) == 1


def test_a_message_seen_twice_posts_once(test: Caller, account: str) -> None:
    post = test(
        "POST", "/v1/posts", {"content": "Hello", "accountIds": [account], "publishNow": True}
    ).body
    [message] = messages(runtime.configured().publish_queue_url)

    for _ in range(3):
        door("publish_target").handler(sqs_event(message), CONTEXT)

    assert test("GET", f"/v1/posts/{post['id']}").body["status"] == "published"
    assert len(test("GET", f"/v1/sandbox/posts?accountId={account}").body["data"]) == 1


@pytest.mark.parametrize(
    ("mark", "outcome"),
    [
        ("flaky-1", "retrying"),
        ("processing-1", "processing"),
        ("preparing-1", "processing"),
        ("lost-answer", "unknown"),
        ("quota", "failed"),
        ("none", "published"),
    ],
)
def test_the_line_of_what_is_not_final_says_when_it_is_due(
    test: Caller, account: str, caplog: pytest.LogCaptureFixture, mark: str, outcome: str
) -> None:
    caplog.set_level("INFO", logger="herald")
    body = {"content": f"Hello #sandbox:{mark}", "accountIds": [account], "publishNow": True}
    post = test("POST", "/v1/posts", body).body

    publish(test, post)

    [line] = [each for each in caplog.records if each.name == "herald.publishing"]
    row = runtime.table().get((f"POST#{post['id']}", "STATE"))
    assert row is not None
    [target] = row["targets"].values()
    assert (line.message, vars(line).get("due")) == (outcome, target.get("due"))
    assert (outcome in {"failed", "published"}) is not ("due" in target)


def test_a_partial_failure_says_which_and_why(test: Caller, account: str) -> None:
    other = connect(test, "linkedin")
    body = {
        "content": "Hello #sandbox:linkedin:auth",
        "accountIds": [account, other],
        "publishNow": True,
    }

    done = publish(test, test("POST", "/v1/posts", body).body)

    assert (done["status"], [each["status"] for each in done["platforms"]]) == (
        "partial",
        ["published", "failed"],
    )
    error = done["platforms"][1]["error"]
    assert (error["code"], error["category"], error["retryable"]) == (
        "ACCOUNT_DISCONNECTED",
        "account",
        False,
    )
    assert error["remediation"]
    assert test("GET", f"/v1/accounts/{other}").body["status"] == "error"

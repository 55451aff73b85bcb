"""Sends many posts through the worst of worlds, and judges what became of them.

Publishing, delivery, fan-out, the sweep, uploads, replays and what users do are killed at any of
their lines. Messages are dropped, doubled, delayed and reordered. The stream repeats itself.
Networks lose requests and answers, refuse, hang, and answer nonsense. Users edit, cancel, retry,
fix and unpublish, and let accounts go, in the middle of it. Receivers fail. Time is simulated, so a
lease or a backoff of minutes costs nothing. Every choice comes from one seed.
"""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from itertools import islice
from threading import Lock
from typing import Any, Protocol

from PIL import Image

from herald import runtime
from herald.actions import fan_out, sweeps
from herald.actions.accounts import Accounts
from herald.actions.deliveries import Deliverer
from herald.actions.endpoints import Endpoints, NewEndpoint
from herald.actions.fan_out import FanOut
from herald.actions.lanes import Lanes
from herald.actions.lifecycle import FixRequest, Lifecycle
from herald.actions.media import MediaFiles, NewMedia
from herald.actions.posts import Edit, NewPost, Posts
from herald.actions.processing import Processor
from herald.actions.publishing import Publisher
from herald.actions.replays import ReplayRequest, Replays, StartedReplay
from herald.actions.sweeps import Sweeps
from herald.api.voxburst.posts import body as rendered
from herald.aws.dynamodb import Key
from herald.aws.sqs import Message
from herald.aws.sqs import Queue as Sqs
from herald.domain import idempotency, ids
from herald.domain.accounts import Account, Platform
from herald.domain.api_keys import ApiKey, Plan
from herald.domain.content import MediaRef, Part, PostContent
from herald.domain.deliveries import DeliveryStatus
from herald.domain.endpoints import Endpoint
from herald.domain.errors import HeraldError
from herald.domain.formats import SUBSCRIBABLE
from herald.domain.idempotency import IdempotentReplay, IdempotentRequest
from herald.domain.jobs import DeliveryJob, MediaJob, PublishJob
from herald.domain.media import MAX_ATTEMPTS, ContentType, Dimensions, Media, MediaStatus
from herald.domain.owners import Mode, Owner
from herald.domain.posts import Post, PostStatus, follow_up_of
from herald.domain.targets import UNDECIDED, Kind, Target, TargetStatus
from herald.net.client import Client
from herald.net.guard import Guard
from herald.store.due import DueIndex
from herald.store.media import file_key, upload_key
from herald.store.replays import ReplayStore
from tests import files
from tests.fakes.http import Server, read_body, say
from tests.faults.deaths import Killer
from tests.faults.network import BLIND, TroubledRegistry
from tests.faults.world import Clock, Queue, Stream
from tests.integration.conftest import forget_wiring

PICTURES = (
    (files.picture("JPEG"), Dimensions(*files.SIZE)),
    (
        files.encoded(Image.effect_noise((300, 200), 60).convert("RGB"), "JPEG", quality=95),
        Dimensions(300, 200),
    ),
)
MARKS = (
    *[""] * 8,
    "#sandbox:flaky-1",
    "#sandbox:lost-answer",
    "#sandbox:lost-answer",
    "#sandbox:lost-request",
    "#sandbox:lost-request",
    "#sandbox:preparing-2",
)
RARE = (
    "#sandbox:processing-2",
    "#sandbox:rate-limit-90",
    "#sandbox:auth",
    "#sandbox:down",
    "#sandbox:too-long",
)
IDENTITY = re.compile(
    r"(part \d+ of|comment on) number \d+"
)  # of a text, whatever it was edited to
FILES = 5  # posts between two uploads
RARELY = frozenset(
    {"create", "arrive", "look", "replay", "act"}
)  # invocations of which a run has few
SLOWLY = 20  # seconds that a receiver may take
LIMIT = timedelta(hours=8)
MINUTE = timedelta(minutes=1)


class Network(Protocol):
    """A real server beside the sandbox: its accounts, its faults, and the truth."""

    def connect(self, accounts: Accounts, owner: Owner) -> Sequence[Account]: ...

    def trouble(self, dice: random.Random, counts: Counter[str]) -> None:
        """Decide what happens to the next few connections."""

    def live(self, account: Account) -> Counter[str]:
        """How many copies of each text are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How bad it gets."""

    kill: float = 0.25
    message: float = 0.3
    receiver: float = 0.2
    network: float = 0.3
    user: float = 0.3


@dataclass(slots=True)
class Verdict:
    """What was counted, and everything that must not be."""

    counts: Counter[str] = field(default_factory=Counter)
    wrongs: list[str] = field(default_factory=list)

    def demand(self, right: bool, wrong: str) -> None:
        if not right:
            self.wrongs.append(wrong)


class Receiver:
    """A subscriber with bad days; `accepted` holds every event it said 2xx to."""

    def __init__(self, dice: random.Random, chance: float, clock: Clock) -> None:
        self.accepted: Counter[str] = Counter()
        self._lock = Lock()
        self._dice, self._chance, self._clock = dice, chance, clock
        self.server = Server(self.take)

    def take(self, request: BaseHTTPRequestHandler) -> None:
        read_body(request)
        with self._lock:
            bad = self._dice.random() < self._chance
            if not bad:
                self.accepted[request.headers["webhook-id"]] += 1
            if self._dice.random() < self._chance / 4:
                self._clock.wait(SLOWLY)
        if bad and self._dice.random() < 0.5:
            request.close_connection = True
            return
        say(request, 503 if bad else 200)

    @property
    def url(self) -> str:
        return f"{self.server.url}/hook"


class Simulation:
    """One run; needs an `aws` account in memory."""

    def __init__(self, seed: int, chances: Chances, network: Network | None = None) -> None:
        self.dice = random.Random(seed)
        self.chances = chances
        self.verdict = Verdict()
        self.clock = Clock()
        self._swept = self.clock.at
        self.killer = Killer(self.dice, self.verdict.counts)
        self.network = network
        self.pictures: list[str] = []
        self.receiver = Receiver(random.Random(seed), chances.receiver, self.clock)
        self.owner = Owner(ids.new("ws", self.clock.at), Mode.LIVE)
        self.publish_queue = self._queue("publish")
        self.delivery_queues = [self._queue("delivery"), self._queue("slow delivery")]
        # the store tells at least once
        self.object_queue = Queue("object", self.clock, self.dice, self.verdict.counts, chaos=0)
        self.media_queue = self._queue("media")
        self.uploads: list[str] = []
        self.broken_off: Counter[str] = Counter()  # looks at a file that died, by its id
        self.post_ids: list[str] = []
        self.acted: set[str] = set()
        self.endpoint: Endpoint | None = None
        self._wire()
        self.stream = Stream(runtime.configured().table_name)

    def _queue(self, name: str) -> Any:
        return Queue(name, self.clock, self.dice, self.verdict.counts, chaos=self.chances.message)

    def _wire(self) -> None:
        clock = self.clock
        http = Client(Guard(["127.0.0.1"]))
        registry = TroubledRegistry(
            http, clock, self.dice, self.verdict.counts, chance=self.chances.network
        )
        accounts = runtime.account_store()
        posts = runtime.post_store()
        endpoints = runtime.endpoint_store()
        deliveries = runtime.delivery_store()
        events = runtime.event_store()
        due = DueIndex(runtime.table())
        publish_queue: Sqs = self.publish_queue
        media_queue: Sqs = self.media_queue
        fast, slow = self.delivery_queues
        lanes = Lanes(fast=fast, slow=slow)
        self.publisher = Publisher(
            targets=runtime.target_store(),
            accounts=accounts,
            media=runtime.media_store(),
            live=runtime.live_store(),
            queue=publish_queue,
            registry=registry,
            file=runtime.renditions().file,
            now=clock.now,
            wait=clock.wait,
            time_scale=1,
        )
        self.accounts = Accounts(store=accounts, registry=registry, now=clock.now)
        self.lifecycle = Lifecycle(
            store=posts,
            accounts=accounts,
            media=runtime.media(),
            queue=publish_queue,
            now=clock.now,
            time_scale=1,
        )
        self.posts = Posts(lifecycle=self.lifecycle)
        self.fan_out = FanOut(
            endpoints=endpoints, events=events, queue=lanes, now=clock.now, time_scale=1
        )
        self.deliverer = Deliverer(
            deliveries=deliveries,
            endpoints=endpoints,
            stats=runtime.stats_store(),
            vault=runtime.vault(),
            queue=lanes,
            http=http,
            now=clock.now,
            wait=clock.wait,
            time_scale=1,
        )
        self.library = MediaFiles(
            store=runtime.media_store(),
            posts=posts,
            bucket=runtime.bucket(),
            queue=media_queue,
            check_url=Guard([]).check_url,
            now=clock.now,
        )
        self.processor = Processor(
            store=runtime.media_store(), bucket=runtime.bucket(), http=http, now=clock.now
        )
        self.replays = Replays(
            endpoints=endpoints,
            store=ReplayStore(runtime.table()),
            stats=runtime.stats_store(),
            queue=lanes,
            now=clock.now,
        )
        self.sweeps = Sweeps(
            due=due,
            now=clock.now,
            time_scale=1,
            sweeps=[
                sweeps.targets(posts=posts, queue=publish_queue),
                sweeps.deliveries(queue=lanes),
                sweeps.events(deliveries=deliveries, events=events, queue=lanes),
                sweeps.media(queue=media_queue),
            ],
        )
        self.replay_sweep = replace(self.sweeps, sweeps=[sweeps.replays(self.replays.go_on)])
        self.endpoints = Endpoints(
            endpoints=endpoints,
            sent=deliveries,
            guard=Guard(["127.0.0.1"]),
            queue=lanes,
            now=clock.now,
        )

    # ---------------------------------------------------------------- the run

    def run(self, posts: int) -> Verdict:
        """Create that many posts, let the world do its worst until it is quiet, and judge."""
        sandboxes = self._sandboxes()
        self.pictures = [self._picture(*each) for each in PICTURES]
        remote = list(self.network.connect(self.accounts, self.owner)) if self.network else []
        self.endpoint = endpoint = self._subscribe()
        wanted = []
        for number in range(posts):
            wanted.append(self._new(number, self._sandboxes(), remote))
            self._create(f"key-{number}", wanted[-1])
            if number % FILES == 0:
                self._upload(f"file {number}")
            self._turn()
            self._users()
        self._replay()
        self._settle()
        self._judge(wanted, [*sandboxes, *remote], endpoint)
        self._judge_uploads()
        self.receiver.server.stop()
        return self.verdict

    def _picture(self, data: bytes, shown: Dimensions) -> str:
        """A file that is READY."""
        media = Media(
            id=ids.new("media", self.clock.now()),
            owner=self.owner,
            filename="picture.jpg",
            content_type=ContentType.JPEG,
            size_bytes=len(data),
            dimensions=shown,
            status=MediaStatus.READY,
            attempts=1,
            created_at=self.clock.at,
            updated_at=self.clock.at,
        )
        runtime.media_store().create(media, response=None)
        runtime.bucket().put(file_key(media), data, ContentType.JPEG)
        return media.id

    def _sandboxes(self) -> list[Account]:
        """Connected, or connected again: a mark may have made the network refuse one."""
        return [
            self.accounts.connect(
                Platform.SANDBOX, {"username": f"box{n}"}, self.owner, request=IdempotentRequest()
            )
            for n in range(2)
        ]

    @property
    def key(self) -> ApiKey:
        return ApiKey(
            id=ids.new("key", self.clock.at),
            owner=self.owner,
            name="k",
            scopes=(),
            plan=Plan.PRO,
            digest="d",
            hint="h",
            created_at=self.clock.at,
        )

    def _subscribe(self) -> Endpoint:
        new = NewEndpoint(url=self.receiver.url, events=SUBSCRIBABLE)
        return self.endpoints.create(new, by=self.key, request=IdempotentRequest())[0]

    def _new(self, number: int, sandboxes: Sequence[Account], remote: Sequence[Account]) -> NewPost:
        parts = self.dice.choice((0, 0, 0, 1, 3))
        chosen = [*sandboxes, *([remote[number % len(remote)]] if remote else [])]
        at = self.clock.at + timedelta(minutes=self.dice.randrange(-5, 30))
        opening, *further = [
            self._part(f"part {part} of number {number}") for part in range(parts + 1)
        ]
        return NewPost(
            words=PostContent(
                content=opening.text,
                media=opening.media,
                thread=tuple(further),
                first_comment=self._marked(f"comment on number {number}")
                if self.dice.random() < 0.5
                else None,
                first_comment_delay=self.dice.choice((0, 60, 1800)),
            ),
            account_ids=[account.id for account in chosen],
            scheduled_for=at if at > self.clock.at else None,
            publish_now=at <= self.clock.at,
        )

    def _part(self, text: str) -> Part:
        """Its text says how many files it has."""
        count = self.dice.choice((0, 0, 1, 2))
        media = tuple(MediaRef(media_id=each, alt=text) for each in self.pictures[:count])
        return Part(text=self._marked(f"{text}, {count} files"), media=media)

    def _marked(self, text: str) -> str:
        mark = self.dice.choice(MARKS if self.dice.random() < 0.85 else RARE)
        mark = BLIND if self.dice.random() < self.chances.network / 10 else mark
        return f"{text} {mark}".strip()

    def _create(self, key: str, new: NewPost) -> None:
        """As a careful client does: with one key, again and again until there is an answer."""
        identity = idempotency.identify(
            key, method="POST", path="/v1/posts", body=new.words.content
        )

        def call() -> None:
            try:
                made = self.posts.create(
                    new, self.owner, IdempotentRequest(201, rendered, identity)
                )
                self.post_ids.append(made.post.id)
            except IdempotentReplay as replay:
                self.post_ids.append(json.loads(replay.response.body)["id"])
                self.verdict.counts["creates replayed"] += 1

        while not self._killing("create", call):
            self.clock.wait(1)

    def _upload(self, name: str) -> None:
        """A picture arrives in the bucket; the store says so at least once."""
        data = PICTURES[0][0]
        new = NewMedia(filename=name, content_type=ContentType.JPEG, size_bytes=len(data))
        media_id = self.library.upload(new, self.owner, request=IdempotentRequest()).media_id
        self.uploads.append(media_id)
        where = upload_key(media_id, self.owner)
        runtime.bucket().put(where, data, ContentType.JPEG)
        for delay in (0, *([90] if self.dice.random() < 0.3 else [])):
            self.object_queue.offer([Message(body={"key": where}, delay=delay)])

    def _replay(self) -> None:
        """Ask for all that the endpoint missed in the last hour, as a careful client does."""
        assert self.endpoint
        wanted = ReplayRequest(start=self.clock.at - timedelta(hours=1), end=self.clock.at)
        identity = idempotency.identify(
            f"replay-{self.clock.at}", method="POST", path="/replay", body="{}"
        )
        request: IdempotentRequest[StartedReplay] = IdempotentRequest(202, lambda _: "{}", identity)
        endpoint_id = self.endpoint.id

        def call() -> None:
            try:
                self.replays.begin(endpoint_id, wanted, by=self.key, request=request)
            except IdempotentReplay:
                self.verdict.counts["replays replayed"] += 1

        while not self._killing("replay", call):
            self.clock.wait(1)
        self.verdict.counts["replays"] += 1

    def _users(self) -> None:
        """Somebody does something to a post, or to an account, whatever is on its way just now."""
        if self.dice.random() < self.chances.user:
            self._act(self.dice.choice(self.post_ids[-10:]))
        if self.dice.random() < self.chances.user / 4:
            self._disconnect()
        if self.dice.random() < self.chances.user / 4:
            self._replay()

    def _act(self, post_id: str) -> None:
        name = self.dice.choice(
            ("edit", "edit", "cancel", "retry", "retry", "fix", "unpublish", "unpublish")
        )

        def call() -> None:
            try:
                self._do(name, post_id)
                self.verdict.counts[f"acts: {name}"] += 1
            except HeraldError:
                self.verdict.counts["acts refused"] += 1

        before = self.lifecycle.find(post_id, self.owner)[0].revision
        self._killing("act", call)
        if self.lifecycle.find(post_id, self.owner)[0].revision != before:
            self.acted.add(post_id)

    def _do(self, name: str, post_id: str) -> None:
        act = IdempotentRequest(200, rendered)
        post, words = self.lifecycle.find(post_id, self.owner)
        match name:
            case "edit":
                edited = f"{words.content} edited at {self.clock.at:%H:%M:%S.%f}"
                self.posts.edit(post_id, self.owner, Edit(content=edited))
            case "cancel":
                self.lifecycle.cancel(post_id, self.owner, act)
            case "retry":
                self.lifecycle.retry(post_id, self.owner, None, False, act)
            case "fix":
                failed = [
                    each
                    for each in post.targets.values()
                    if each.failure and each.failure.code != UNDECIDED
                ]
                chosen = self.dice.choice(failed).id if failed else "pp_none"
                self.lifecycle.fix(post_id, chosen, self.owner, FixRequest(), act)
            case "unpublish":
                self.lifecycle.unpublish(post_id, self.owner, self.dice.random() < 0.8, act)

    def _disconnect(self) -> None:
        """An account goes in the middle of it; the next post's author connects it again."""
        account = self.dice.choice(
            [each for each in self.accounts.list(self.owner) if each.platform is Platform.SANDBOX]
        )
        self.accounts.disconnect(account.id, self.owner)
        self.verdict.counts["accounts disconnected"] += 1

    def _killing(self, name: str, work: Callable[[], Any]) -> bool:
        lived = self.killer.run(name, work, chance=self.chances.kill * (2 if name in RARELY else 1))
        # Nothing in a process's memory outlives it: no cache, no connection, no lock.
        if not lived:
            forget_wiring()
            self._wire()
        return lived

    def _turn(self) -> None:
        """Whatever can happen now, happens; then time goes on to the next thing, or a minute."""
        self._publish()
        self._look()
        self._fan_out()
        self._deliver()
        soon = [each.next_at for each in self._queues if each.next_at]
        self.clock.at = max(self.clock.at, min([*soon, self.clock.at + MINUTE]))
        if self.clock.at - self._swept >= MINUTE:
            self._sweep()

    def _sweep(self) -> None:
        self._swept = self.clock.at
        self._killing("sweep", self.sweeps.release)
        self._killing("replay", self.replay_sweep.release)

    @property
    def _queues(self) -> tuple[Any, ...]:
        return (self.publish_queue, *self.delivery_queues, self.object_queue, self.media_queue)

    def _look(self) -> None:
        """Uploads that arrived, and files that are to be looked at."""
        while body := self.object_queue.take():
            if not self._killing("arrive", lambda key=body["key"]: self.library.arrived(key)):  # type: ignore[misc]
                self.object_queue.again(body)
        while body := self.media_queue.take():
            job = MediaJob.from_body(body)
            if not self._killing("look", lambda job=job: self.processor.process(job)):  # type: ignore[misc]
                self.broken_off[job.media_id] += 1
                self.media_queue.again(body)

    def _publish(self) -> None:
        while body := self.publish_queue.take():
            if self.network:
                self.network.trouble(self.dice, self.verdict.counts)
            job = PublishJob.from_body(body)
            if not self._killing("publish", lambda job=job: self.publisher.publish(job)):  # type: ignore[misc]
                self.publish_queue.again(body)
            self.verdict.counts["publish invocations"] += 1

    def _deliver(self) -> None:
        for queue in self.delivery_queues:
            while body := queue.take():
                job = DeliveryJob.from_body(body)
                if not self._killing("delivery", lambda job=job: self.deliverer.deliver([job])):  # type: ignore[misc]
                    queue.again(body)
                self.verdict.counts[f"{queue.name} invocations"] += 1

    def _fan_out(self) -> None:
        """A batch that died comes again; one in ten that did not, too."""
        while records := self.stream.batch(10):
            found = [event for record in records for event in fan_out.events_in(record)]
            if self._killing("fan-out", lambda found=found: self.fan_out.record(found)):  # type: ignore[misc]
                if self.dice.random() < 0.1:
                    self.verdict.counts["stream batches repeated"] += 1
                    self.fan_out.record(found)
                self.stream.done(len(records))

    def _settle(self) -> None:
        """Until nothing waits and nothing owes work."""
        end = self.clock.at + LIMIT
        quiet = 0
        while quiet < 6:
            self._turn()
            quiet = 0 if self._busy() else quiet + 1
            if self.clock.at > end:
                self.verdict.wrongs.append(f"still busy after {LIMIT}")
                return

    def _busy(self) -> bool:
        if any(each.next_at for each in self._queues):
            return True
        until = self.clock.at + LIMIT
        due = self.sweeps.due
        kinds = ("POST", "DELIVERY", "MEDIA", "REPLAY")
        return any(True for kind in kinds for _ in due.entries(kind, until=until))

    # ---------------------------------------------------------------- the judgement

    def _judge(
        self, wanted: Sequence[NewPost], accounts: Sequence[Account], endpoint: Endpoint
    ) -> None:
        posts = list(self._all_posts())
        texts = Counter(identity(words.content) for _, words in posts)
        self.verdict.counts["posts"] = len(posts)
        for new in wanted:
            count = texts[identity(new.words.content)]
            self.verdict.demand(count == 1, f"{new.words.content!r} was created {count} times")
        live = {account.id: self._live(account) for account in accounts}
        for post, words in posts:
            for target in post.targets.values():
                copies = Counter[str]()
                for text, count in live[target.account_id].items():
                    copies[identity(text)] += count
                self._judge_target(
                    post, target, [copies[identity(part.text)] for part in words.for_target(target)]
                )
                comment = follow_up_of(post, target, Kind.COMMENT)
                due = words.first_comment is not None and target.status is TargetStatus.PUBLISHED
                self.verdict.demand(
                    comment is not None or not due,
                    f"{post.id} on {target.platform} has a comment: {comment}",
                )
                if comment:
                    self.verdict.counts["comments"] += 1
                    said = [copies[identity(words.first_comment or "")]]
                    self._judge_task(
                        f"the comment {comment.id}", comment, said, gone=deleted(post, target)
                    )
                if post.id not in self.acted and target.status is TargetStatus.PUBLISHED:
                    missing = [
                        each.text
                        for each in words.for_target(target)
                        if not live[target.account_id][each.text]
                    ]
                    self.verdict.demand(
                        not missing, f"{post.id} went out with other words than {missing}"
                    )
        self._judge_events(posts, endpoint)

    def _judge_uploads(self) -> None:
        found = runtime.media_store().get_many(self.owner, self.uploads, self.clock.at)
        self.verdict.counts["uploads"] = len(self.uploads)
        for media_id in self.uploads:
            status = found[media_id].status if media_id in found else None
            if status is MediaStatus.FAILED and self.broken_off[media_id] >= MAX_ATTEMPTS:
                self.verdict.counts["uploads given up: whoever looked at them died each time"] += 1
                continue
            self.verdict.demand(status is MediaStatus.READY, f"the upload {media_id} is {status}")

    def _all_posts(self) -> Iterator[tuple[Post, PostContent]]:
        found = self.posts.store.list(self.owner, PostStatus, (), before=None, after=None, step=50)
        while wanted := list(islice(found, 50)):
            yield from self.posts.store.get_with_content(wanted)

    def _live(self, account: Account) -> Counter[str]:
        if account.platform is not Platform.SANDBOX and self.network:
            return self.network.live(account)
        entries, more = runtime.sandbox_ledger().after(account.id, None, limit=100_000)
        assert not more
        return Counter(entry.text for entry in entries if entry.live)

    def _judge_target(self, post: Post, target: Target, copies: Sequence[int]) -> None:
        """Of a thread, the parts that are known to be live are there once each, and no other is."""
        counts = self.verdict.counts
        counts["targets"] += 1
        counts["parts"] += len(copies)
        counts["parts published"] += len(target.parts)
        counts["live copies"] += sum(copies)
        if not target.final:
            counts["targets called off"] += 1
            self.verdict.demand(
                post.status in CALLED_OFF,
                f"{post.id}, {post.status}, has a target that is {target.status}",
            )
            self.verdict.demand(
                not any(copies), f"{post.id} is {post.status}, with {copies} live copies"
            )
            return
        self._judge_task(
            f"{post.id} on {target.platform}", target, copies, gone=deleted(post, target)
        )

    def _judge_task(self, where: str, target: Target, copies: Sequence[int], *, gone: bool) -> None:
        counts, kind = self.verdict.counts, "comments" if target.of else "targets"
        known = copies[: len(target.parts)]
        rest = copies[len(target.parts) :]
        wanted = (
            {0}
            if gone
            else {0, 1}
            if target.status is TargetStatus.UNPUBLISHED or target.of
            else {1}
        )
        self.verdict.demand(
            set(known) <= wanted, f"{where} has live parts, with {known} live copies"
        )
        self.verdict.demand(
            max(copies, default=0) <= 1, f"{where} was posted twice: {copies} live copies"
        )
        match target:
            case Target(status=TargetStatus.PUBLISHED):
                counts[f"{kind} published"] += 1
                self.verdict.demand(not rest, f"{where} is published, without {len(rest)} parts")
            case Target(status=TargetStatus.FAILED, failure=failure) if (
                failure and failure.code == UNDECIDED
            ):
                counts[f"{kind} undecidable"] += 1
                self.verdict.demand(
                    sum(rest) <= 1, f"{where} is undecidable, with {rest} live copies"
                )
            case Target(status=TargetStatus.FAILED):
                counts[f"{kind} failed"] += 1
                self.verdict.demand(not any(rest), f"{where} failed, with {rest} live copies")
            case Target(status=TargetStatus.UNPUBLISHED | TargetStatus.SKIPPED):
                counts[f"{kind} {target.status}"] += 1
                self.verdict.demand(
                    sum(rest) <= target.doubtful,
                    f"{where} is {target.status}, with {rest} live copies",
                )
            case _:
                self.verdict.wrongs.append(f"{where} ended as {target.status}")

    def _judge_events(self, posts: Sequence[tuple[Post, PostContent]], endpoint: Endpoint) -> None:
        told: dict[str, list[str]] = defaultdict(list)
        table = runtime.table()
        rows = list(self._event_rows(table))
        for row in rows:
            told[post_of(row)].append(row["type"])
        states: dict[str, DeliveryStatus] = {}
        for each in self._deliveries(endpoint):
            if (
                states.get(each.event_id) is not DeliveryStatus.DELIVERED
            ):  # of several, a replay's may have arrived
                states[each.event_id] = each.status
        for row in rows:
            event_id = row["sk"].removeprefix("EVT#")
            self._judge_event(event_id, row["type"], states.get(event_id))
        for post, _ in posts:
            self.verdict.demand(
                told[post.id].count("post.created") == 1,
                f"{post.id} was not created once: {told[post.id]}",
            )
            if post.id in self.acted:
                continue
            endings = [each for each in told[post.id] if each in {"post.published", "post.failed"}]
            self.verdict.demand(len(endings) == 1, f"{post.id} ended {len(endings)} times")
            ended = sum(each.startswith("post.target.") for each in told[post.id])
            self.verdict.demand(
                ended == len(post.targets),
                f"of {post.id}'s {len(post.targets)} targets {ended} ended",
            )

    def _event_rows(self, table: Any) -> Iterator[Any]:
        """The log, however long it is."""
        where = Key("pk").eq(f"OWNER#{self.owner}") & Key("sk").begins_with("EVT#")
        start = None
        while True:
            page = table.query(where, start=start)
            yield from page.items
            if page.end is None:
                return
            start = page.end

    def _judge_event(self, event_id: str, kind: str, status: DeliveryStatus | None) -> None:
        counts, received = self.verdict.counts, self.receiver.accepted[event_id]
        counts["events"] += 1
        counts["events received"] += received
        counts[f"deliveries {status}"] += 1
        if status is DeliveryStatus.FAILED:
            return
        self.verdict.demand(status is DeliveryStatus.DELIVERED, f"{kind} {event_id} is {status}")
        self.verdict.demand(received >= 1, f"{kind} {event_id} never arrived")

    def _deliveries(self, endpoint: Endpoint) -> Iterator[Any]:
        before = None
        while True:
            page = runtime.delivery_store().list(endpoint.id, before=before, limit=100)
            yield from page.items
            if page.end is None:
                return
            before = page.end


CALLED_OFF = frozenset({PostStatus.CANCELLED, PostStatus.DRAFT})


def identity(text: str) -> str:
    """Which part of which post a text is, whatever it was edited to."""
    found = IDENTITY.search(text)
    return found[0] if found else text


def deleted(post: Post, target: Target) -> bool:
    """Whether all that the target left at its network was taken away again."""
    deletion = follow_up_of(post, target, Kind.DELETION)
    return deletion is not None and deletion.status is TargetStatus.UNPUBLISHED


def post_of(row: Mapping[str, Any]) -> str:
    """The post an event row is about; no id when it is about something else."""
    data = json.loads(row["bodies"]["voxburst"])["data"]
    identifier: str = data.get("postId") or data.get("id", "")
    return identifier

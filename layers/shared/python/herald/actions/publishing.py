"""Publishing: what is due is released to the queue, and a worker takes each target to its network, exactly once."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from herald.aws.sqs import Message, Queue
from herald.domain import events, posts
from herald.domain.accounts import AccountStatus, Mode, Owner
from herald.domain.errors import AccountError, PublishError, TransientError
from herald.domain.events import Event
from herald.domain.posts import Accepted, Checkpoint, Claim, Job, Outcome, Post, Published, Rejected, Stage, Target, Unknown, Work
from herald.platforms.protocol import Absent, Connector, Draft, LostAnswerError, Session, Undecided
from herald.platforms.registry import Registry
from herald.store.accounts import AccountStore
from herald.store.due import DueIndex
from herald.store.posts import Loaded, LostClaimError, PostStore

LEASE = timedelta(seconds=90)  # longer than the function may run (60): a worker that lost its lease is dead
COMMIT_TIME = timedelta(seconds=35)  # one network call may take 30
SOON = timedelta(seconds=2)  # a message this early is waited for
IN_FLIGHT = timedelta(seconds=5)  # what fell due just now is on its way already
PERIOD = timedelta(minutes=1)  # of the sweep

log = logging.getLogger("herald.publishing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Sends what is due. `time_scale` multiplies every backoff and the sweep's period."""

    posts: PostStore
    accounts: AccountStore
    due: DueIndex
    queue: Queue
    registry: Registry
    now: Callable[[], datetime]
    wait: Callable[[float], None]
    time_scale: float

    def send(self, post: Post, targets: Iterable[Target]) -> None:
        """Enqueue targets that fall due before the sweep would see them: 3 of its periods."""
        now = self.now()
        soon = now + 3 * PERIOD * self.time_scale
        self.queue.offer([message(post, target, now) for target in targets if target.due and target.due <= soon])

    def release(self) -> int:
        """The sweep: enqueue every target that is overdue, or falls due within two periods. Returns how many."""
        now, sent_until = self.now(), self.due.released_until()
        horizon = now + 2 * PERIOD * self.time_scale
        sent = 0
        for batch in batches(self._found(now, sent_until, horizon), 100):
            due = [(post, target) for post in self.posts.load_many(batch).values() for target in posts.owed(post, horizon)]
            messages = [message(post, target, now) for post, target in due if unsent(target, now, sent_until)]
            self.queue.offer(messages)
            sent += len(messages)
        self.due.released(horizon)
        return sent

    def _found(self, now: datetime, sent_until: datetime, horizon: datetime) -> Iterator[str]:
        for entry in self.due.entries("POST", until=horizon):
            if entry.at <= now or entry.at > sent_until:
                yield entry.key[0].removeprefix("POST#")

    def publish(self, job: Job) -> None:
        """Do the work that one target owes, if it owes any now. Harmless to call twice, or late, or for nothing."""
        loaded = self.posts.load_for(job)
        target = loaded.post.targets.get(job.target_id) if loaded else None
        if loaded is None or target is None or target.due is None:
            return
        early = target.due - self.now()
        if timedelta() < early <= SOON:
            self.wait(early.total_seconds())
        claim = posts.claim(target, self.now(), lease=LEASE)
        if claim is None:
            return
        try:
            self._hold(loaded, claim)
        except LostClaimError:
            log.info("claim lost", extra={"post_id": job.post_id, "target_id": job.target_id})

    def _hold(self, loaded: Loaded, claim: Claim) -> None:
        post = self.posts.claim(loaded.post, claim.target)
        target, outcome = self._work(replace(loaded, post=post), claim)
        settled = posts.settle(target, outcome, self.now(), scale=self.time_scale)
        post = self.posts.settle(post, settled, roll_up=lambda seen: self._roll_up(seen, settled, loaded))
        self.send(post, [settled])
        if isinstance(outcome, Rejected) and isinstance(outcome.error, AccountError):
            self.accounts.set_status(loaded.account, AccountStatus.ERROR, outcome.error.message, self.now())
        report(post, settled, outcome)

    def _roll_up(self, seen: Post, settled: Target, loaded: Loaded) -> tuple[Post, list[Event]]:
        now = self.now()
        rolled = posts.with_target(seen, settled, now)
        return rolled, events.post_finished(rolled, loaded.words, now)

    def _work(self, loaded: Loaded, claim: Claim) -> tuple[Target, Outcome]:
        """Carry out a claim. Returns the target with its last checkpoint, and what came of it."""
        target = claim.target
        draft = Draft(key=target.key, text=loaded.words.for_target(target))
        try:
            connector, session = self._session(loaded)
            match claim.work:
                case Work.PUBLISH:
                    return self._send(loaded.post, target, draft, session, connector)
                case Work.CONFIRM:
                    return target, confirmed(connector, draft, session, target)
                case Work.FIND:
                    found = find(connector, draft, session, target)
                    if isinstance(found, Absent):
                        return self._send(loaded.post, target, draft, session, connector)
                    return target, found
        except PublishError as error:
            return target, Rejected(error=error)

    def _session(self, loaded: Loaded) -> tuple[Connector, Session]:
        if loaded.secret is None or loaded.account.status is AccountStatus.DISCONNECTED:
            raise AccountError("The account is disconnected.")
        account = loaded.account
        session = Session(account, self.accounts.open(account, loaded.secret), lambda new: self.accounts.keep(account, new))
        return self.registry.connector(account), session

    def _send(self, post: Post, target: Target, draft: Draft, session: Session, connector: Connector) -> tuple[Target, Outcome]:
        """Prepare, remember that commit begins, commit."""
        try:
            handle = connector.prepare(draft, session, handle=target.checkpoint.handle if target.checkpoint else {})
            if target.due is None or self.now() + COMMIT_TIME > target.due:
                raise TransientError("Preparing took too long.")
        except PublishError as error:
            return target, Rejected(error=error)
        target = replace(target, checkpoint=Checkpoint(stage=Stage.COMMITTING, handle=handle))
        self.posts.checkpoint(post.id, target)
        try:
            return target, connector.commit(draft, session, handle=handle)
        except PublishError as error:
            return target, Rejected(error=error)
        except LostAnswerError as lost:
            return target, Unknown(reason=str(lost))


def confirmed(connector: Connector, draft: Draft, session: Session, target: Target) -> Outcome:
    """What the network says of an accepted target. A poll that fails decides nothing: it is asked again."""
    handle = target.checkpoint.handle if target.checkpoint else {}
    try:
        return connector.confirm(draft, session, handle=handle)
    except PublishError as error:
        return Accepted(handle=handle, poll_after=error.retry_after or 30) if error.retryable else Rejected(error=error)


def find(connector: Connector, draft: Draft, session: Session, target: Target) -> Published | Accepted | Absent | Unknown:
    """The truth about a target in doubt. A look that fails decides nothing."""
    handle = target.checkpoint.handle if target.checkpoint else {}
    try:
        found = connector.find(draft, session, handle=handle)
    except (PublishError, LostAnswerError) as error:
        return Unknown(reason=str(error))
    return Unknown(reason=found.reason) if isinstance(found, Undecided) else found


def unsent(target: Target, now: datetime, sent_until: datetime) -> bool:
    """Whether no earlier sweep and no writer has sent this target: it is overdue, or newly in sight."""
    return target.due is not None and (target.due <= now - IN_FLIGHT or target.due > sent_until)


def message(post: Post, target: Target, now: datetime) -> Message:
    """Delayed to the second in which the target is due, never before it."""
    early = (target.due or now) - now
    body = {"owner": str(post.owner), "post": post.id, "target": target.id, "account": target.account_id}
    return Message(body=body, delay=-(-early // timedelta(seconds=1)))


def job(body: dict[str, str]) -> Job:
    """The job a message names. Raises KeyError or ValueError for a message that is none of ours."""
    workspace_id, _, mode = body["owner"].partition("#")
    return Job(owner=Owner(workspace_id, Mode(mode)), post_id=body["post"], target_id=body["target"], account_id=body["account"])


def batches(items: Iterable[str], size: int) -> Iterator[list[str]]:
    batch: list[str] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def report(post: Post, target: Target, outcome: Outcome) -> None:
    """One line per outcome."""
    facts = {"post_id": post.id, "target_id": target.id, "platform": target.platform, "attempt": target.attempts}
    match outcome:
        case Published(url=url):
            log.info("published", extra=facts | {"url": url})
        case Accepted():
            log.info("processing", extra=facts)
        case Rejected(error=error):
            log.warning(target.status.value, extra=facts | {"code": error.target_code, "reason": error.message})
        case Unknown(reason=reason):
            log.warning(target.status.value, extra=facts | {"code": "OUTCOME_UNKNOWN", "reason": reason})

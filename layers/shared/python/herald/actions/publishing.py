"""Publishing: a worker takes each target to its network, exactly once."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from herald.actions import releasing
from herald.aws.sqs import Queue
from herald.domain import accounts, posts, publishing
from herald.domain.accounts import Account, AccountStatus
from herald.domain.errors import AccountError, PermanentError, PublishError, TransientError
from herald.domain.events import Event
from herald.domain.media import Media
from herald.domain.outcomes import Accepted, Deleted, Outcome, Preparing, Published, Rejected, Unknown
from herald.domain.posts import Checkpoint, Job, Kind, Part, Post, Stage, Target, TargetStatus, Words
from herald.domain.publishing import Claim, Work
from herald.domain.values import frozen
from herald.platforms.protocol import Absent, Attached, Connector, Draft, LostAnswerError, Outgoing, Reply, Session, Undecided
from herald.platforms.registry import Registry
from herald.store.accounts import AccountStore
from herald.store.live import LiveStore
from herald.store.media import MediaStore
from herald.store.posts import Loaded, LostClaimError, PostStore

LEASE = timedelta(seconds=150)  # longer than the function may run (120): a worker that lost its lease is dead
COMMIT_TIME = timedelta(seconds=70)  # one network call may take 30, and the function ends 30 before the lease does
SOON = timedelta(seconds=2)  # a message this early is waited for

log = logging.getLogger("herald.publishing")


@frozen
class Publisher:
    """Does what targets owe. `time_scale` multiplies every backoff and the sweep's period."""

    posts: PostStore
    accounts: AccountStore
    media: MediaStore
    live: LiveStore
    queue: Queue
    registry: Registry
    file: Callable[[Media, Account], Outgoing]
    now: Callable[[], datetime]
    wait: Callable[[float], None]
    time_scale: float

    def publish(self, job: Job) -> None:
        """Do the work that one target owes, if it owes any now. Harmless to call twice, or late, or for nothing."""
        loaded = self.posts.load_for(job)
        target = loaded.post.tasks.get(job.target_id) if loaded else None
        if loaded is None or target is None or target.due is None:
            return
        early = target.due - self.now()
        if timedelta() < early <= SOON:
            self.wait(early.total_seconds())
        claim = publishing.claim(target, self.now(), lease=LEASE)
        if claim is None:
            return
        try:
            self._hold(loaded, claim)
        except LostClaimError:
            log.info("claim lost", extra={"post_id": job.post_id, "target_id": job.target_id})

    def _hold(self, loaded: Loaded, claim: Claim) -> None:
        post = self.posts.claim(loaded.post, claim.target)
        target, outcome = self._work(replace(loaded, post=post), claim)
        parts = len(loaded.words.for_target(target))
        settled = publishing.settle(target, outcome, self.now(), scale=self.time_scale, parts=parts)
        if isinstance(outcome, Rejected) and isinstance(outcome.error, AccountError):
            self._blame(loaded.account, outcome.error)
        post, tasks = self._record(post, settled, loaded)
        releasing.send(self.queue, post, *tasks, now=self.now(), scale=self.time_scale)
        report(post, settled, outcome)

    def _blame(self, account: Account, error: AccountError) -> None:
        """Say of the account that its network refuses it: once, and before the target ends, so that no death loses it."""
        now = self.now()
        broken = accounts.refused(account, error.message, now)
        if broken and self.accounts.change(broken, was=account, events=accounts.told(broken, now)):
            log.warning("account refused", extra={"account_id": account.id, "reason": error.message})

    def _record(self, post: Post, settled: Target, loaded: Loaded) -> tuple[Post, list[Target]]:
        """Save what became of a task, and the comment that it brings. Returns the post, and what of it may be due soon."""
        if settled.kind is not Kind.POST:
            return self.posts.settle_follow_up(post, settled), [settled]
        now = self.now()
        comment, told = comment_of(loaded.words, settled, now), posts.ended(post.owner, settled, now)
        post = self.posts.settle(post, settled, comment, events=told, roll_up=lambda seen: self._roll_up(seen, settled, loaded))
        return post, [settled, comment] if comment else [settled]

    def _roll_up(self, seen: Post, settled: Target, loaded: Loaded) -> tuple[Post, list[Event]]:
        now = self.now()
        rolled = posts.with_target(seen, settled, now)
        return rolled, posts.finished(rolled, loaded.words, now)

    def _work(self, loaded: Loaded, claim: Claim) -> tuple[Target, Outcome]:
        """Carry out a claim. Returns the target with its last checkpoint, and what came of it."""
        try:
            connector, session = self._session(loaded, claim.target)
            target, outcome = self._do(loaded, claim, session, connector)
        except PublishError as error:
            return claim.target, Rejected(error=error)
        if connector.searches and isinstance(outcome, Published):
            return target, self._owned(loaded.account, target, outcome)
        return target, outcome

    def _owned(self, account: Account, target: Target, live: Published) -> Published | Unknown:
        """What is live, once it is remembered as this target's; not when a search had found it for another one before."""
        if self.live.take(account, live.platform_post_id, target, self.now()):
            return live
        return Unknown(reason="The post that was found belongs to another one of the same words.")

    def _do(self, loaded: Loaded, claim: Claim, session: Session, connector: Connector) -> tuple[Target, Outcome]:
        target = claim.target
        if target.kind is Kind.DELETION:
            return target, self._delete(loaded.post, target, session, connector)
        part = loaded.words.for_target(target)[len(target.parts)]
        found = self.media.get_many(loaded.post.owner, (use.media_id for use in part.media), self.now())
        draft = drafted(loaded.post, target, part, found)

        def send() -> tuple[Target, Outcome]:
            publishing.refuse_unfit(part, found)
            return self._send(loaded.post, target, draft, session, connector)

        match claim.work:
            case Work.PUBLISH if publishing.worn_out(target):
                return target, Rejected(error=PermanentError("Every attempt ended before anything could be sent."))
            case Work.PUBLISH:
                return send()
            case Work.CONFIRM:
                return target, confirmed(connector, draft, session, target)
            case Work.FIND | Work.LOOK:
                truth = find(connector, draft, session, target)
                if isinstance(truth, Absent) or (claim.work is Work.LOOK and isinstance(truth, Unknown)):
                    return send()
                return target, truth

    def _delete(self, post: Post, target: Target, session: Session, connector: Connector) -> Outcome:
        """All that is there of the target it follows: what answers goes before what it answers."""
        for platform_post_id in posts.live_ids(post, target.of or ""):
            if self._too_late(target):
                raise TransientError("There was more to delete than one try could.")
            connector.delete(platform_post_id, session)
        return Deleted()

    def _too_late(self, target: Target) -> bool:
        """Whether another call may outlast the lease."""
        return target.due is None or self.now() + COMMIT_TIME > target.due

    def _session(self, loaded: Loaded, target: Target) -> tuple[Connector, Session]:
        if loaded.secret is None or loaded.account.status is AccountStatus.DISCONNECTED:
            raise AccountError("The account is disconnected.")
        account = loaded.account
        session = Session(
            account,
            self.accounts.open(account, loaded.secret),
            keep=lambda new: self.accounts.keep(account, new),
            file=lambda media: self.file(media, account),
            others=lambda found: self.live.others(account, found, target),
        )
        return self.registry.connector(account), session

    def _send(self, post: Post, target: Target, draft: Draft, session: Session, connector: Connector) -> tuple[Target, Outcome]:
        """Prepare, remember that commit begins, commit."""
        try:
            handle = connector.prepare(draft, session, handle=target.checkpoint.handle if target.checkpoint else {})
        except PublishError as error:
            return target, Rejected(error=error)
        if isinstance(handle, Preparing):
            return target, handle
        if self._too_late(target):  # what is prepared is not lost: the next worker commits it
            return target, Preparing(handle=handle, poll_after=0, error=TransientError("Preparing took too long."))
        target = self.posts.checkpoint(post.id, replace(target, checkpoint=Checkpoint(stage=Stage.COMMITTING, handle=handle)))
        try:
            return target, connector.commit(draft, session, handle=handle)
        except PublishError as error:
            return target, Rejected(error=error)
        except LostAnswerError as lost:
            return target, Unknown(reason=str(lost))


def comment_of(words: Words, target: Target, now: datetime) -> Target | None:
    """The first comment of a target that has just gone live, if the post has one."""
    wanted = words.first_comment is not None and target.status is TargetStatus.PUBLISHED
    return posts.comment_on(target, words.first_comment_delay, now) if wanted else None


def drafted(post: Post, target: Target, part: Part, found: Mapping[str, Media]) -> Draft:
    """The target's next part, which answers the one before it; or a comment, which answers what opens the post."""
    before = post.targets[target.of].parts[:1] if target.of else target.parts
    reply = Reply(root=before[0].platform_post_id, parent=before[-1].platform_post_id) if before else None
    media = tuple(Attached(media=found[use.media_id], alt=use.alt) for use in part.media if use.media_id in found)
    return Draft(key=target.key, text=part.text, reply=reply, media=media)


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


def report(post: Post, target: Target, outcome: Outcome) -> None:
    """One line per outcome."""
    facts = {"post_id": post.id, "target_id": target.id, "platform": target.platform, "attempt": target.attempts}
    match outcome:
        case Deleted():
            log.info("deleted", extra=facts)
        case Published(url=url):
            log.info("published", extra=facts | {"url": url})
        case Accepted() | Preparing():
            log.info("processing", extra=facts)
        case Rejected(error=error):
            log.warning(target.status.value, extra=facts | {"code": error.target_code, "reason": error.message})
        case Unknown(reason=reason):
            log.warning(target.status.value, extra=facts | {"code": "OUTCOME_UNKNOWN", "reason": reason})

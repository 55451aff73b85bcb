"""Publishing: a worker publishes each target at its network, exactly once."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from herald.actions import releasing
from herald.actions.connector_calls import call_commit, call_read_only, find, poll_outcome
from herald.aws.sqs import Queue
from herald.domain import accounts, posts, publishing, settlement, times, unpublishing
from herald.domain.accounts import Account, AccountStatus
from herald.domain.content import Part, PostContent
from herald.domain.errors import (
    AccountError,
    MediaError,
    PermanentError,
    PublishError,
    TransientError,
)
from herald.domain.jobs import LEASE, SOON, PublishJob
from herald.domain.media import Media
from herald.domain.outcomes import (
    Accepted,
    Deleted,
    Outcome,
    Preparing,
    Published,
    Rejected,
    Unknown,
)
from herald.domain.posts import Post
from herald.domain.publishing import Claim, WorkKind
from herald.domain.targets import UNDECIDED, Checkpoint, Kind, Stage, Target
from herald.domain.values import frozen
from herald.platforms.protocol import (
    Absent,
    Attached,
    Connector,
    Credentials,
    Outgoing,
    Publication,
    ReplyTo,
    Session,
)
from herald.platforms.registry import Registry
from herald.store.accounts import AccountStore
from herald.store.live import LiveStore
from herald.store.media import MediaStore
from herald.store.targets import BehindError, LoadedPost, LostClaimError, TargetStore

# One network call may take 30 seconds, and the function ends 30 seconds before the lease does.
COMMIT_TIME = timedelta(seconds=70)
# Seconds until a deletion looks again whether the first comment is still being sent.
COMMENT_RECHECK = 15.0
COMMENT_MAY_BE_LIVE = (
    "All else is gone, but its first comment was sent and nobody knows what became of it."
)

log = logging.getLogger("herald.publishing")


@frozen
class Publisher:
    """Does the work that targets owe.

    `time_scale` multiplies every backoff and the sweep's period.
    """

    targets: TargetStore
    accounts: AccountStore
    media: MediaStore
    live: LiveStore
    queue: Queue
    registry: Registry
    file: Callable[[Media, Account], Outgoing]
    now: Callable[[], datetime]
    wait: Callable[[float], None]
    time_scale: float

    def publish(self, job: PublishJob) -> None:
        """Do the work that one target owes, if it owes any now.

        It is harmless to call this twice, late, or when no work is owed.
        """
        loaded = self.targets.get_for(job)
        target = loaded.post.tasks.get(job.target_id) if loaded else None
        if loaded is None or target is None or target.due is None:
            return
        early = target.due - self.now()
        if timedelta() < early <= SOON:
            self.wait(early.total_seconds())
        claim = publishing.claim(target, self.now(), lease=LEASE, scale=self.time_scale)
        if claim is None:
            return
        try:
            self._hold(loaded, claim)
        except LostClaimError:
            log.info("claim lost", extra={"post_id": job.post_id, "target_id": job.target_id})

    def _hold(self, loaded: LoadedPost, claim: Claim) -> None:
        """Claim the target, work and settle. Each step is written before the next one begins."""
        post = self.targets.claim(loaded.post, claim.target)
        target, outcome = self._work(replace(loaded, post=post), claim)
        parts = len(loaded.words.for_target(target))
        settled = publishing.settle(target, outcome, self.now(), scale=self.time_scale, parts=parts)
        if isinstance(outcome, Rejected | Unknown) and isinstance(outcome.error, AccountError):
            self._mark_refused(loaded.account, outcome.error)
        self._settle(post, settled, loaded.words)
        log_outcome(post, settled, outcome)

    def _settle(self, post: Post, settled: Target, words: PostContent) -> None:
        """Decide on the stored post and save it. Decide again when another write came first."""
        now = self.now()
        while True:
            decision = settlement.decide(post, settled, words, now)
            try:
                post = self.targets.settle(decision)
            except BehindError as behind:
                post = behind.post
                continue
            tasks = decision.tasks
            releasing.send(self.queue, post, *tasks, now=self.now(), scale=self.time_scale)
            return

    def _mark_refused(self, account: Account, error: AccountError) -> None:
        """Record once that the network refuses the account.

        It is written before the target ends, so that it is not lost when the worker dies.
        """
        now = self.now()
        refused = accounts.with_refused_credentials(account, error.message, now)
        if refused is None:
            return
        events = accounts.account_events(refused, now)
        if self.accounts.change(refused, was=account, events=events):
            log.warning(
                "account refused", extra={"account_id": account.id, "reason": error.message}
            )

    def _work(self, loaded: LoadedPost, claim: Claim) -> tuple[Target, Outcome]:
        """Carry out a claim. Returns the target with its last checkpoint, and the outcome."""
        if claim.work is WorkKind.GIVE_UP:
            return claim.target, publishing.outcome_when_given_up(claim.target)
        try:
            connector, session = self._session(loaded, claim.target)
        except PublishError as error:
            return claim.target, outcome_of_refusal(error, claim)
        if claim.target.kind is Kind.DELETION:
            return claim.target, self._delete(loaded, claim.target, session, connector)
        target, outcome = self._do(loaded, claim, session, connector)
        if connector.searches and isinstance(outcome, Published):
            return target, self._owned(loaded.account, target, outcome)
        return target, outcome

    def _owned(self, account: Account, target: Target, live: Published) -> Published | Unknown:
        """Return what is live, after it is recorded as this target's.

        Returns Unknown when a search found the same post for another target before.
        """
        if self.live.take(account, live.platform_post_id, target, self.now()):
            return live
        return Unknown(reason="The post that was found belongs to another one of the same words.")

    def _do(
        self, loaded: LoadedPost, claim: Claim, session: Session, connector: Connector
    ) -> tuple[Target, Outcome]:
        target = claim.target
        part = loaded.words.for_target(target)[len(target.parts)]
        media_ids = (use.media_id for use in part.media)
        media = self.media.get_many(loaded.post.owner, media_ids, self.now())
        publication = publication_of(loaded, target, part, media)
        if claim.work is WorkKind.CONFIRM:
            return target, poll_outcome(connector, publication, session, claim)
        if claim.work is not WorkKind.PUBLISH:
            answer = find(connector, publication, session, target)
            if not isinstance(answer, Unknown):
                target = publishing.without_doubt(target)
            # After a person's word, a target is sent again even if nobody can tell what is live.
            acknowledged = claim.work is WorkKind.VERIFY and isinstance(answer, Unknown)
            if not (acknowledged or isinstance(answer, Absent)):
                return target, answer
        try:
            publishing.refuse_unfit(part, media)
        except MediaError as error:
            return target, Rejected(error=error)
        return self._send(loaded.post, target, publication, session, connector)

    def _delete(
        self, loaded: LoadedPost, target: Target, session: Session, connector: Connector
    ) -> Outcome:
        """Delete all that is live of the target that the deletion follows.

        Answers are deleted before the posts that they answer.
        """
        followed = loaded.post.targets[target.of if target.of else ""]
        comment = posts.follow_up_of(loaded.post, followed, Kind.COMMENT)
        if comment and not comment.final:
            waiting = TransientError("Its first comment is still being sent.")
            return Preparing(handle={}, poll_after=COMMENT_RECHECK, error=waiting)
        try:
            for platform_post_id in unpublishing.live_ids(loaded.post, followed.id):
                self._delete_one(platform_post_id, target, session, connector)
            if comment and comment.doubtful:
                return self._delete_doubtful(loaded, comment, target, session, connector)
        except PublishError as error:
            return Rejected(error=error)
        return Deleted()

    def _delete_doubtful(
        self,
        loaded: LoadedPost,
        comment: Target,
        target: Target,
        session: Session,
        connector: Connector,
    ) -> Outcome:
        """Find out whether a comment in doubt is live, and delete it if it is."""
        part = loaded.words.for_target(comment)[0]
        publication = publication_of(loaded, comment, part, {})
        match find(connector, publication, session, comment):
            case Absent():
                return Deleted()
            case Published(platform_post_id=platform_post_id):
                self._delete_one(platform_post_id, target, session, connector)
                return Deleted()
            case _:
                return Rejected(error=PermanentError(COMMENT_MAY_BE_LIVE, code=UNDECIDED))

    def _delete_one(
        self, platform_post_id: str, target: Target, session: Session, connector: Connector
    ) -> None:
        if self._too_late(target):
            raise TransientError("There was more to delete than one try could.")
        call_read_only(lambda: connector.delete(platform_post_id, session))

    def _too_late(self, target: Target) -> bool:
        """Whether another call may take longer than the lease."""
        return target.due is None or self.now() + COMMIT_TIME > target.due

    def _session(self, loaded: LoadedPost, target: Target) -> tuple[Connector, Session]:
        """Return the account's connector and a session. Raises AccountError or TransientError."""
        if loaded.secret is None or loaded.account.status is AccountStatus.DISCONNECTED:
            raise AccountError("The account is disconnected.")
        account = loaded.account
        row = loaded.secret

        def keep(new: Credentials) -> Credentials:
            nonlocal row
            row = self.accounts.keep(account, new, was=row)
            return self.accounts.open(account, row)

        session = Session(
            account,
            call_read_only(lambda: self.accounts.open(account, row)),
            keep=keep,
            file=lambda media: self.file(media, account),
            others=lambda post_ids: self.live.others(account, post_ids, target),
        )
        return self.registry.connector(account), session

    def _send(
        self,
        post: Post,
        target: Target,
        publication: Publication,
        session: Session,
        connector: Connector,
    ) -> tuple[Target, Outcome]:
        """Prepare the publication, record that the commit begins, and commit."""
        earlier = target.checkpoint.handle if target.checkpoint else {}
        try:
            handle = call_read_only(lambda: connector.prepare(publication, session, handle=earlier))
        except PublishError as error:
            return target, Rejected(error=error)
        if isinstance(handle, Preparing):
            return target, handle
        if self._too_late(target):
            # The next worker commits what this one has prepared.
            late = TransientError("Preparing took too long.")
            return target, Preparing(handle=handle, poll_after=0, error=late)
        checkpoint = Checkpoint(stage=Stage.COMMITTING, handle=handle)
        target = self.targets.checkpoint(post.id, replace(target, checkpoint=checkpoint))
        return target, call_commit(connector, publication, session, handle)


def publication_of(
    loaded: LoadedPost, target: Target, part: Part, media: Mapping[str, Media]
) -> Publication:
    """Return what a target sends next.

    A part of a thread answers the part before it. A first comment answers the post's first part.
    """
    live = loaded.post.targets[target.of].parts[:1] if target.of else target.parts
    reply = None
    if live:
        reply = ReplyTo(root=live[0].platform_post_id, parent=live[-1].platform_post_id)
    attached = tuple(
        Attached(media=media[use.media_id], alt=use.alt)
        for use in part.media
        if use.media_id in media
    )
    options = loaded.words.override(target.platform).options
    return Publication(key=target.key, text=part.text, reply=reply, media=attached, options=options)


def outcome_of_refusal(error: PublishError, claim: Claim) -> Outcome:
    """Return the outcome when no session could be opened.

    The refusal says nothing about what was sent before.
    """
    if claim.work is WorkKind.PUBLISH:
        return Rejected(error=error)
    return publishing.outcome_of_refused_look(error, claim.work, claim.target)


def log_outcome(post: Post, target: Target, outcome: Outcome) -> None:
    """Log one line per outcome. The line of a target that is not final says when it is due."""
    facts = {
        "post_id": post.id,
        "target_id": target.id,
        "platform": target.platform,
        "attempt": target.attempts,
    }
    if target.due:
        facts["due"] = times.wire(target.due)
    match outcome:
        case Deleted():
            log.info("deleted", extra=facts)
        case Published(url=url):
            log.info("published", extra=facts | {"url": url})
        case Accepted() | Preparing():
            log.info("processing", extra=facts)
        case Rejected(error=error):
            log.warning(
                target.status.value,
                extra=facts | {"code": error.target_code, "reason": error.message},
            )
        case Unknown(reason=reason):
            log.warning(
                target.status.value, extra=facts | {"code": "OUTCOME_UNKNOWN", "reason": reason}
            )

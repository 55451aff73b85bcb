"""A post's lifecycle: what a user does to a post that is there, each act one write."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from herald.actions import releasing
from herald.actions.media import MediaFiles, MediaView, NewLink
from herald.aws.sqs import Queue
from herald.domain import posts, unpublishing
from herald.domain.accounts import Account, AccountStatus, Platform
from herald.domain.content import MediaRef, Override, PostContent
from herald.domain.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    Phrase,
    Problem,
    UnprocessableError,
    ValidationError,
)
from herald.domain.events import Event
from herald.domain.idempotency import IdempotencyKey, IdempotentRequest
from herald.domain.media import Media, MediaStatus
from herald.domain.owners import Owner
from herald.domain.posts import Post, PostAction
from herald.domain.targets import Target
from herald.domain.values import frozen
from herald.store.accounts import AccountStore
from herald.store.posts import PostStore

if TYPE_CHECKING:
    from herald.domain.rules import Verdict

Verdicts = Mapping[Platform, "Verdict"]
MediaViews = Mapping[str, MediaView]
REFUSALS = (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    UnprocessableError,
    ValidationError,
)
CLOCK_SKEW = timedelta(seconds=30)  # so little in the past is the caller's clock, and means now


@frozen
class FixRequest:
    """What a failed target gets instead: other words, a file that lies elsewhere, or neither."""

    content: str | None = None
    link: NewLink | None = None
    alt: str | None = None


@frozen
class PostDetails:
    """A post with its content and the media that it names, by id.

    `verdicts` are what its platforms say of a new draft. `linked` is one of the media that is
    stored together with the post.
    """

    post: Post
    words: PostContent
    media: MediaViews = field(default_factory=dict)
    verdicts: Verdicts | None = None
    linked: Media | None = None

    @property
    def files(self) -> dict[str, Media]:
        return {media_id: shown.media for media_id, shown in self.media.items()}

    def newly_referenced(self, before: PostContent) -> list[Media]:
        """Return the stored media that this content names and the content before did not."""
        known = [media_id for media_id in self.words.media_ids if media_id in self.media]
        new = [self.media[media_id].media for media_id in known if media_id not in before.media_ids]
        return [media for media in new if media != self.linked]


@frozen
class Lifecycle:
    """The acts on a post: load, decide, save. `time_scale` multiplies the sweep's period.

    An act that was answered before gets that answer, also when the post would refuse it by now.
    Every act raises NotFoundError, ConflictError, PostChangedError, and for a key that was used
    before IdempotentReplay or IdempotencyConflictError.
    """

    store: PostStore
    accounts: AccountStore
    media: MediaFiles
    queue: Queue
    now: Callable[[], datetime]
    time_scale: float

    def get(self, post_id: str, owner: Owner) -> PostDetails:
        """Raises NotFoundError."""
        return self.details(*self.find(post_id, owner))

    def find(self, post_id: str, owner: Owner) -> tuple[Post, PostContent]:
        """Return a post without its media. Raises NotFoundError."""
        found = self.store.get(post_id, owner)
        if found is None:
            raise NotFoundError("There is no such post.")
        return found

    def details(self, post: Post, words: PostContent) -> PostDetails:
        return PostDetails(
            post=post, words=words, media=self.media.get_many(post.owner, words.media_ids)
        )

    def publish(
        self, post_id: str, owner: Owner, request: IdempotentRequest[PostDetails]
    ) -> PostDetails:
        """Send a draft or scheduled post at once. Raises ValidationError, UnprocessableError."""
        now = self.now()
        with self.replaying(owner, request.key):
            before = self.get(post_id, owner)
            status = posts.next_status(before.post, PostAction.PUBLISH)
            self.check_ready(before)
            begun = posts.schedule_targets(
                posts.with_revision(before.post, status, now), now, status=status, now=now
            )
        return self.save(before, replace(before, post=begun), request)

    def cancel(
        self, post_id: str, owner: Owner, request: IdempotentRequest[PostDetails]
    ) -> PostDetails:
        """Call a post off before it goes out.

        Of a cancel and a publish at the same moment one wins, and both answers are true.
        """
        with self.replaying(owner, request.key):
            before = self.get(post_id, owner)
            cancelled = posts.cancel(before.post, self.now())
        return self.save(before, replace(before, post=cancelled), request)

    def retry(
        self,
        post_id: str,
        owner: Owner,
        chosen: Sequence[str] | None,
        acknowledge_unknown: bool,
        request: IdempotentRequest[PostDetails],
    ) -> PostDetails:
        """Send failed targets again: the chosen ones, or every one that can."""
        with self.replaying(owner, request.key):
            before = self.get(post_id, owner)
            again = posts.retry(
                before.post, chosen, self.now(), acknowledge_unknown=acknowledge_unknown
            )
        return self.save(before, replace(before, post=again), request)

    def fix(
        self,
        post_id: str,
        target_id: str,
        owner: Owner,
        asked: FixRequest,
        request: IdempotentRequest[PostDetails],
    ) -> PostDetails:
        """Start a failed target anew, with something else if given.

        Raises ValidationError for what its platform refuses, UnprocessableError for a link that
        leads inside.
        """
        with self.replaying(owner, request.key):
            before = self.get(post_id, owner)
            posts.next_status(before.post, PostAction.FIX)
            failed = posts.failed_target(before.post, target_id)
            instead, media, linked = self._replacement(before, failed, asked)
            fixed, words = posts.fix(before.post, before.words, target_id, instead, self.now())
            after = replace(before, post=fixed, words=words, media=media, linked=linked)
            self._check_fixed(after, target_id)
        return self.save(before, after, request)

    def _replacement(
        self, details: PostDetails, failed: Target, asked: FixRequest
    ) -> tuple[Override, MediaViews, Media | None]:
        """Return what the target gets, and the post's media with it.

        A picture in the place of one picture keeps its description, unless another one is given.
        """
        if asked.link is None:
            return Override(content=asked.content), details.media, None
        shown = self.media.link(asked.link, details.post.owner)
        own = details.words.for_target(failed)[len(failed.parts)].media
        alt = asked.alt or (own[0].alt if len(own) == 1 else None)
        media = (MediaRef(media_id=shown.media.id, alt=alt),)
        instead = Override(content=asked.content, media=media)
        return instead, {**details.media, shown.media.id: shown}, shown.media

    def _check_fixed(self, details: PostDetails, target_id: str) -> None:
        """Raises ValidationError."""
        from herald.actions.validation import check_fixed  # noqa: PLC0415 - only a check pays for rules

        target = details.post.targets[target_id]
        found = self.accounts.get_many(details.post.owner, [target.account_id])
        account = found.get(target.account_id)
        raise_problems(check_fixed(details.words, target, account, details.files))

    def unpublish(
        self, post_id: str, owner: Owner, delete: bool, request: IdempotentRequest[PostDetails]
    ) -> PostDetails:
        """Mark a post as taken back. At the networks it stays, unless `delete` asks for more."""
        with self.replaying(owner, request.key):
            before = self.get(post_id, owner)
            taken = unpublishing.unpublish(before.post, self.now(), delete=delete)
        return self.save(before, replace(before, post=taken), request)

    def archive(self, post_id: str, owner: Owner) -> PostDetails:
        """Hide a finished post from default lists."""
        before = self.get(post_id, owner)
        status = posts.next_status(before.post, PostAction.ARCHIVE)
        archived = posts.with_revision(before.post, status, self.now())
        self.store.change(archived, was=before.post)
        return replace(before, post=archived)

    @contextmanager
    def replaying(self, owner: Owner, key: IdempotencyKey | None) -> Iterator[None]:
        """Answer a refused request as the first time, when it was accepted then.

        Raises IdempotentReplay instead of the refusal.
        """
        try:
            yield
        except REFUSALS:
            self.store.replay(owner, key, self.now())
            raise

    def save(
        self,
        before: PostDetails,
        after: PostDetails,
        request: IdempotentRequest[PostDetails],
        events: Sequence[Event] = (),
    ) -> PostDetails:
        """Record an act, if nothing else happened to the post meanwhile, and send what is due.

        Raises PostChangedError, IdempotentReplay, IdempotencyConflictError.
        """
        self.store.change(
            after.post,
            was=before.post,
            words=after.words if after.words != before.words else None,
            named=after.newly_referenced(before.words),
            linked=after.linked,
            events=events,
            response=request.respond(after, self.now()),
        )
        if after.linked:
            self.media.send_to_processing(after.linked)
        self.send(after.post)
        return after

    def send(self, post: Post) -> None:
        """Send a message for each task that is due soon."""
        tasks = post.tasks.values()
        releasing.send(self.queue, post, *tasks, now=self.now(), scale=self.time_scale)

    def check_ready(self, details: PostDetails) -> None:
        """Raise UnprocessableError or ValidationError when the post could not go out as it is."""
        account_ids = [target.account_id for target in details.post.targets.values()]
        accounts = self.accounts.get_many(details.post.owner, account_ids)
        check_accounts(account_ids, accounts)
        check_words(details, list(accounts.values()))


def check_not_past(at: datetime, now: datetime) -> None:
    """Raises UnprocessableError."""
    if at < now - CLOCK_SKEW:
        raise UnprocessableError(Phrase("{scheduled_for} is in the past."), field="scheduled_for")


def check_accounts(account_ids: Sequence[str], accounts: Mapping[str, Account]) -> None:
    """Raise UnprocessableError, naming every account that cannot post."""
    active = {
        account_id
        for account_id, account in accounts.items()
        if account.status is AccountStatus.ACTIVE
    }
    unusable = [account_id for account_id in account_ids if account_id not in active]
    if unusable:
        raise UnprocessableError("An account cannot post: connect it again.", account_ids=unusable)


def check_words(details: PostDetails, accounts: Sequence[Account]) -> None:
    """Raise UnprocessableError for media that are not READY, ValidationError for broken rules.

    The rules are those of the platforms of these accounts.
    """
    waiting = {
        media_id: media.status
        for media_id, media in details.files.items()
        if media.status is not MediaStatus.READY
    }
    if waiting:
        raise UnprocessableError(
            "A file is not READY: wait for it, or upload another one if it FAILED.",
            field="media",
            media=waiting,
        )
    verdicts = verdicts_on(details, accounts)
    raise_problems([problem for verdict in verdicts.values() for problem in verdict.errors])


def verdicts_on(details: PostDetails, accounts: Sequence[Account]) -> Verdicts:
    """Return what the platform of each of these accounts says of the content."""
    from herald.actions.validation import verdict  # noqa: PLC0415 - most calls need no rules

    platforms = dict.fromkeys(account.platform for account in accounts)
    return {
        platform: verdict(details.words, platform, accounts, details.files)
        for platform in platforms
    }


def raise_problems(problems: Sequence[Problem]) -> None:
    """Raise ValidationError when there are any."""
    if problems:
        raise ValidationError(problems)

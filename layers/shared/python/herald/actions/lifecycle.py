"""A post's lifecycle: the acts of a user on a stored post, each one write."""

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
# A time that is less in the past comes from the caller's clock, and means now.
CLOCK_SKEW = timedelta(seconds=30)


@frozen
class FixRequest:
    """The replacement for a failed target: other content, a file at a URL, or neither."""

    content: str | None = None
    link: NewLink | None = None
    alt: str | None = None


@frozen
class PostDetails:
    """A post with its content and the media that it names, by id.

    `verdicts` are what its platforms say of a new draft. `linked` is the one of the media that is
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
        stored = [media_id for media_id in self.words.media_ids if media_id in self.media]
        new_ids = [media_id for media_id in stored if media_id not in before.media_ids]
        new = [self.media[media_id].media for media_id in new_ids]
        return [media for media in new if media != self.linked]


@frozen
class Lifecycle:
    """The acts on a post: load, decide, save. `time_scale` multiplies the sweep's period.

    A repeated request gets its first answer, even if the post would refuse the act by now.
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
        """Return a post with its media. Raises NotFoundError."""
        post, words = self.find(post_id, owner)
        return self.details(post, words)

    def find(self, post_id: str, owner: Owner) -> tuple[Post, PostContent]:
        """Return a post and its content, without its media. Raises NotFoundError."""
        post_and_content = self.store.get(post_id, owner)
        if post_and_content is None:
            raise NotFoundError("There is no such post.")
        return post_and_content

    def details(self, post: Post, words: PostContent) -> PostDetails:
        media = self.media.get_many(post.owner, words.media_ids)
        return PostDetails(post=post, words=words, media=media)

    def publish(
        self, post_id: str, owner: Owner, request: IdempotentRequest[PostDetails]
    ) -> PostDetails:
        """Send a draft or scheduled post at once. Raises ValidationError, UnprocessableError."""
        now = self.now()
        with self.replaying(owner, request.key):
            before = self.get(post_id, owner)
            status = posts.next_status(before.post, PostAction.PUBLISH)
            self.check_ready(before)
            revised = posts.with_revision(before.post, status, now)
            publishing = posts.schedule_targets(revised, now, status=status, now=now)
        return self.save(before, replace(before, post=publishing), request)

    def cancel(
        self, post_id: str, owner: Owner, request: IdempotentRequest[PostDetails]
    ) -> PostDetails:
        """Cancel a post before it is published.

        When a cancel and a publish come at the same moment, one of them wins, and both answers are
        true.
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
        """Send failed targets again: the chosen ones, or all that can be sent."""
        with self.replaying(owner, request.key):
            before = self.get(post_id, owner)
            retried = posts.retry(
                before.post, chosen, self.now(), acknowledge_unknown=acknowledge_unknown
            )
        return self.save(before, replace(before, post=retried), request)

    def fix(
        self,
        post_id: str,
        target_id: str,
        owner: Owner,
        asked: FixRequest,
        request: IdempotentRequest[PostDetails],
    ) -> PostDetails:
        """Start a failed target again, with the replacement if there is one.

        Raises ValidationError for content that its platform refuses, UnprocessableError for a link
        to a private address.
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
        """Return what the target gets, the post's media with it, and the new media.

        When one picture replaces another one, it keeps the description, unless the request has its
        own.
        """
        if asked.link is None:
            return Override(content=asked.content), details.media, None
        view = self.media.link(asked.link, details.post.owner)
        replaced = details.words.for_target(failed)[len(failed.parts)].media
        kept_alt = replaced[0].alt if len(replaced) == 1 else None
        alt = asked.alt if asked.alt else kept_alt
        media = (MediaRef(media_id=view.media.id, alt=alt),)
        instead = Override(content=asked.content, media=media)
        return instead, {**details.media, view.media.id: view}, view.media

    def _check_fixed(self, details: PostDetails, target_id: str) -> None:
        """Raises ValidationError."""
        from herald.actions.validation import check_fixed  # noqa: PLC0415 - only a check pays for rules

        target = details.post.targets[target_id]
        accounts = self.accounts.get_many(details.post.owner, [target.account_id])
        account = accounts.get(target.account_id)
        raise_problems(check_fixed(details.words, target, account, details.files))

    def unpublish(
        self, post_id: str, owner: Owner, delete: bool, request: IdempotentRequest[PostDetails]
    ) -> PostDetails:
        """Mark a post as unpublished. With `delete`, also delete it at the networks."""
        with self.replaying(owner, request.key):
            before = self.get(post_id, owner)
            unpublished = unpublishing.unpublish(before.post, self.now(), delete=delete)
        return self.save(before, replace(before, post=unpublished), request)

    def archive(self, post_id: str, owner: Owner) -> PostDetails:
        """Hide a finished post from the default lists."""
        before = self.get(post_id, owner)
        status = posts.next_status(before.post, PostAction.ARCHIVE)
        archived = posts.with_revision(before.post, status, self.now())
        self.store.change(archived, was=before.post)
        return replace(before, post=archived)

    @contextmanager
    def replaying(self, owner: Owner, key: IdempotencyKey | None) -> Iterator[None]:
        """Answer a repeated request as the first one, even if the act is refused by now.

        Raises IdempotentReplay instead of the refusal, when the first request was accepted.
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
        """Record an act, if nothing else has changed the post, and send what is due.

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
        """Raise UnprocessableError or ValidationError if the post could not be published."""
        account_ids = [target.account_id for target in details.post.targets.values()]
        accounts = self.accounts.get_many(details.post.owner, account_ids)
        check_accounts(account_ids, accounts)
        check_words(details, list(accounts.values()))


def check_not_past(at: datetime, now: datetime) -> None:
    """Raise UnprocessableError for a time in the past."""
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

"""Posts: create, check, edit, delete."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from herald.actions.lifecycle import (
    Lifecycle,
    PostDetails,
    check_accounts,
    check_not_past,
    check_words,
    raise_problems,
    verdicts_on,
)
from herald.domain import ids, payloads, posts, targets, unpublishing
from herald.domain.accounts import Account, AccountStatus, Platform
from herald.domain.content import MAX_FILES, MediaRef, Override, Part, PostContent, threaded
from herald.domain.errors import (
    ConflictError,
    Phrase,
    Problem,
    UnprocessableError,
    ValidationError,
)
from herald.domain.events import EventType
from herald.domain.idempotency import IdempotentRequest
from herald.domain.owners import Owner
from herald.domain.post_types import PostType
from herald.domain.posts import MAX_TARGETS, Post, PostStatus
from herald.domain.targets import Target
from herald.domain.values import frozen
from herald.store.accounts import AccountStore
from herald.store.posts import PostStore, check_size

EDITABLE = frozenset({PostStatus.DRAFT, PostStatus.PENDING_APPROVAL, PostStatus.SCHEDULED})


@frozen
class NewPost:
    """The post that a user asks for.

    When `account_ids` is empty, the post goes to all active accounts of `platforms`.
    """

    words: PostContent
    account_ids: Sequence[str] = ()
    platforms: Sequence[Platform] = ()
    scheduled_for: datetime | None = None
    publish_now: bool = False
    as_draft: bool = False


@frozen
class Edit:
    """A user's changes of a post. None leaves a field as it is.

    `unscheduled` removes the time, and `uncommented` the first comment. `as_draft` keeps the post
    for later.
    """

    content: str | None = None
    media: tuple[MediaRef, ...] | None = None
    content_type: PostType | None = None
    overrides: Mapping[str, Override] | None = None
    thread: tuple[Part, ...] | None = None
    first_comment: str | None = None
    first_comment_delay: int | None = None
    uncommented: bool = False
    tags: tuple[str, ...] | None = None
    metadata: Mapping[str, object] | None = None
    account_ids: Sequence[str] = ()
    platforms: Sequence[Platform] = ()
    scheduled_for: datetime | None = None
    unscheduled: bool = False
    as_draft: bool = False

    @property
    def fields_beside_content(self) -> list[str]:
        """Return the names of the changed fields other than content, media and overrides."""
        changed = {
            "content_type": self.content_type is not None,
            "thread": self.thread is not None,
            "first_comment": self.uncommented or self.first_comment is not None,
            "first_comment_delay": self.first_comment_delay is not None,
            "tags": self.tags is not None,
            "metadata": self.metadata is not None,
            "account_ids": bool(self.account_ids),
            "platforms": bool(self.platforms),
            "scheduled_for": self.unscheduled or self.scheduled_for is not None,
        }
        return [name for name, is_changed in changed.items() if is_changed]

    def applied_to(self, words: PostContent) -> PostContent:
        """Return the content after the edit.

        New content, media or overrides also remove what a fix had changed for one target.
        """
        opening = Part(
            text=words.content if self.content is None else self.content,
            media=words.media if self.media is None else self.media,
        )
        thread = words.thread
        if self.thread is not None:
            opening, thread = threaded(opening, self.thread)
        comment = self.first_comment if self.first_comment else words.first_comment
        delay = self.first_comment_delay
        keeps_fixes = (self.content, self.media, self.overrides) == (None, None, None)
        return replace(
            words,
            content=opening.text,
            media=opening.media,
            content_type=self.content_type if self.content_type else words.content_type,
            overrides=words.overrides if self.overrides is None else self.overrides,
            thread=thread,
            first_comment=None if self.uncommented else comment,
            first_comment_delay=words.first_comment_delay if delay is None else delay,
            tags=words.tags if self.tags is None else self.tags,
            metadata=words.metadata if self.metadata is None else self.metadata,
            fixes=words.fixes if keeps_fixes else {},
        )


@frozen
class Posts:
    """The use cases of posts, apart from lists and the acts of their lifecycle."""

    lifecycle: Lifecycle

    @property
    def store(self) -> PostStore:
        return self.lifecycle.store

    @property
    def accounts(self) -> AccountStore:
        return self.lifecycle.accounts

    def create(
        self, new: NewPost, owner: Owner, request: IdempotentRequest[PostDetails]
    ) -> PostDetails:
        """Store a draft, scheduled or publishing post.

        A draft may break the platforms' rules. It is returned with what they say.
        Raises ValidationError (a platform's rule, unknown media), UnprocessableError (account,
        time, media that are not READY), IdempotentReplay, IdempotencyConflictError.
        """
        now = self.lifecycle.now()
        with self.lifecycle.replaying(owner, request.key):
            details = self._compose(new, owner, now)
        self.store.create(
            details.post,
            details.words,
            named=list(details.files.values()),
            events=payloads.created(details.post, details.words, now),
            response=request.respond(details, now),
        )
        self.lifecycle.send(details.post)
        return details

    def check(self, new: NewPost, owner: Owner, _: IdempotentRequest[PostDetails]) -> PostDetails:
        """Return what `create` would make, and store nothing.

        Raises ValidationError, UnprocessableError, PayloadTooLargeError.
        """
        check_size(new.words)
        return self._compose(new, owner, self.lifecycle.now())

    def edit(self, post_id: str, owner: Owner, edit: Edit) -> PostDetails:
        """Change a post that waits.

        Of a failed or partial post only the content can change, for the targets that are not live.

        Raises NotFoundError, ConflictError, ValidationError, UnprocessableError.
        """
        post, words = self.lifecycle.find(post_id, owner)
        now = self.lifecycle.now()
        changed = posts.edit_words(post, now)
        if post.status not in EDITABLE and edit.fields_beside_content:
            raise ConflictError(
                f"Of a post that is {post.status}, only the words can change.",
                status=post.status,
                fields=edit.fields_beside_content,
            )
        details = self._with_media(changed, edit.applied_to(words), words)
        if post.status in EDITABLE:
            details = self._replan(details, edit, now)
        else:
            self._check_open_targets(details)
        was_scheduled = post.status is PostStatus.SCHEDULED
        is_scheduled = details.post.status is PostStatus.SCHEDULED
        events = []
        if is_scheduled and not was_scheduled:
            events.append(
                payloads.planned(EventType.POST_SCHEDULED, details.post, details.words, now)
            )
        self.store.change(
            details.post,
            was=post,
            words=details.words,
            named=details.newly_referenced(words),
            events=events,
        )
        self.lifecycle.send(details.post)
        return details

    def _check_open_targets(self, details: PostDetails) -> None:
        """Check the content for the targets that are not live. Raises what `check_words` raises."""
        account_ids = [
            target.account_id
            for target in details.post.targets.values()
            if not targets.is_live(target)
        ]
        accounts = self.accounts.get_many(details.post.owner, account_ids)
        check_words(details, list(accounts.values()))

    def delete(self, post_id: str, owner: Owner) -> None:
        """Raises NotFoundError, ConflictError."""
        post, _ = self.lifecycle.find(post_id, owner)
        unpublishing.check_deletable(post)
        self.store.delete(post)

    def _with_media(
        self, post: Post, words: PostContent, before: PostContent | None = None
    ) -> PostDetails:
        """Return a post with its content and media.

        Raises ValidationError for media that do not exist, unless the content named them before.
        """
        if len(words.media_ids) > MAX_FILES:
            message = Phrase(f"{{media}}: at most {MAX_FILES} in a post")
            raise ValidationError([Problem(path=("media",), code="TOO_LONG", message=message)])
        details = self.lifecycle.details(post, words)
        named_before = before.media_ids if before else ()
        missing = set(words.media_ids) - details.media.keys() - set(named_before)
        if missing:
            from herald.actions.validation import unknown_media  # noqa: PLC0415

            raise_problems(list(unknown_media(words, missing)))
        return details

    def _replan(self, details: PostDetails, edit: Edit, now: datetime) -> PostDetails:
        """Apply an edit of the accounts and the time to a post that waits.

        A draft stays a draft until an edit names a time. A post that waits for approval goes on
        waiting, from its first step on.
        """
        post = details.post
        if edit.account_ids or edit.platforms:
            chosen = self._accounts(edit.account_ids, edit.platforms, post.owner)
            post = replace(post, targets=targets_for(chosen, now))
        if edit.scheduled_for:
            check_not_past(edit.scheduled_for, now)
        at = edit.scheduled_for if edit.scheduled_for else post.scheduled_for
        if edit.unscheduled:
            at = None
        post = replace(post, scheduled_for=at)
        details = replace(details, post=post)
        if post.status is PostStatus.PENDING_APPROVAL:
            self.lifecycle.check_ready(details)
            return details
        stays_draft = post.status is PostStatus.DRAFT and not edit.scheduled_for
        if at is None or edit.as_draft or stays_draft:
            draft = replace(posts.without_due(post), status=PostStatus.DRAFT)
            return replace(details, post=draft)
        self.lifecycle.check_ready(details)
        scheduled = posts.schedule_targets(post, at, status=PostStatus.SCHEDULED, now=now)
        return replace(details, post=scheduled)

    def _compose(self, new: NewPost, owner: Owner, now: datetime) -> PostDetails:
        accounts = self._accounts(new.account_ids, new.platforms, owner)
        status, at = first_status(new, now)
        draft = Post(
            id=ids.new("post", now),
            owner=owner,
            status=PostStatus.DRAFT,
            targets=targets_for(accounts, now),
            scheduled_for=new.scheduled_for,
            created_at=now,
            updated_at=now,
        )
        details = self._with_media(draft, new.words)
        if status is PostStatus.DRAFT:
            return replace(details, verdicts=verdicts_on(details, accounts))
        account_ids = [account.id for account in accounts]
        check_accounts(account_ids, {account.id: account for account in accounts})
        check_words(details, accounts)
        if at is None:
            return details
        return replace(details, post=posts.schedule_targets(draft, at, status=status, now=now))

    def _accounts(
        self, account_ids: Sequence[str], platforms: Sequence[Platform], owner: Owner
    ) -> Sequence[Account]:
        """Return the named accounts, or the active accounts of the platforms if none are named.

        Raises ValidationError, UnprocessableError.
        """
        if account_ids:
            accounts = self.accounts.get_many(owner, account_ids)
            from herald.actions.validation import unknown_account  # noqa: PLC0415

            raise_problems(
                [
                    unknown_account(index, account_id)
                    for index, account_id in enumerate(account_ids)
                    if account_id not in accounts
                ]
            )
            return [accounts[account_id] for account_id in account_ids]
        active = [
            account
            for account in self.accounts.list(owner)
            if account.platform in platforms and account.status is AccountStatus.ACTIVE
        ]
        if not active:
            raise UnprocessableError(
                "No active account of these platforms is connected.", platforms=[*platforms]
            )
        if len(active) > MAX_TARGETS:
            raise UnprocessableError(
                Phrase(
                    f"These platforms have {len(active)} active accounts, "
                    f"a post at most {MAX_TARGETS}: "
                    "name them in {account_ids}."
                ),
                limit=MAX_TARGETS,
            )
        return active


def first_status(new: NewPost, now: datetime) -> tuple[PostStatus, datetime | None]:
    """Return the status that a new post starts with, and when its targets are due.

    Raises UnprocessableError for a time in the past.
    """
    if new.as_draft:
        return PostStatus.DRAFT, None
    if new.publish_now:
        return PostStatus.PUBLISHING, now
    if new.scheduled_for is None:
        return PostStatus.DRAFT, None
    check_not_past(new.scheduled_for, now)
    return PostStatus.SCHEDULED, new.scheduled_for


def targets_for(accounts: Sequence[Account], now: datetime) -> dict[str, Target]:
    """Return one target per account, by id. The ids sort in the order of the accounts."""
    target_ids = sorted(ids.new("pp", now) for _ in accounts)
    return {
        target_id: Target(
            id=target_id,
            account_id=account.id,
            platform=account.platform,
            account_name=account.username,
        )
        for target_id, account in zip(target_ids, accounts, strict=True)
    }

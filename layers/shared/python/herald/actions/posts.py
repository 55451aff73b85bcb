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
from herald.domain import ids, payloads, posts, targets
from herald.domain.accounts import Account, AccountStatus, Platform
from herald.domain.content import MAX_FILES, MediaRef, Override, Part, PostContent, threaded
from herald.domain.errors import (
    ConflictError,
    Phrase,
    Problem,
    UnprocessableError,
    ValidationError,
)
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
    """What a user asks for. `platforms` names the accounts when `account_ids` is empty: all active ones of those platforms."""

    words: PostContent
    account_ids: Sequence[str] = ()
    platforms: Sequence[Platform] = ()
    scheduled_for: datetime | None = None
    publish_now: bool = False
    as_draft: bool = False


@frozen
class Edit:
    """What a user changes; None leaves a thing as it is.

    `unscheduled` takes its time away, `uncommented` its comment; `as_draft` keeps it for later.
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
        """What is named beside the words."""
        named = {
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
        return [name for name, there in named.items() if there]

    def applied_to(self, words: PostContent) -> PostContent:
        """New words, and new media, end what a fix had changed for one target."""
        opening = Part(
            text=words.content if self.content is None else self.content,
            media=words.media if self.media is None else self.media,
        )
        opening, thread = (
            (opening, words.thread) if self.thread is None else threaded(opening, self.thread)
        )
        return replace(
            words,
            content=opening.text,
            media=opening.media,
            content_type=self.content_type or words.content_type,
            overrides=words.overrides if self.overrides is None else self.overrides,
            thread=thread,
            first_comment=None if self.uncommented else self.first_comment or words.first_comment,
            first_comment_delay=words.first_comment_delay
            if self.first_comment_delay is None
            else self.first_comment_delay,
            tags=words.tags if self.tags is None else self.tags,
            metadata=words.metadata if self.metadata is None else self.metadata,
            fixes=words.fixes
            if (self.content, self.media, self.overrides) == (None, None, None)
            else {},
        )


@frozen
class Posts:
    """The use cases of posts beside the acts of their lifecycle."""

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
        """Store a draft, scheduled or publishing post. A draft may break the platforms' rules: it is told what they say.

        Raises ValidationError (a platform's rule, unknown media), UnprocessableError (account, time, media that are not READY),
        IdempotentReplay, IdempotencyConflictError.
        """
        now = self.lifecycle.now()
        with self.lifecycle.replaying(owner, request.key):
            made = self._compose(new, owner, now)
        self.store.create(
            made.post,
            made.words,
            named=list(made.files.values()),
            events=payloads.created(made.post, made.words, now),
            response=request.respond(made, now),
        )
        self.lifecycle.send(made.post)
        return made

    def check(self, new: NewPost, owner: Owner, _: IdempotentRequest[PostDetails]) -> PostDetails:
        """What `create` would make; nothing is stored. Raises ValidationError, UnprocessableError, PayloadTooLargeError."""
        check_size(new.words)
        return self._compose(new, owner, self.lifecycle.now())

    def edit(self, post_id: str, owner: Owner, edit: Edit) -> PostDetails:
        """Change a post that waits, or the words of a failed or partial one for what is not live.

        Raises NotFoundError, ConflictError, ValidationError, UnprocessableError.
        """
        post, words = self.lifecycle.find(post_id, owner)
        now = self.lifecycle.now()
        changed = posts.edit_words(post, now)
        if post.status not in EDITABLE and (others := edit.fields_beside_content):
            raise ConflictError(
                f"Of a post that is {post.status}, only the words can change.",
                status=post.status,
                fields=others,
            )
        seen = self._with_media(changed, edit.applied_to(words), words)
        if post.status in EDITABLE:
            seen = self._replan(seen, edit, now)
        else:
            open_ids = [
                target.account_id
                for target in changed.targets.values()
                if not targets.is_live(target)
            ]
            check_words(seen, list(self.accounts.get_many(owner, open_ids).values()))
        newly = seen.post.status is PostStatus.SCHEDULED and post.status is not PostStatus.SCHEDULED
        events = payloads.scheduled(seen.post, seen.words, now) if newly else ()
        self.store.change(
            seen.post, was=post, words=seen.words, named=seen.newly_referenced(words), events=events
        )
        self.lifecycle.send(seen.post)
        return seen

    def delete(self, post_id: str, owner: Owner) -> None:
        """Raises NotFoundError, ConflictError."""
        post, _ = self.lifecycle.find(post_id, owner)
        posts.check_deletable(post)
        self.store.delete(post)

    def _with_media(
        self, post: Post, words: PostContent, before: PostContent | None = None
    ) -> PostDetails:
        """With its media. Raises ValidationError for those that are not there, unless they were named before."""
        if len(words.media_ids) > MAX_FILES:
            message = Phrase(f"{{media}}: at most {MAX_FILES} in a post")
            raise ValidationError([Problem(path=("media",), code="TOO_LONG", message=message)])
        seen = self.lifecycle.details(post, words)
        if (
            missing := set(words.media_ids)
            - seen.media.keys()
            - set(before.media_ids if before else ())
        ):
            from herald.actions.validation import unknown_media  # noqa: PLC0415

            raise_problems(list(unknown_media(words, missing)))
        return seen

    def _replan(self, seen: PostDetails, edit: Edit, now: datetime) -> PostDetails:
        """A post that waits, after an edit of where and when it goes. A draft stays one until an edit names a time.

        One that waits for approval goes on waiting, from its first step on.
        """
        post = seen.post
        if edit.account_ids or edit.platforms:
            chosen = self._accounts(edit.account_ids, edit.platforms, post.owner)
            post = replace(post, targets=targets_for(chosen, now))
        if edit.scheduled_for:
            check_not_past(edit.scheduled_for, now)
        at = None if edit.unscheduled else edit.scheduled_for or post.scheduled_for
        seen = replace(seen, post=replace(post, scheduled_for=at))
        if post.status is PostStatus.PENDING_APPROVAL:
            self.lifecycle.check_ready(seen)
            return seen
        if (
            at is None
            or edit.as_draft
            or (post.status is PostStatus.DRAFT and not edit.scheduled_for)
        ):
            return replace(
                seen, post=replace(posts.without_due(seen.post), status=PostStatus.DRAFT)
            )
        self.lifecycle.check_ready(seen)
        return replace(
            seen, post=posts.schedule_targets(seen.post, at, status=PostStatus.SCHEDULED, now=now)
        )

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
        seen = self._with_media(draft, new.words)
        if status is PostStatus.DRAFT:
            return replace(seen, verdicts=verdicts_on(seen, accounts))
        check_accounts(
            [account.id for account in accounts], {account.id: account for account in accounts}
        )
        check_words(seen, accounts)
        return (
            seen
            if at is None
            else replace(seen, post=posts.schedule_targets(draft, at, status=status, now=now))
        )

    def _accounts(
        self, account_ids: Sequence[str], platforms: Sequence[Platform], owner: Owner
    ) -> Sequence[Account]:
        if account_ids:
            found = self.accounts.get_many(owner, account_ids)
            from herald.actions.validation import unknown_account  # noqa: PLC0415

            raise_problems(
                [
                    unknown_account(index, each)
                    for index, each in enumerate(account_ids)
                    if each not in found
                ]
            )
            return [found[account_id] for account_id in account_ids]
        wanted = [
            each
            for each in self.accounts.list(owner)
            if each.platform in platforms and each.status is AccountStatus.ACTIVE
        ]
        if not wanted:
            raise UnprocessableError(
                "No active account of these platforms is connected.", platforms=[*platforms]
            )
        if len(wanted) > MAX_TARGETS:
            raise UnprocessableError(
                Phrase(
                    f"These platforms have {len(wanted)} active accounts, a post at most {MAX_TARGETS}: "
                    "name them in {account_ids}."
                ),
                limit=MAX_TARGETS,
            )
        return wanted


def first_status(new: NewPost, now: datetime) -> tuple[PostStatus, datetime | None]:
    """The status a new post starts with, and when its targets are due. Raises UnprocessableError for a time in the past."""
    if new.as_draft:
        return PostStatus.DRAFT, None
    if new.publish_now:
        return PostStatus.PUBLISHING, now
    if new.scheduled_for is None:
        return PostStatus.DRAFT, None
    check_not_past(new.scheduled_for, now)
    return PostStatus.SCHEDULED, new.scheduled_for


def targets_for(accounts: Sequence[Account], now: datetime) -> dict[str, Target]:
    """One target per account; their ids sort in the order given."""
    names = sorted(ids.new("pp", now) for _ in accounts)
    return {
        name: Target(
            id=name, account_id=account.id, platform=account.platform, account_name=account.username
        )
        for name, account in zip(names, accounts, strict=True)
    }

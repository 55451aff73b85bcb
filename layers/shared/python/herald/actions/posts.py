"""Posts: create, read, list, publish."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from herald.actions.publishing import Publisher
from herald.domain import events, ids, posts, rules
from herald.domain.accounts import Account, AccountStatus, Owner, Platform
from herald.domain.errors import ConflictError, NotFoundError, Problem, UnprocessableError, ValidationError
from herald.domain.idempotency import Once
from herald.domain.posts import Post, PostStatus, Target, Words
from herald.store.accounts import AccountStore
from herald.store.posts import PostStore

CLOCK_SKEW = timedelta(seconds=30)  # a time this little in the past is the caller's clock, and means now


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    """What a user asks for. `platforms` names the accounts when `account_ids` is empty: all active ones of those platforms."""

    words: Words
    account_ids: Sequence[str] = ()
    platforms: Sequence[Platform] = ()
    scheduled_for: datetime | None = None
    publish_now: bool = False
    as_draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPosts:
    """One page; `next_before` is where the next one starts, None on the last."""

    posts: Sequence[tuple[Post, Words]]
    next_before: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    status: PostStatus | None = None
    platform: Platform | None = None
    account_id: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None

    def match(self, post: Post) -> bool:
        return (
            (self.status is None or post.status is self.status)
            and (self.platform is None or any(each.platform is self.platform for each in post.targets.values()))
            and (self.account_id is None or any(each.account_id == self.account_id for each in post.targets.values()))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """The use cases of posts."""

    store: PostStore
    accounts: AccountStore
    publisher: Publisher
    now: Callable[[], datetime]

    def create(self, new: NewPost, owner: Owner, *, once: Once | None, reply: Callable[[Post, Words], str]) -> tuple[Post, Words]:
        """Store a draft, scheduled or publishing post; `reply` renders what is kept under the idempotency key.

        Raises ValidationError (a platform's rule), UnprocessableError (account, time), AlreadyAnswered, IdempotencyConflictError.
        """
        now = self.now()
        try:
            post = self._compose(new, owner, now)
        except (ValidationError, UnprocessableError):
            if once:  # accepted a while ago, refused by now: a repeated request still gets its first answer
                self.store.replay(owner, once, now)
            raise
        answer = once.answer(201, reply(post, new.words), now) if once else None
        self.store.create(post, new.words, events=events.post_created(post, new.words, now), once=once, answer=answer)
        self.publisher.send(post, post.targets.values())
        return post, new.words

    def read(self, post_id: str, owner: Owner) -> tuple[Post, Words]:
        """Raises NotFoundError."""
        found = self.store.load(post_id, owner)
        if found is None:
            raise NotFoundError("There is no such post.")
        return found

    def page(self, owner: Owner, filters: Filters, *, before: str | None, limit: int) -> ListedPosts:
        """Newest first, and full unless it is the last one."""
        after = ids.floor("post", filters.created_from) if filters.created_from else None
        if filters.created_to:
            upper = ids.floor("post", filters.created_to + timedelta(milliseconds=1))
            before = min(before, upper) if before else upper
        kept: list[tuple[Post, Words]] = []
        while True:
            page = self.store.page(owner, before=before, after=after, limit=limit + 1)
            kept += [pair for pair in page.posts if filters.match(pair[0])]
            if len(kept) > limit:
                return ListedPosts(posts=kept[:limit], next_before=kept[limit - 1][0].id)
            if not page.more:
                return ListedPosts(posts=kept, next_before=None)
            before = page.last

    def publish(self, post_id: str, owner: Owner) -> tuple[Post, Words]:
        """Send a draft or scheduled post at once. Raises NotFoundError, ConflictError, ValidationError, UnprocessableError."""
        post, words = self.read(post_id, owner)
        if post.status not in {PostStatus.DRAFT, PostStatus.SCHEDULED}:
            raise ConflictError(f"A post that is {post.status} cannot be published.", status=post.status)
        now = self.now()
        accounts = self.accounts.get_many(owner, [target.account_id for target in post.targets.values()])
        check_accounts([target.account_id for target in post.targets.values()], accounts)
        check_words(words, list(accounts.values()))
        started = replace(posts.start(post, now, status=PostStatus.PUBLISHING, now=now), revision=post.revision + 1)
        self.store.start(started, was=post, events=[])
        self.publisher.send(started, started.targets.values())
        return started, words

    def _compose(self, new: NewPost, owner: Owner, now: datetime) -> Post:
        accounts = self._accounts(new, owner)
        status, at = timing(new, now)
        if status is not PostStatus.DRAFT:
            check_accounts([account.id for account in accounts], {account.id: account for account in accounts})
            check_words(new.words, accounts)
        post = Post(
            id=ids.new("post", now),
            owner=owner,
            status=PostStatus.DRAFT,
            targets=targets_for(accounts, now),
            scheduled_for=new.scheduled_for,
            created_at=now,
            updated_at=now,
        )
        return post if at is None else posts.start(post, at, status=status, now=now)

    def _accounts(self, new: NewPost, owner: Owner) -> list[Account]:
        if new.account_ids:
            found = self.accounts.get_many(owner, new.account_ids)
            missing = [account_id for account_id in new.account_ids if account_id not in found]
            if missing:
                raise ValidationError([unknown_account(new.account_ids.index(each), each) for each in missing])
            return [found[account_id] for account_id in new.account_ids]
        wanted = [
            each for each in self.accounts.all(owner) if each.platform in new.platforms and each.status is AccountStatus.ACTIVE
        ]
        if not wanted:
            raise UnprocessableError(
                "No active account of these platforms is connected.", platforms=[each.upper() for each in new.platforms]
            )
        return wanted


def timing(new: NewPost, now: datetime) -> tuple[PostStatus, datetime | None]:
    """The status a new post starts with, and when its targets are due. Raises UnprocessableError for a time in the past."""
    if new.as_draft:
        return PostStatus.DRAFT, None
    if new.publish_now:
        return PostStatus.PUBLISHING, now
    if new.scheduled_for is None:
        return PostStatus.DRAFT, None
    if new.scheduled_for < now - CLOCK_SKEW:
        raise UnprocessableError("scheduledFor is in the past.", field="scheduledFor")
    return PostStatus.SCHEDULED, new.scheduled_for


def targets_for(accounts: Sequence[Account], now: datetime) -> dict[str, Target]:
    """One target per account; their ids sort in the order given."""
    names = sorted(ids.new("pp", now) for _ in accounts)
    return {
        name: Target(id=name, account_id=account.id, platform=account.platform, account_name=account.username)
        for name, account in zip(names, accounts, strict=True)
    }


def check_accounts(account_ids: Sequence[str], accounts: dict[str, Account]) -> None:
    """Raises UnprocessableError, naming every account that cannot post."""
    unusable = [
        account_id
        for account_id in account_ids
        if account_id not in accounts or accounts[account_id].status is not AccountStatus.ACTIVE
    ]
    if unusable:
        raise UnprocessableError("An account cannot post: connect it again.", accountIds=unusable)


def check_words(words: Words, accounts: Sequence[Account]) -> None:
    """Raises ValidationError with everything that any of these accounts' platforms has against the words."""
    problems: list[Problem] = []
    for platform in dict.fromkeys(account.platform for account in accounts):
        overridden = "content" in words.overrides.get(platform.upper(), {})
        field_name = f"platformOverrides.{platform.upper()}.content" if overridden else "content"
        problems += rules.check_text(platform, words.for_platform(platform), field=field_name)
    if problems:
        raise ValidationError(problems)


def unknown_account(index: int, account_id: str) -> Problem:
    return Problem(field=f"accountIds[{index}]", code="UNKNOWN_ACCOUNT", message=f"There is no account {account_id}.")

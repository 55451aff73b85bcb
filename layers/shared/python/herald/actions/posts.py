"""Posts: create, read, list, publish."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from herald.actions import releasing
from herald.actions.media import Library, NewLink, Shown
from herald.aws.sqs import Queue
from herald.domain import ids, payloads, posts, targets
from herald.domain.accounts import Account, AccountStatus, Platform
from herald.domain.content import MAX_FILES, Override, Part, Use, Words, threaded
from herald.domain.errors import ConflictError, ForbiddenError, NotFoundError, Problem, UnprocessableError, ValidationError
from herald.domain.events import Event
from herald.domain.idempotency import Once
from herald.domain.media import Media, MediaStatus
from herald.domain.owners import Owner
from herald.domain.post_types import PostType
from herald.domain.posts import MAX_TARGETS, SHOWN, Action, Post, PostStatus
from herald.domain.targets import Target
from herald.domain.values import frozen
from herald.store.accounts import AccountStore
from herald.store.posts import Place, PostStore, check_size

if TYPE_CHECKING:
    from herald.domain.rules import Verdict

Pair = tuple[Post, Words]
Verdicts = Mapping[Platform, "Verdict"]
Gallery = Mapping[str, Shown]
REFUSALS = (ConflictError, ForbiddenError, NotFoundError, UnprocessableError, ValidationError)
WAITING = frozenset({PostStatus.DRAFT, PostStatus.PENDING_APPROVAL, PostStatus.SCHEDULED})
CLOCK_SKEW = timedelta(seconds=30)  # a time this little in the past is the caller's clock, and means now


@frozen
class NewPost:
    """What a user asks for. `platforms` names the accounts when `account_ids` is empty: all active ones of those platforms."""

    words: Words
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
    media: tuple[Use, ...] | None = None
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
    def others(self) -> list[str]:
        """What is named beside the words, by its name on the wire."""
        named = {
            "contentType": self.content_type is not None,
            "threadPosts": self.thread is not None,
            "firstComment": self.uncommented or self.first_comment is not None,
            "firstCommentDelay": self.first_comment_delay is not None,
            "tags": self.tags is not None,
            "metadata": self.metadata is not None,
            "accountIds": bool(self.account_ids),
            "platforms": bool(self.platforms),
            "scheduledFor": self.unscheduled or self.scheduled_for is not None,
        }
        return [name for name, there in named.items() if there]

    def words_after(self, words: Words) -> Words:
        """New words, and new media, end what a fix had changed for one target."""
        opening = Part(
            text=words.content if self.content is None else self.content,
            media=words.media if self.media is None else self.media,
        )
        opening, thread = (opening, words.thread) if self.thread is None else threaded(opening, self.thread)
        return replace(
            words,
            content=opening.text,
            media=opening.media,
            content_type=self.content_type or words.content_type,
            overrides=words.overrides if self.overrides is None else self.overrides,
            thread=thread,
            first_comment=None if self.uncommented else self.first_comment or words.first_comment,
            first_comment_delay=words.first_comment_delay if self.first_comment_delay is None else self.first_comment_delay,
            tags=words.tags if self.tags is None else self.tags,
            metadata=words.metadata if self.metadata is None else self.metadata,
            fixes=words.fixes if (self.content, self.media, self.overrides) == (None, None, None) else {},
        )


@frozen
class Mend:
    """What a failed target gets instead: other words, a file that lies elsewhere in place of its own, or neither."""

    content: str | None = None
    link: NewLink | None = None
    alt: str | None = None


@frozen
class Seen:
    """A post as it is there: with its words, the media that they name, by id, and of a new draft what its platforms would say.

    `linked` is one of these media that is stored with it.
    """

    post: Post
    words: Words
    media: Gallery = field(default_factory=dict)
    verdicts: Verdicts | None = None
    linked: Media | None = None

    @property
    def files(self) -> dict[str, Media]:
        return {media_id: each.media for media_id, each in self.media.items()}

    def newly(self, before: Words) -> list[Media]:
        """What its words name and those before did not, among what was there."""
        new = [self.media[each].media for each in self.words.named if each in self.media and each not in before.named]
        return [each for each in new if each != self.linked]


@frozen
class Act:
    """A request that changes a post: its idempotency key, if any, and how its answer is kept under it."""

    status: int
    reply: Callable[[Seen], str]
    once: Once | None = None


@frozen
class ListedPosts:
    """One page; `next_before` is where the next one starts, None on the last. `positions` are where each post is in the list."""

    posts: Sequence[Seen]
    positions: Sequence[str]
    next_before: str | None


@frozen
class Filters:
    """Which posts a list shows; `by_time`: those that have a time, the earliest first, instead of the newest."""

    statuses: frozenset[PostStatus] = SHOWN
    platform: Platform | None = None
    account_id: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    by_time: bool = False
    scheduled_from: datetime | None = None
    scheduled_to: datetime | None = None

    @property
    def reaches(self) -> frozenset[str]:
        """What a post must go to."""
        return frozenset(name for name in (self.platform, self.account_id) if name)

    def match(self, post: Post) -> bool:
        return post.status in self.statuses and self.reaches <= post.reaches and self._in_time(post)

    def _in_time(self, post: Post) -> bool:
        """An agenda is read by its posts' times alone, and may say an old one."""
        return not self.by_time or (
            within(post.created_at, self.created_from, self.created_to)
            and within(post.scheduled_for, self.scheduled_from, self.scheduled_to)
        )


def within(at: datetime | None, start: datetime | None, end: datetime | None) -> bool:
    """Whether there is a time, from `start` to `end`; either may be open."""
    return at is not None and (start is None or start <= at) and (end is None or at <= end)


@frozen
class Posts:
    """The use cases of posts. `time_scale` multiplies the sweep's period."""

    store: PostStore
    accounts: AccountStore
    library: Library
    queue: Queue
    now: Callable[[], datetime]
    time_scale: float

    def create(self, new: NewPost, owner: Owner, act: Act) -> Seen:
        """Store a draft, scheduled or publishing post. A draft may break the platforms' rules: it is told what they say.

        Raises ValidationError (a platform's rule, unknown media), UnprocessableError (account, time, media that are not READY),
        AlreadyAnswered, IdempotencyConflictError.
        """
        now = self.now()
        try:
            made = self._compose(new, owner, now)
        except REFUSALS:
            if act.once:
                self.store.replay(owner, act.once, now)
            raise
        answer = act.once.answer(act.status, act.reply(made), now) if act.once else None
        events, named = payloads.created(made.post, made.words, now), list(made.files.values())
        self.store.create(made.post, made.words, named=named, events=events, once=act.once, answer=answer)
        self._send(made.post)
        return made

    def check(self, new: NewPost, owner: Owner, _: Act) -> Seen:
        """What `create` would make; nothing is stored. Raises ValidationError, UnprocessableError, PayloadTooLargeError."""
        check_size(new.words)
        return self._compose(new, owner, self.now())

    def read(self, post_id: str, owner: Owner) -> Seen:
        """Raises NotFoundError."""
        return self._seen(*self.find(post_id, owner))

    def find(self, post_id: str, owner: Owner) -> Pair:
        """Without its media. Raises NotFoundError."""
        found = self.store.load(post_id, owner)
        if found is None:
            raise NotFoundError("There is no such post.")
        return found

    def _seen(self, post: Post, words: Words) -> Seen:
        return Seen(post=post, words=words, media=self.library.named(post.owner, words.named))

    def page(self, owner: Owner, filters: Filters, *, before: str | None, limit: int) -> ListedPosts:
        """In the order that the filters say, behind the position `before`, and full unless it is the last one.

        What an index still says of a post is looked up in the post.
        """
        found = (self._agenda if filters.by_time else self._newest)(owner, filters, before, limit + 1)
        kept: dict[str, tuple[str, Pair]] = {}
        while wanted := dict(islice(found, limit + 1 - len(kept))):
            pairs = self.store.load_with_words([each for each in wanted if each not in kept])
            kept |= {pair[0].id: (wanted[pair[0].id], pair) for pair in pairs if filters.match(pair[0])}
        shown = list(kept.values())[:limit]
        media = self.library.named(owner, (each for _, (_, words) in shown for each in words.named))
        seen = [Seen(post=post, words=words, media=media) for _, (post, words) in shown]
        positions = [position for position, _ in shown]
        return ListedPosts(posts=seen, positions=positions, next_before=positions[-1] if len(kept) > limit else None)

    def _newest(self, owner: Owner, filters: Filters, before: str | None, step: int) -> Iterator[tuple[str, str]]:
        """Ids, each with its position: itself."""
        after = ids.floor("post", filters.created_from) if filters.created_from else None
        if filters.created_to:
            upper = ids.ceiling("post", filters.created_to)
            before = min(before, upper) if before else upper
        found = self.store.find(owner, filters.statuses, filters.reaches, before=before, after=after, step=step)
        return ((each, each) for each in found)

    def _agenda(self, owner: Owner, filters: Filters, behind: str | None, step: int) -> Iterator[tuple[str, str]]:
        """Ids, each with its position: its time and itself."""
        after = Place(*behind.split("#")) if behind else None
        span = filters.scheduled_from, filters.scheduled_to
        found = self.store.agenda(owner, filters.statuses, filters.reaches, after=after, span=span, step=step)
        return ((each.post_id, "#".join(each)) for each in found)

    def edit(self, post_id: str, owner: Owner, edit: Edit) -> Seen:
        """Change a post that waits, or the words of a failed or partial one for what is not live.

        Raises NotFoundError, ConflictError, ValidationError, UnprocessableError.
        """
        post, words = self.find(post_id, owner)
        now = self.now()
        changed = posts.edit_words(post, now)
        if post.status not in WAITING and (others := edit.others):
            raise ConflictError(f"Of a post that is {post.status}, only the words can change.", status=post.status, fields=others)
        seen = self._known(changed, edit.words_after(words), words)
        if post.status in WAITING:
            seen = self._replan(seen, edit, now)
        else:
            open_ids = [target.account_id for target in changed.targets.values() if not targets.is_live(target)]
            check_words(seen, list(self.accounts.get_many(owner, open_ids).values()))
        newly = seen.post.status is PostStatus.SCHEDULED and post.status is not PostStatus.SCHEDULED
        events = payloads.scheduled(seen.post, seen.words, now) if newly else ()
        self.store.change(seen.post, was=post, words=seen.words, named=seen.newly(words), events=events)
        self._send(seen.post)
        return seen

    def archive(self, post_id: str, owner: Owner) -> Seen:
        """Hide a finished post from default lists. Raises NotFoundError, ConflictError."""
        seen = self.read(post_id, owner)
        archived = posts.changed(seen.post, posts.after(seen.post, Action.ARCHIVE), self.now())
        self.store.change(archived, was=seen.post)
        return replace(seen, post=archived)

    def delete(self, post_id: str, owner: Owner) -> None:
        """Raises NotFoundError, ConflictError."""
        post, _ = self.find(post_id, owner)
        posts.deletable(post)
        self.store.delete(post)

    def publish(self, post_id: str, owner: Owner, act: Act) -> Seen:
        """Send a draft or scheduled post at once.

        Raises NotFoundError, ConflictError, ValidationError, UnprocessableError; and as every act, AlreadyAnswered.
        """

        def begin(seen: Seen, now: datetime) -> Seen:
            status = posts.after(seen.post, Action.PUBLISH)
            self.ready(seen)
            return replace(seen, post=posts.start(posts.changed(seen.post, status, now), now, status=status, now=now))

        return self.perform(post_id, owner, act, begin)

    def cancel(self, post_id: str, owner: Owner, act: Act) -> Seen:
        """Call a draft or scheduled post off. Against a publish in the same moment one wins, and both answers are true."""
        return self.perform(post_id, owner, act, lambda seen, now: replace(seen, post=posts.cancel(seen.post, now)))

    def retry(self, post_id: str, owner: Owner, chosen: Sequence[str] | None, acknowledge_unknown: bool, act: Act) -> Seen:
        """Send failed targets again."""

        def again(seen: Seen, now: datetime) -> Seen:
            return replace(seen, post=posts.retry(seen.post, chosen, now, acknowledge_unknown=acknowledge_unknown))

        return self.perform(post_id, owner, act, again)

    def fix(self, post_id: str, target_id: str, owner: Owner, asked: Mend, act: Act) -> Seen:
        """Start a failed target anew, with something else if given.

        Raises ValidationError for what its platform refuses, UnprocessableError for a link that leads inside.
        """

        def mend(seen: Seen, now: datetime) -> Seen:
            posts.after(seen.post, Action.FIX)
            failed = posts.failed_one(seen.post, target_id)
            instead, media, linked = self._instead(seen, failed, asked)
            fixed, reworded = posts.fix(seen.post, seen.words, target_id, instead, now)
            made = replace(seen, post=fixed, words=reworded, media=media, linked=linked)
            account = self.accounts.get_many(owner, [failed.account_id]).get(failed.account_id)
            from herald.actions.validation import mended  # noqa: PLC0415 - only a check pays for the networks' rules

            raise_problems(mended(reworded, fixed.targets[target_id], account, made.files))
            return made

        return self.perform(post_id, owner, act, mend)

    def _instead(self, seen: Seen, failed: Target, asked: Mend) -> tuple[Override, Gallery, Media | None]:
        """What the target gets, and the post's media with it. What one picture shows, the one in its place shows, unless said."""
        if asked.link is None:
            return Override(content=asked.content), seen.media, None
        shown = self.library.link(asked.link, seen.post.owner)
        own = seen.words.for_target(failed)[len(failed.parts)].media
        alt = asked.alt or (own[0].alt if len(own) == 1 else None)
        instead = Override(content=asked.content, media=(Use(media_id=shown.media.id, alt=alt),))
        return instead, {**seen.media, shown.media.id: shown}, shown.media

    def unpublish(self, post_id: str, owner: Owner, delete: bool, act: Act) -> Seen:
        """Mark a post as taken back; at the networks it stays, unless `delete` asks for more."""
        taken = partial(posts.unpublish, delete=delete)
        return self.perform(post_id, owner, act, lambda seen, now: replace(seen, post=taken(seen.post, now)))

    def perform(
        self,
        post_id: str,
        owner: Owner,
        act: Act,
        change: Callable[[Seen, datetime], Seen],
        *,
        events: Callable[[Post, Words, datetime], Iterable[Event]] = lambda *_: (),
    ) -> Seen:
        """One act on a post: decided on what is there, recorded if nothing else has happened meanwhile.

        An act that was answered before gets that answer, also when the post would refuse it by now. Raises what `change` raises,
        AlreadyAnswered, OvertakenError.
        """
        now = self.now()
        try:
            was = self.read(post_id, owner)
            made = change(was, now)
        except REFUSALS:
            if act.once:
                self.store.replay(owner, act.once, now)
            raise
        answer = act.once.answer(act.status, act.reply(made), now) if act.once else None
        reworded, told = made.words if made.words != was.words else None, events(made.post, made.words, now)
        named = made.newly(was.words)
        self.store.change(
            made.post, was=was.post, words=reworded, named=named, linked=made.linked, events=told, once=act.once, answer=answer
        )
        if made.linked:
            self.library.learn(made.linked)
        self._send(made.post)
        return made

    def _send(self, post: Post) -> None:
        releasing.send(self.queue, post, *post.tasks.values(), now=self.now(), scale=self.time_scale)

    def ready(self, seen: Seen) -> None:
        """Raises UnprocessableError or ValidationError when the post could not go out as it is."""
        account_ids = [target.account_id for target in seen.post.targets.values()]
        accounts = self.accounts.get_many(seen.post.owner, account_ids)
        check_accounts(account_ids, accounts)
        check_words(seen, list(accounts.values()))

    def _known(self, post: Post, words: Words, before: Words | None = None) -> Seen:
        """With its media. Raises ValidationError for those that are not there, unless they were named before."""
        if len(words.named) > MAX_FILES:
            raise ValidationError(
                [Problem(field="mediaIds", code="TOO_LONG", message=f"mediaIds: at most {MAX_FILES} in a post")]
            )
        seen = self._seen(post, words)
        if missing := set(words.named) - seen.media.keys() - set(before.named if before else ()):
            from herald.actions.validation import unknown_media  # noqa: PLC0415

            raise_problems(list(unknown_media(words, missing)))
        return seen

    def _replan(self, seen: Seen, edit: Edit, now: datetime) -> Seen:
        """A post that waits, after an edit of where and when it goes. A draft stays one until an edit names a time.

        One that waits for approval goes on waiting, from its first step on.
        """
        post = seen.post
        if edit.account_ids or edit.platforms:
            chosen = self._accounts(edit.account_ids, edit.platforms, post.owner)
            post = replace(post, targets=targets_for(chosen, now))
        if edit.scheduled_for:
            not_past(edit.scheduled_for, now)
        at = None if edit.unscheduled else edit.scheduled_for or post.scheduled_for
        seen = replace(seen, post=replace(post, scheduled_for=at))
        if post.status is PostStatus.PENDING_APPROVAL:
            self.ready(seen)
            return seen
        if at is None or edit.as_draft or (post.status is PostStatus.DRAFT and not edit.scheduled_for):
            return replace(seen, post=replace(posts.calm(seen.post), status=PostStatus.DRAFT))
        self.ready(seen)
        return replace(seen, post=posts.start(seen.post, at, status=PostStatus.SCHEDULED, now=now))

    def _compose(self, new: NewPost, owner: Owner, now: datetime) -> Seen:
        accounts = self._accounts(new.account_ids, new.platforms, owner)
        status, at = timing(new, now)
        draft = Post(
            id=ids.new("post", now),
            owner=owner,
            status=PostStatus.DRAFT,
            targets=targets_for(accounts, now),
            scheduled_for=new.scheduled_for,
            created_at=now,
            updated_at=now,
        )
        seen = self._known(draft, new.words)
        if status is PostStatus.DRAFT:
            return replace(seen, verdicts=judged(seen, accounts))
        check_accounts([account.id for account in accounts], {account.id: account for account in accounts})
        check_words(seen, accounts)
        return seen if at is None else replace(seen, post=posts.start(draft, at, status=status, now=now))

    def _accounts(self, account_ids: Sequence[str], platforms: Sequence[Platform], owner: Owner) -> list[Account]:
        if account_ids:
            found = self.accounts.get_many(owner, account_ids)
            from herald.actions.validation import unknown_account  # noqa: PLC0415

            raise_problems([unknown_account(index, each) for index, each in enumerate(account_ids) if each not in found])
            return [found[account_id] for account_id in account_ids]
        wanted = [each for each in self.accounts.all(owner) if each.platform in platforms and each.status is AccountStatus.ACTIVE]
        if not wanted:
            raise UnprocessableError(
                "No active account of these platforms is connected.", platforms=[each.upper() for each in platforms]
            )
        if len(wanted) > MAX_TARGETS:
            raise UnprocessableError(
                f"These platforms have {len(wanted)} active accounts, a post at most {MAX_TARGETS}: name them in accountIds.",
                limit=MAX_TARGETS,
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
    not_past(new.scheduled_for, now)
    return PostStatus.SCHEDULED, new.scheduled_for


def not_past(at: datetime, now: datetime) -> None:
    """Raises UnprocessableError."""
    if at < now - CLOCK_SKEW:
        raise UnprocessableError("scheduledFor is in the past.", field="scheduledFor")


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


def check_words(seen: Seen, accounts: Sequence[Account]) -> None:
    """Raises UnprocessableError for media that are not READY, ValidationError with everything that any of these accounts'
    platforms has against the words.
    """
    waiting = {media_id: each.status for media_id, each in seen.files.items() if each.status is not MediaStatus.READY}
    if waiting:
        raise UnprocessableError(
            "A file is not READY: wait for it, or upload another one if it FAILED.", field="mediaIds", media=waiting
        )
    raise_problems([problem for verdict in judged(seen, accounts).values() for problem in verdict.errors])


def judged(seen: Seen, accounts: Sequence[Account]) -> Verdicts:
    """What each of these accounts' platforms says of the words."""
    from herald.actions.validation import verdict  # noqa: PLC0415 - the rules cost a start that most calls do not need

    platforms = dict.fromkeys(each.platform for each in accounts)
    return {platform: verdict(seen.words, platform, accounts, seen.files) for platform in platforms}


def raise_problems(problems: Sequence[Problem]) -> None:
    """Raises ValidationError when there are any."""
    if problems:
        raise ValidationError(problems)

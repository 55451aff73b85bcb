"""Posts: their words, their state, and what a user may do with them. How a target gets to its network is in `publishing`."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from herald.domain import backoff, times
from herald.domain.accounts import COMMENTED, DELETING, THREADED, Owner, Platform
from herald.domain.errors import ConflictError, NotFoundError, PublishError
from herald.domain.events import Event, EventType, Named, event
from herald.domain.media import Media, MediaKind
from herald.domain.outcomes import Published
from herald.domain.values import frozen

if TYPE_CHECKING:
    from herald.domain.approvals import Approval

UNDECIDED = "OUTCOME_UNKNOWN"
MAX_CONTENT = 10_000
MAX_TARGETS = 20
MAX_THREAD = 25
MAX_FILES = 40  # in all of a post: each is written to with it, and one transaction takes 100 items
MAX_ALT = 1_500
MAX_COMMENT = 2_200
MAX_COMMENT_DELAY = 3_600  # seconds


class PostStatus(StrEnum):
    """APPROVED is a word that VoxBurst's clients know. No post rests there: the last approve moves it straight on."""

    DRAFT = "draft"
    PENDING_APPROVAL = "pending_approval"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNPUBLISHED = "unpublished"
    ARCHIVED = "archived"


SHOWN = frozenset(PostStatus) - {PostStatus.ARCHIVED}  # in lists, unless asked otherwise


class PostType(StrEnum):
    """In uppercase on the wire. Source: the contract, section 3."""

    TEXT = "TEXT"
    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    CAROUSEL = "CAROUSEL"
    THREAD = "THREAD"
    STORY = "STORY"
    REEL = "REEL"


class Action(StrEnum):
    """What a user does to a post."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    DELETE = "delete"
    PUBLISH = "publish"
    CANCEL = "cancel"
    RETRY = "retry"
    FIX = "fix"
    UNPUBLISH = "unpublish"
    ARCHIVE = "archive"


# What each action makes of a post in each status; what is not here is a conflict. An edit of a draft may also give it a time,
# and the last approve moves a post on, to scheduled or publishing.
# Source: the contract, sections 2 and 3.
TRANSITIONS: Mapping[Action, Mapping[PostStatus, PostStatus]] = {
    Action.EDIT: {
        PostStatus.DRAFT: PostStatus.DRAFT,
        PostStatus.PENDING_APPROVAL: PostStatus.PENDING_APPROVAL,
        PostStatus.SCHEDULED: PostStatus.SCHEDULED,
        PostStatus.PARTIAL: PostStatus.PARTIAL,
        PostStatus.FAILED: PostStatus.FAILED,
    },
    Action.SUBMIT: {PostStatus.DRAFT: PostStatus.PENDING_APPROVAL},
    Action.APPROVE: {PostStatus.PENDING_APPROVAL: PostStatus.PENDING_APPROVAL},
    Action.REJECT: {PostStatus.PENDING_APPROVAL: PostStatus.DRAFT},
    Action.DELETE: {
        PostStatus.DRAFT: PostStatus.DRAFT,
        PostStatus.SCHEDULED: PostStatus.SCHEDULED,
        PostStatus.FAILED: PostStatus.FAILED,
        PostStatus.CANCELLED: PostStatus.CANCELLED,
    },
    Action.PUBLISH: {PostStatus.DRAFT: PostStatus.PUBLISHING, PostStatus.SCHEDULED: PostStatus.PUBLISHING},
    Action.CANCEL: {
        PostStatus.DRAFT: PostStatus.CANCELLED,
        PostStatus.PENDING_APPROVAL: PostStatus.CANCELLED,
        PostStatus.APPROVED: PostStatus.CANCELLED,
        PostStatus.SCHEDULED: PostStatus.CANCELLED,
    },
    Action.RETRY: {PostStatus.PARTIAL: PostStatus.PUBLISHING, PostStatus.FAILED: PostStatus.PUBLISHING},
    Action.FIX: {PostStatus.PARTIAL: PostStatus.PUBLISHING, PostStatus.FAILED: PostStatus.PUBLISHING},
    Action.UNPUBLISH: {
        PostStatus.PUBLISHED: PostStatus.UNPUBLISHED,
        PostStatus.PARTIAL: PostStatus.UNPUBLISHED,
        PostStatus.FAILED: PostStatus.UNPUBLISHED,  # only while something of it is live
    },
    Action.ARCHIVE: {
        PostStatus.PUBLISHED: PostStatus.ARCHIVED,
        PostStatus.PARTIAL: PostStatus.ARCHIVED,
        PostStatus.FAILED: PostStatus.ARCHIVED,
        PostStatus.CANCELLED: PostStatus.ARCHIVED,
        PostStatus.UNPUBLISHED: PostStatus.ARCHIVED,
    },
}


class TargetStatus(StrEnum):
    PENDING = "pending"
    PUBLISHING = "publishing"
    PROCESSING = "processing"
    RETRYING = "retrying"
    UNKNOWN = "unknown"
    PUBLISHED = "published"
    FAILED = "failed"
    UNPUBLISHED = "unpublished"
    SKIPPED = "skipped"


FINAL = frozenset({TargetStatus.PUBLISHED, TargetStatus.FAILED, TargetStatus.UNPUBLISHED, TargetStatus.SKIPPED})


NEEDY = frozenset({PostStatus.PENDING_APPROVAL, PostStatus.SCHEDULED, PostStatus.PUBLISHING})
"""A post in one of these goes out by itself, and needs its files."""


class Kind(StrEnum):
    """What a target is to do: publish, or what follows a publication."""

    POST = "post"
    COMMENT = "comment"
    DELETION = "deletion"


class Stage(StrEnum):
    """How far a target's publishing got; saved before and after each step. From COMMITTING on it may be live."""

    PREPARED = "prepared"
    COMMITTING = "committing"
    ACCEPTED = "accepted"


@frozen
class Failure:
    """Why a target is not live, in the contract's words. `retry_at`: when a person's retry may succeed, if the network said."""

    code: str
    message: str
    category: str
    retryable: bool
    remediation: str
    retry_at: datetime | None = None

    @classmethod
    def of(cls, error: PublishError) -> "Failure":
        return cls(
            code=error.target_code,
            message=error.message,
            category=error.category,
            retryable=error.retryable,
            remediation=error.remediation,
        )


@frozen
class Checkpoint:
    """Where to resume. `handle` holds what the network knows this publication by, chosen or received before commit."""

    stage: Stage
    handle: Mapping[str, str]


@frozen
class Target:
    """One account that a post goes out to. `edition` counts the words that it was ever to publish.

    `parts` are those of its thread that are live, in order; a post that is no thread has one. `attempts`, `checkpoint` and
    all that follows are of the next part; `doubtful` says that one of its attempts may be live. A comment or a deletion is a
    target of its own that follows the one it names in `of`.
    """

    id: str
    kind: Kind = Kind.POST
    of: str | None = None
    edition: int = 0
    account_id: str
    platform: Platform
    account_name: str
    status: TargetStatus = TargetStatus.PENDING
    attempts: int = 0
    fence: int = 0
    due: datetime | None = None
    checkpoint: Checkpoint | None = None
    failure: Failure | None = None
    unknown_since: datetime | None = None
    looks: int = 0
    preparing_since: datetime | None = None
    doubtful: bool = False
    parts: tuple[Published, ...] = ()
    published_at: datetime | None = None

    @property
    def final(self) -> bool:
        return self.status in FINAL

    @property
    def platform_post_id(self) -> str | None:
        """The network's id of what opens it."""
        return self.parts[0].platform_post_id if self.parts else None

    @property
    def url(self) -> str | None:
        return self.parts[0].url if self.parts else None

    @property
    def key(self) -> str:
        """What the network, where it can, knows the next part by: the same on every attempt with the same words."""
        return f"{self.id}:{self.edition}" + (f":{len(self.parts)}" if self.parts else "")


@frozen
class Use:
    """A file where a post shows it; `alt` says what it shows to those who cannot see it."""

    media_id: str
    alt: str | None = None


@frozen
class Part:
    """What goes out at once: a text, and the files with it. A post is one; a thread has several."""

    text: str
    media: tuple[Use, ...] = ()


@frozen
class Override:
    """What goes out instead; None leaves a thing as it is. `options` are a platform's own."""

    content: str | None = None
    media: tuple[Use, ...] | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    def over(self, part: Part) -> Part:
        text = part.text if self.content is None else self.content
        return Part(text=text, media=part.media if self.media is None else self.media)

    def after(self, earlier: "Override") -> "Override":
        """Both, the later one first."""
        content = earlier.content if self.content is None else self.content
        return replace(earlier, content=content, media=earlier.media if self.media is None else self.media)


PLAIN = Override()


@frozen
class Words:
    """What a user wrote, and may edit. `content_type` is what they called it, if they did.

    `overrides` are per platform, by its name in uppercase. `thread` holds what follows the content, each answering the one
    before it; `first_comment_delay` is in seconds. `fixes` are what a target gets instead, by `part_id`.
    """

    content: str
    media: tuple[Use, ...] = ()
    content_type: PostType | None = None
    overrides: Mapping[str, Override] = field(default_factory=dict)
    thread: tuple[Part, ...] = ()
    first_comment: str | None = None
    first_comment_delay: int = 0
    fixes: Mapping[str, Override] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)

    @property
    def named(self) -> tuple[str, ...]:
        """Every media id in them, once."""
        instead = [each.media or () for each in (*self.overrides.values(), *self.fixes.values())]
        uses = [*self.media, *(use for part in self.thread for use in part.media), *(use for media in instead for use in media)]
        return tuple(dict.fromkeys(use.media_id for use in uses))

    def override(self, platform: Platform) -> Override:
        return self.overrides.get(platform.upper(), PLAIN)

    def opening(self, platform: Platform) -> Part:
        """What this platform gets first."""
        return self.override(platform).over(Part(text=self.content, media=self.media))

    def for_target(self, target: Target) -> list[Part]:
        """The parts this target gets, in order: one, or a thread's where its network has threads. A deletion gets none."""
        if target.kind is not Kind.POST:
            return [Part(text=self.first_comment or "")] if target.kind is Kind.COMMENT else []
        parts = [self.opening(target.platform), *(self.thread if target.platform in THREADED else ())]
        return [self.fixes.get(part_id(target, number), PLAIN).over(part) for number, part in enumerate(parts)]

    def type_with(self, media: Mapping[str, Media]) -> PostType:
        """What they called it, else what its files make of it; a document makes nothing of it."""
        if self.thread:
            return PostType.THREAD
        if self.content_type or not self.media:
            return self.content_type or PostType.TEXT
        if len(self.media) > 1:
            return PostType.CAROUSEL
        only = media.get(self.media[0].media_id)
        return BY_KIND.get(only.kind, PostType.TEXT) if only else PostType.TEXT


BY_KIND = {MediaKind.IMAGE: PostType.IMAGE, MediaKind.VIDEO: PostType.VIDEO}


@frozen
class Post:
    """A post's state. `revision` counts a user's acts; a claim holds for one revision only. `approval` is its latest.

    `worded` is the revision that its words are of.
    """

    id: str
    owner: Owner
    status: PostStatus
    targets: Mapping[str, Target]
    follow_ups: Mapping[str, Target] = field(default_factory=dict)
    created_at: datetime
    updated_at: datetime
    revision: int = 0
    worded: int = 0
    scheduled_for: datetime | None = None
    published_at: datetime | None = None
    approval: "Approval | None" = None

    @property
    def open(self) -> int:
        """How many targets are not final."""
        return sum(not target.final for target in self.targets.values())

    @property
    def reaches(self) -> frozenset[str]:
        """The platforms and the accounts that it goes to."""
        return frozenset(name for target in self.targets.values() for name in (target.platform, target.account_id))

    @property
    def following(self) -> int:
        """How many follow-ups are not final."""
        return sum(not each.final for each in self.follow_ups.values())

    @property
    def tasks(self) -> Mapping[str, Target]:
        """Everything that may owe work."""
        return {**self.targets, **self.follow_ups}

    @property
    def due(self) -> datetime | None:
        """When the earliest of its tasks owes work."""
        return min((task.due for task in self.tasks.values() if task.due), default=None)


@frozen
class Job:
    """What a publish message says: ids, never truth."""

    owner: Owner
    post_id: str
    target_id: str
    account_id: str


def threaded(opening: Part, further: Sequence[Part]) -> tuple[Part, tuple[Part, ...]]:
    """What opens a thread, and what follows. Parts that begin with the content, or come without one, are the whole thread."""
    said = opening.text.strip()
    if further and (said == further[0].text.strip() or not (said or opening.media)):
        return replace(further[0], media=further[0].media or opening.media), tuple(further[1:])
    return opening, tuple(further)


def part_id(target: Target, number: int) -> str:
    """A part of a target's thread: the target itself for what opens it."""
    return f"{target.id}:{number}" if number else target.id


def roll_up(statuses: Iterable[TargetStatus]) -> PostStatus:
    """A post's status from its targets': all published, some, or none, once every one is final."""
    seen = set(statuses)
    if not seen <= FINAL:
        return PostStatus.PUBLISHING
    if seen == {TargetStatus.PUBLISHED}:
        return PostStatus.PUBLISHED
    return PostStatus.PARTIAL if TargetStatus.PUBLISHED in seen else PostStatus.FAILED


def after(post: Post, action: Action) -> PostStatus:
    """The status that an action leads to. Raises ConflictError, naming the current one, when the post does not allow it."""
    following = TRANSITIONS[action].get(post.status)
    if following is None:
        raise ConflictError(f"A post that is {post.status} allows no {action}.", status=post.status)
    return following


def changed(post: Post, status: PostStatus, now: datetime) -> Post:
    """The post after a user's act: claims and acts that saw it before no longer hold."""
    follow_ups = {key: each if each.final else replace(each, fence=each.fence + 1) for key, each in post.follow_ups.items()}
    return replace(post, status=status, revision=post.revision + 1, updated_at=now, follow_ups=follow_ups)


def cancel(post: Post, now: datetime) -> Post:
    """Nothing of it is owed any more, and nobody is asked to approve it. Raises ConflictError."""
    approval = None if post.status is PostStatus.PENDING_APPROVAL else post.approval
    return replace(calm(changed(post, after(post, Action.CANCEL), now)), approval=approval)


def calm(post: Post) -> Post:
    """The post with nothing due."""
    return replace(post, targets={key: replace(target, due=None) for key, target in post.targets.items()})


def unpublish(post: Post, now: datetime, *, delete: bool = False) -> Post:
    """Taken back here, with the comments that were not sent; at the networks only if asked, then or later, where they can.

    A post that failed can be taken back while something of it is live. Raises ConflictError.
    """
    again = delete and post.status is PostStatus.UNPUBLISHED
    status = post.status if again else after(post, Action.UNPUBLISH)
    if status is not post.status and not any(map(leaves, post.targets.values())):
        raise ConflictError("Nothing of the post is live.", status=post.status)
    taken = changed(post, status, now)
    gone = {key: replace(each, status=TargetStatus.UNPUBLISHED) for key, each in post.targets.items() if leaves(each)}
    spared = {key: skipped(each) for key, each in taken.follow_ups.items() if each.status in UNSENT}
    deletions = {each.id: each for each in deletions_of(post, now)} if delete else {}
    follow_ups = {**taken.follow_ups, **spared, **deletions}
    return replace(taken, targets={**post.targets, **gone}, follow_ups=follow_ups)


def leaves(target: Target) -> bool:
    """Whether something of the target is known to be live: all of it, or the first parts of a thread that failed."""
    return is_live(target) or (target.status is TargetStatus.FAILED and bool(target.parts))


def deletable(post: Post) -> None:
    """Raises ConflictError when the post may not be deleted: nothing that is live may be lost sight of."""
    after(post, Action.DELETE)
    if any(map(leaves, post.targets.values())):
        raise ConflictError(
            "Parts of the post are live. Unpublish it with deleteFromPlatforms to take them away.", status=post.status
        )


UNSENT = frozenset({TargetStatus.PENDING, TargetStatus.RETRYING})


def skipped(follow_up: Target) -> Target:
    return replace(follow_up, status=TargetStatus.SKIPPED, due=None)


def comment_on(target: Target, delay: int, now: datetime) -> Target:
    """The first comment of a target that is live: due after `delay` seconds, or skipped where there are none."""
    comment = follow_up(target, Kind.COMMENT, "pc", now + timedelta(seconds=delay))
    return comment if target.platform in COMMENTED else skipped(comment)


def deletions_of(post: Post, now: datetime) -> Iterator[Target]:
    """The deletion of whatever is live, due at once, or skipped where a network has none. One that failed is tried anew."""
    for target in post.targets.values():
        before = follows(post, target, Kind.DELETION)
        if target.parts and (before is None or before.status is TargetStatus.FAILED):
            fence = before.fence + 1 if before else 0
            deletion = replace(follow_up(target, Kind.DELETION, "pd", now), fence=fence)
            yield deletion if target.platform in DELETING else skipped(deletion)


def follow_up(target: Target, kind: Kind, prefix: str, due: datetime) -> Target:
    return Target(
        id=prefix + target.id.removeprefix("pp"),
        kind=kind,
        of=target.id,
        account_id=target.account_id,
        platform=target.platform,
        account_name=target.account_name,
        due=due,
    )


def followed(task_id: str) -> str:
    """The target that a task belongs to: itself, or the one it follows."""
    return f"pp{task_id[2:]}"


def follows(post: Post, target: Target, kind: Kind) -> Target | None:
    """The target's follow-up of that kind."""
    return next((each for each in post.follow_ups.values() if each.of == target.id and each.kind is kind), None)


def live_ids(post: Post, target_id: str) -> list[str]:
    """The network's ids of all that a target is known to have left there, the latest first."""
    comment = follows(post, post.targets[target_id], Kind.COMMENT)
    parts = [*post.targets[target_id].parts, *(comment.parts if comment else ())]
    return [part.platform_post_id for part in reversed(parts)]


def is_live(target: Target) -> bool:
    return target.status is TargetStatus.PUBLISHED


def retry(post: Post, chosen: Collection[str] | None, now: datetime, *, acknowledge_unknown: bool) -> Post:
    """Failed targets go out again at once: the chosen ones, or every one that can. What is published never moves.

    Raises ConflictError with the reason per target when a chosen one cannot, or none can.
    """
    status = after(post, Action.RETRY)
    wanted = [
        target
        for target in post.targets.values()
        if (target.status is TargetStatus.FAILED if chosen is None else target.id in chosen)
    ]
    reasons = {target.id: why_not(target, acknowledge_unknown=acknowledge_unknown) for target in wanted}
    refused = [target for target in wanted if reasons[target.id]]
    if not wanted or len(refused) == len(wanted) or (refused and chosen is not None):
        said = [{"id": each.id, "platform": each.platform, "reason": reasons[each.id]} for each in refused]
        raise ConflictError(
            "No target can be retried." if not said else "A target cannot be retried.", status=post.status, targets=said
        )
    again = {target.id: resubmitted(target, now) for target in wanted if not reasons[target.id]}
    return replace(changed(post, status, now), targets={**post.targets, **again})


def why_not(target: Target, *, acknowledge_unknown: bool) -> str | None:
    """Why a target cannot be retried, in words for a person; None when it can."""
    if target.status is not TargetStatus.FAILED:
        return f"It is {target.status}: only failed targets are retried."
    if target.attempts >= backoff.MAX_PUBLISH_ATTEMPTS:
        return f"Its {backoff.MAX_PUBLISH_ATTEMPTS} attempts are used up: use fix to reset it."
    if target.failure and target.failure.code == UNDECIDED and not acknowledge_unknown:
        return "It may be live: look at the account, then retry with acknowledgeUnknown, or use fix."
    return None


def resubmitted(target: Target, now: datetime) -> Target:
    anew = replace(target, status=TargetStatus.PENDING, due=now, failure=None)
    return replace(anew, unknown_since=None, looks=0, preparing_since=None)


def fix(post: Post, words: Words, target_id: str, instead: Override, now: datetime) -> tuple[Post, Words]:
    """A failed target starts anew, its attempts at 0, with something else if given: in place of the part that failed.

    Raises ConflictError or NotFoundError.
    """
    status = after(post, Action.FIX)
    target = failed_one(post, target_id)
    anew = replace(resubmitted(target, now), attempts=0)
    if instead != PLAIN:
        anew, part = reworded(anew), part_id(target, len(target.parts))
        words = replace(words, fixes={**words.fixes, part: instead.after(words.fixes.get(part, PLAIN))})
    return replace(changed(post, status, now), targets={**post.targets, target_id: anew}), words


def failed_one(post: Post, target_id: str) -> Target:
    """Raises NotFoundError, or ConflictError when it has not failed."""
    target = post.targets.get(target_id)
    if target is None:
        raise NotFoundError("The post has no such target.")
    if target.status is not TargetStatus.FAILED:
        raise ConflictError(f"The target is {target.status}: only a failed one is fixed.", status=target.status)
    return target


def reworded(target: Target) -> Target:
    """The target with other words: nothing that was prepared for the old ones counts."""
    return replace(target, edition=target.edition + 1, checkpoint=None, doubtful=False)


def edit_words(post: Post, now: datetime) -> Post:
    """The post after an edit of its words: every target that is not live publishes another edition. Raises ConflictError."""
    targets = {key: each if is_live(each) else reworded(each) for key, each in post.targets.items()}
    approval = post.approval and post.approval.edited()
    return replace(changed(post, after(post, Action.EDIT), now), targets=targets, approval=approval)


def start(post: Post, at: datetime, *, status: PostStatus, now: datetime) -> Post:
    """The post with every open target due at `at`."""
    targets = {key: target if target.final else replace(target, due=at) for key, target in post.targets.items()}
    return replace(post, status=status, targets=targets, updated_at=now)


def owed(post: Post, until: datetime) -> Iterator[Target]:
    """The tasks whose next work falls before `until`."""
    return (task for task in post.tasks.values() if task.due and task.due <= until)


def with_follow_up(post: Post, task: Target) -> Post:
    return replace(post, follow_ups={**post.follow_ups, task.id: task})


def with_target(post: Post, target: Target, now: datetime) -> Post:
    """The post with that target in it, rolled up."""
    targets = {**post.targets, target.id: target}
    status = roll_up(each.status for each in targets.values())
    done = status is not PostStatus.PUBLISHING
    return replace(post, targets=targets, status=status, updated_at=now, published_at=now if done else post.published_at)


def created(post: Post, words: Words, now: datetime) -> list[Event]:
    """post.created, and post.scheduled when it has a time. Publishing at once creates it SCHEDULED for now."""
    data = planned(post, words)
    scheduled = [event(EventType.POST_SCHEDULED, post.owner, now, data)] if post.status is PostStatus.SCHEDULED else []
    return [event(EventType.POST_CREATED, post.owner, now, data), *scheduled]


def scheduled(post: Post, words: Words, now: datetime) -> list[Event]:
    """A draft that got its time."""
    return [event(EventType.POST_SCHEDULED, post.owner, now, planned(post, words))]


def planned(post: Post, words: Words) -> dict[str, object]:
    """A post before it goes out. Publishing at once, it is told as SCHEDULED: the catalog knows no other."""
    return {
        "id": post.id,
        "workspaceId": post.owner.workspace_id,
        "content": words.content,
        "status": (PostStatus.DRAFT if post.status is PostStatus.DRAFT else PostStatus.SCHEDULED).upper(),
        "scheduledFor": times.optional(post.scheduled_for),
    }


ENDED: Mapping[TargetStatus, EventType] = {
    TargetStatus.PUBLISHED: EventType.POST_TARGET_PUBLISHED,
    TargetStatus.FAILED: EventType.POST_TARGET_FAILED,
}


def ended(owner: Owner, target: Target, now: datetime) -> list[Event]:
    """post.target.published or post.target.failed of one that has just become final; `completed` says the rest of it."""
    kind = ENDED.get(target.status)
    return [event(kind, owner, now, {"target": target.id})] if kind else []


def finished(post: Post, words: Words, now: datetime) -> list[Event]:
    """post.published (PUBLISHED or PARTIAL) or post.failed; none while a target is open. `completed` adds the targets."""
    if post.status is PostStatus.PUBLISHING:
        return []
    failed = post.status is PostStatus.FAILED
    data = {
        "id": post.id,
        "workspaceId": post.owner.workspace_id,
        "content": words.content,
        "status": post.status.upper(),
        "publishedAt": times.wire(now),
    }
    return [event(EventType.POST_FAILED if failed else EventType.POST_PUBLISHED, post.owner, now, data)]


def completed(told: Event, post: Post) -> Event:
    """An event of ENDINGS with all it says, from the state that its write left: no write says a target's result twice."""
    if told.type in ENDED.values():
        target = post.targets[str(told.data["target"])]
        return replace(told, data=of_target(post, target))
    targets = post.targets.values()
    named = tuple(Named(each.account_id, each.account_name) for each in targets)
    return replace(told, data={**told.data, "platforms": [result(each) for each in targets]}, accounts=named)


def of_target(post: Post, target: Target) -> dict[str, object]:
    """The payload of one target's end: its entry in its post's, and whose it is."""
    names = {"postId": post.id, "postPlatformId": target.id, "workspaceId": post.owner.workspace_id}
    return {**names, "accountId": target.account_id, "username": target.account_name, **result(target)}


def result(target: Target) -> dict[str, object]:
    """One target in a payload; what does not apply is absent."""
    entry: dict[str, object] = {"platform": target.platform.upper(), "status": target.status.upper()}
    if target.status is TargetStatus.PUBLISHED and target.published_at:
        entry |= {"platformPostId": target.platform_post_id}
        entry |= {"platformPostUrl": target.url} if target.url else {}
        entry |= {"publishedAt": times.wire(target.published_at)}
    elif target.failure:
        entry |= {"error": {"code": target.failure.code, "message": target.failure.message}}
        entry |= {"liveParts": [live_part(each) for each in target.parts]} if target.parts else {}
    return entry


def live_part(part: Published) -> dict[str, str]:
    """A part of a failed thread that went out before the one that failed."""
    return {"platformPostId": part.platform_post_id} | ({"platformPostUrl": part.url} if part.url else {})

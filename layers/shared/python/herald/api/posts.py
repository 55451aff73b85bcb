"""Posts on the wire: bodies in, views out. Source: the contract, section 3."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from herald.actions.media import NewLink
from herald.actions.posts import Act, Edit, Filters, Gallery, ListedPosts, Mend, NewPost, Seen
from herald.api import errors
from herald.api.paging import Paged
from herald.api.reply import Reply, ok, to_json
from herald.api.schema import (
    AccountId,
    Body,
    MediaId,
    Moment,
    PlatformName,
    TargetId,
    Time,
    ZoneName,
    distinct,
    media_id,
    one_of,
    one_or_all,
    validated,
)
from herald.domain import backoff, posts, times
from herald.domain.accounts import Platform
from herald.domain.errors import HeraldError, UnprocessableError, ValidationError
from herald.domain.idempotency import AlreadyAnswered, Once
from herald.domain.media import MAX_URL, ContentType, declared_by
from herald.domain.posts import SHOWN, Failure, Kind, Part, Post, PostStatus, PostType, Target, TargetStatus, Use, Words

MAX_BULK = 50
MAX_OPTION = 1_000
MAX_TAGS, MAX_TAG, MAX_METADATA = 50, 100, 4_096


AltText = Annotated[str, Field(max_length=posts.MAX_ALT)]


class MediaUse(Body):
    """A file, with what it shows for those who cannot see it."""

    id: Annotated[MediaId, Field(validation_alias=AliasChoices("id", "mediaId"))]
    alt_text: AltText | None = None

    def use(self) -> Use:
        return Use(media_id=self.id, alt=(self.alt_text or "").strip() or None)


def entry(value: object) -> object:
    """An id alone is a file of which nothing is said. Raises ValueError."""
    if isinstance(value, Mapping):
        return value
    return {"id": media_id(value)}


MediaEntry = Annotated[MediaUse, BeforeValidator(entry, json_schema_input_type=MediaId | MediaUse)]
MediaEntries = Annotated[list[MediaEntry], Field(max_length=posts.MAX_FILES)]
MEDIA, MEDIA_IDS = AliasChoices("media", "mediaIds"), AliasChoices("mediaIds", "media")


class Override(Body):
    """What one platform gets instead, and those of its options that have rules."""

    content: Annotated[str | None, Field(max_length=posts.MAX_CONTENT)] = None
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA)] = None
    title: Annotated[str | None, Field(max_length=MAX_OPTION)] = None
    board_id: Annotated[str | None, Field(max_length=MAX_OPTION)] = None

    def kept(self) -> posts.Override:
        """As words keep it."""
        options = {"title": self.title, "boardId": self.board_id}
        return posts.Override(
            content=self.content,
            media=None if self.media is None else uses(self.media),
            options={name: value for name, value in options.items() if value is not None},
        )


def uses(entries: Sequence[MediaUse] | None) -> tuple[Use, ...]:
    return tuple(each.use() for each in entries or ())


def within_limit(value: dict[str, Any]) -> dict[str, Any]:
    """Raises UnprocessableError, as the contract has it, not a problem of the field."""
    if len(to_json(value).encode()) > MAX_METADATA:
        raise UnprocessableError(f"metadata is larger than {MAX_METADATA} bytes.", field="metadata", maxLength=MAX_METADATA)
    return value


Content = Annotated[str, Field(max_length=posts.MAX_CONTENT)]
AccountIds = Annotated[list[AccountId], Field(max_length=posts.MAX_TARGETS), AfterValidator(distinct)]
Platforms = Annotated[list[PlatformName], Field(max_length=posts.MAX_TARGETS)]
Overrides = dict[PlatformName, Override]
Tags = Annotated[list[Annotated[str, Field(max_length=MAX_TAG)]], Field(max_length=MAX_TAGS)]
Metadata = Annotated[dict[str, Any], AfterValidator(within_limit)]
AT = (
    "A time with `Z` or an offset; or without, in the zone that `timezone` names. "
    "`YYYY-MM-DD HH:MM` without a `timezone` is UTC: VoxBurst's command line writes it so."
)
ScheduledFor = Annotated[Moment | None, Field(validation_alias=AliasChoices("scheduledFor", "scheduledAt"), description=AT)]
OVERRIDES = AliasChoices("platformOverrides", "overrides")
SOMEWHERE = ConfigDict(json_schema_extra={"anyOf": [{"required": ["accountIds"]}, {"required": ["platforms"]}]})


class ThreadPost(Body):
    """One that follows the content. Without media it has words."""

    content: Content
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA_IDS)] = None

    @model_validator(mode="after")
    def something(self) -> "ThreadPost":
        if not self.content and not self.media:
            raise ValueError("content or mediaIds must not be empty")
        return self


FirstComment = Annotated[str, Field(min_length=1, max_length=posts.MAX_COMMENT)]
CommentDelay = Annotated[int, Field(ge=0, le=posts.MAX_COMMENT_DELAY)]
ThreadPosts = Annotated[list[ThreadPost], Field(max_length=posts.MAX_THREAD)]


def parts(thread: Sequence[ThreadPost] | None) -> tuple[Part, ...]:
    return tuple(Part(text=each.content, media=uses(each.media)) for each in thread or ())


class PostBody(Body):
    """What creating and editing share. `timezone` is for a local `scheduledFor`, which is read after it."""

    timezone: ZoneName | None = None


class CreatePost(PostBody):
    model_config = SOMEWHERE

    content: Content
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA)] = None
    account_ids: AccountIds | None = None
    platforms: Platforms | None = None
    content_type: Annotated[PostType | None, one_of(*PostType)] = None
    thread_posts: ThreadPosts | None = None
    first_comment: FirstComment | None = None
    first_comment_delay: CommentDelay | None = None
    scheduled_for: ScheduledFor = None
    overrides: Annotated[Overrides | None, Field(validation_alias=OVERRIDES)] = None
    publish_now: bool | None = None
    save_as_draft: bool | None = None
    tags: Tags | None = None
    metadata: Metadata | None = None

    @model_validator(mode="after")
    def somewhere_to_go(self) -> "CreatePost":
        if not self.account_ids and not self.platforms:
            raise ValueError("accountIds or platforms must name at least one")
        if self.publish_now and self.scheduled_for:
            raise ValueError("publishNow and scheduledFor exclude each other")
        return self

    def new(self) -> NewPost:
        opening, thread = posts.threaded(Part(text=self.content, media=uses(self.media)), parts(self.thread_posts))
        return NewPost(
            words=Words(
                content=opening.text,
                media=opening.media,
                content_type=self.content_type,
                thread=thread,
                first_comment=self.first_comment,
                first_comment_delay=self.first_comment_delay or 0,
                overrides=overridden(self.overrides or {}),
                tags=tuple(self.tags or ()),
                metadata=self.metadata or {},
            ),
            account_ids=self.account_ids or (),
            platforms=self.platforms or (),
            scheduled_for=self.scheduled_for,
            publish_now=bool(self.publish_now),
            as_draft=bool(self.save_as_draft),
        )


class EditPost(PostBody):
    """Every field is optional; `scheduledFor: null` takes a post's time away, `saveAsDraft` keeps it in a draft.

    `status` may only be archived.
    """

    content: Content | None = None
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA)] = None
    content_type: Annotated[PostType | None, one_of(*PostType)] = None
    thread_posts: ThreadPosts | None = None
    first_comment: FirstComment | None = None
    first_comment_delay: CommentDelay | None = None
    account_ids: AccountIds | None = None
    platforms: Platforms | None = None
    scheduled_for: ScheduledFor = None
    overrides: Annotated[Overrides | None, Field(validation_alias=OVERRIDES)] = None
    tags: Tags | None = None
    metadata: Metadata | None = None
    save_as_draft: bool | None = None
    status: Annotated[str | None, one_of(PostStatus.ARCHIVED)] = None

    def edit(self) -> Edit:
        return Edit(
            content=self.content,
            media=None if self.media is None else uses(self.media),
            content_type=self.content_type,
            thread=None if self.thread_posts is None else parts(self.thread_posts),
            first_comment=self.first_comment,
            first_comment_delay=self.first_comment_delay,
            uncommented="first_comment" in self.model_fields_set and self.first_comment is None,
            overrides=None if self.overrides is None else overridden(self.overrides),
            tags=None if self.tags is None else tuple(self.tags),
            metadata=self.metadata,
            account_ids=self.account_ids or (),
            platforms=self.platforms or (),
            scheduled_for=self.scheduled_for,
            unscheduled="scheduled_for" in self.model_fields_set and self.scheduled_for is None,
            as_draft=bool(self.save_as_draft),
        )


class RetryPost(Body):
    destination_ids: list[TargetId] | None = None
    acknowledge_unknown: bool | None = None


class FixTarget(Body):
    """`mediaUrl` is a file in place of the target's own; its ending says its type unless `contentType` does."""

    content: Annotated[Content | None, Field(min_length=1)] = None
    media_url: Annotated[str | None, Field(min_length=1, max_length=MAX_URL)] = None
    content_type: Annotated[ContentType | None, one_of(*ContentType)] = None
    alt_text: AltText | None = None

    def mend(self) -> Mend:
        if self.media_url is None:
            return Mend(content=self.content)
        filename, ending = declared_by(self.media_url)
        link = NewLink(url=self.media_url, filename=filename, content_type=self.content_type or ending)
        return Mend(content=self.content, link=link, alt=self.alt_text)


class UnpublishPost(Body):
    delete_from_platforms: bool | None = None


class BulkPosts(Body):
    """Each post is judged alone, as `POST /v1/posts` would."""

    posts: Annotated[list[Any], Field(min_length=1, max_length=MAX_BULK)]
    dry_run: bool | None = None


@dataclass(frozen=True, slots=True)
class BulkItem:
    """What became of one post of many; `error` when it was refused."""

    index: int
    post: Mapping[str, object] = field(default_factory=dict)
    error: HeraldError | None = None

    def view(self, *, dry_run: bool) -> dict[str, object]:
        """VoxBurst's Go client reads `postId` and `errors`."""
        if self.error:
            said = errors.said(self.error)
            return {"index": self.index, "status": "failed", "error": said, "errors": issues(self.error)}
        if dry_run:
            return {"index": self.index, "status": "valid"}
        return {"index": self.index, "status": "created", "postId": self.post["id"], "post": self.post}


def issues(error: HeraldError) -> list[dict[str, object]]:
    """Each thing that is wrong with one post of many, in the words of VoxBurst's Go client."""
    if isinstance(error, ValidationError):
        return [{"field": each.field, "issue": each.code, "detail": each.message} for each in error.problems]
    return [{"field": error.details.get("field", ""), "issue": error.code, "detail": error.message}]


def bulk(asked: BulkPosts, once: Once | None, create: Callable[[NewPost, Act], Seen]) -> Reply:
    """201 when all were created (or would be), 207 when some were, 422 when none. Each has an idempotency key of its own."""
    items = [bulk_item(index, data, once and once.part(index, data), create) for index, data in enumerate(asked.posts)]
    failed = sum(item.error is not None for item in items)
    dry_run = bool(asked.dry_run)
    said = {
        "dryRun": dry_run,
        "dry_run": dry_run,  # VoxBurst's Go client reads this one
        "total": len(items),
        "created": 0 if dry_run else len(items) - failed,
        "failed": failed,
        "results": [item.view(dry_run=dry_run) for item in items],
    }
    return Reply(status=201 if not failed else 422 if failed == len(items) else 207, body=said)


def bulk_item(index: int, data: object, once: Once | None, create: Callable[[NewPost, Act], Seen]) -> BulkItem:
    try:
        return BulkItem(index, view(create(validated(CreatePost, data).new(), act(201, once))))
    except AlreadyAnswered as known:
        return BulkItem(index, json.loads(known.answer.body))
    except HeraldError as error:
        return BulkItem(index, error=error)


def overridden(named: Mapping[Platform, Override]) -> dict[str, posts.Override]:
    """The overrides as words keep them; one that says nothing is none."""
    kept = {name.upper(): each.kept() for name, each in named.items()}
    return {name: each for name, each in kept.items() if each != posts.PLAIN}


def statuses(value: PostStatus | None) -> frozenset[PostStatus]:
    """The one that was named; every one for `all`."""
    return frozenset(PostStatus) if value is None else frozenset({value})


BY_TIME = "Sorts by `scheduledFor`."
SORTED = (
    "`createdAt`, the default: the newest first. "
    "`scheduledFor`: only posts that have a time, drafts among them, the earliest first."
)


class Sort(StrEnum):
    CREATED = "createdAt"
    SCHEDULED = "scheduledFor"


class ListPosts(Paged):
    status: Annotated[frozenset[PostStatus], BeforeValidator(statuses), one_or_all(*PostStatus)] = SHOWN
    platform: PlatformName | None = None
    account_id: AccountId | None = None
    from_: Annotated[Time | None, Field(validation_alias="from", description="Created at this time or later.")] = None
    to: Annotated[Time | None, Field(description="Created at this time or earlier.")] = None
    scheduled_from: Annotated[Time | None, Field(description=f"Due at this time or later. {BY_TIME}")] = None
    scheduled_to: Annotated[Time | None, Field(description=f"Due at this time or earlier. {BY_TIME}")] = None
    sort: Annotated[Sort | None, one_of(*Sort), Field(description=SORTED)] = None

    @field_validator("sort")
    @classmethod
    def as_it_is_filtered(cls, value: Sort | None, info: ValidationInfo) -> Sort | None:
        """Raises ValueError when it is filtered by one time and sorted by the other."""
        if value is Sort.CREATED and (info.data.get("scheduled_from") or info.data.get("scheduled_to")):
            raise ValueError("scheduledFrom and scheduledTo sort by scheduledFor")
        return value

    def filters(self) -> Filters:
        return Filters(
            statuses=self.status,
            platform=self.platform,
            account_id=self.account_id,
            created_from=self.from_,
            created_to=self.to,
            by_time=self.sort is Sort.SCHEDULED or bool(self.scheduled_from or self.scheduled_to),
            scheduled_from=self.scheduled_from,
            scheduled_to=self.scheduled_to,
        )


def body(seen: Seen) -> str:
    """A post as it is answered, and as it is kept for an idempotent replay."""
    return to_json(view(seen))


def view(seen: Seen) -> dict[str, object]:
    """The verdicts are those on a new draft, as `/v1/posts/validate` tells them."""
    if seen.verdicts is not None:
        from herald.api import validation  # noqa: PLC0415 - its models cost no other answer

        return {**post_view(seen), "validation": validation.verdicts(seen.verdicts)}
    return post_view(seen)


def post_view(seen: Seen) -> dict[str, object]:
    post, words = seen.post, seen.words
    return {
        "id": post.id,
        "workspaceId": post.owner.workspace_id,
        "content": words.content,
        "contentType": words.type_with(seen.files),
        "status": post.status,
        "scheduledFor": times.optional(post.scheduled_for),
        "publishedAt": times.optional(post.published_at),
        "media": media_views(words.media, seen.media),
        "platforms": [target_view(post, target) for target in post.targets.values()],
        "platformOverrides": {name: override_view(each, seen.media) for name, each in words.overrides.items()},
        "threadPosts": [part_view(part, seen.media) for part in words.thread],
        "firstComment": words.first_comment,
        "firstCommentDelay": words.first_comment_delay,
        "tags": words.tags,
        "metadata": words.metadata,
        "approval": approval_view(post),
        "createdAt": times.wire(post.created_at),
        "updatedAt": times.wire(post.updated_at),
    }


def media_views(uses: Sequence[Use], media: Gallery) -> list[dict[str, object]]:
    return [media_view(use, media) for use in uses]


def media_view(use: Use, media: Gallery) -> dict[str, object]:
    """A file of a post; one that is gone has no URL and no type."""
    found = media.get(use.media_id)
    shown: dict[str, object] = {"id": use.media_id, "url": found and found.url, "type": found and found.media.kind}
    return {**shown, "altText": use.alt} if use.alt else shown


def part_view(part: Part, media: Gallery) -> dict[str, object]:
    return {
        "content": part.text,
        "mediaIds": [use.media_id for use in part.media],
        "media": media_views(part.media, media),
    }


def override_view(override: posts.Override, media: Gallery) -> dict[str, object]:
    """What is as for everybody is left out."""
    own = None if override.media is None else media_views(override.media, media)
    shown = {"content": override.content, "media": own}
    return {**{name: value for name, value in shown.items() if value is not None}, **override.options}


def approval_view(post: Post) -> dict[str, object] | None:
    if post.approval is None:
        return None
    from herald.api import approvals  # noqa: PLC0415 - few posts have one

    return approvals.view(post.approval)


def target_view(post: Post, target: Target) -> dict[str, object]:
    return {
        "postPlatformId": target.id,
        "platform": target.platform,
        "accountId": target.account_id,
        "accountName": target.account_name,
        "status": target.status,
        "attempts": target.attempts,
        "maxAttempts": backoff.MAX_PUBLISH_ATTEMPTS,
        "nextRetryAt": next_retry(target),
        "platformPostId": target.platform_post_id,
        "platformPostUrl": target.url,
        "publishedAt": times.optional(target.published_at),
        "threadPosts": [{"platformPostId": part.platform_post_id, "platformPostUrl": part.url} for part in target.parts[1:]],
        **follow_ups(post, target),
        "error": failure_view(target.failure) if target.failure else None,
    }


def follow_ups(post: Post, target: Target) -> dict[str, object]:
    """What became of its first comment, once it is live, and of its deletion, once that was asked for."""
    comment, deletion = (posts.follows(post, target, kind) for kind in (Kind.COMMENT, Kind.DELETION))
    return {
        "firstComment": comment
        and progress(comment) | {"platformPostId": comment.platform_post_id, "platformPostUrl": comment.url},
        "deletion": deletion and progress(deletion) | {"status": DELETION.get(deletion.status, deletion.status)},
    }


DELETION = {TargetStatus.PUBLISHING: "deleting", TargetStatus.UNPUBLISHED: "deleted"}


def progress(task: Target) -> dict[str, object]:
    return {
        "status": task.status,
        "attempts": task.attempts,
        "nextRetryAt": next_retry(task),
        "error": failure_view(task.failure) if task.failure else None,
    }


def failure_view(failure: Failure) -> dict[str, object]:
    return {
        "code": failure.code,
        "message": failure.message,
        "category": failure.category,
        "retryable": failure.retryable,
        "remediation": failure.remediation,
    }


def results(post: Post) -> dict[str, object]:
    destinations = [destination(post, target) for target in post.targets.values()]
    return {"postId": post.id, "status": post.status, "destinations": destinations}


def destination(post: Post, target: Target) -> dict[str, object]:
    return {
        "id": target.id,
        "platform": target.platform,
        "accountId": target.account_id,
        "accountName": target.account_name,
        "status": target.status,
        "url": target.url,
        "platformPostId": target.platform_post_id,
        "error": failure_view(target.failure) if target.failure else None,
        "attempts": target.attempts,
        "nextRetryAt": next_retry(target),
        "publishedAt": times.optional(target.published_at),
        **follow_ups(post, target),
    }


def next_retry(target: Target) -> str | None:
    """When it goes again by itself; of a failed one, when the network's quota is back."""
    if target.status is TargetStatus.RETRYING:
        return times.optional(target.due)
    return times.optional(target.failure.retry_at) if target.failure else None


def act(status: int, once: Once | None) -> Act:
    """A request that changes a post; its answer is the post, under this status."""
    return Act(status=status, reply=body, once=once)


def answered(act: Act, said: Seen) -> Reply:
    return Reply(status=act.status, body=body(said))


def found(seen: Seen) -> Reply:
    return ok(view(seen))


def page(listed: ListedPosts, query: ListPosts, secret: str) -> Reply:
    return ok(query.answer([view(seen) for seen in listed.posts], listed.next_before, secret))

"""Posts on the wire: bodies in, views out. Source: the contract, section 3."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel

from herald.actions.lifecycle import Gallery, PostDetails
from herald.actions.posts import Filters, ListedPosts, NewPost
from herald.api.edge.reply import Reply, ok, to_json
from herald.api.edge.schema import (
    AccountId,
    MediaId,
    PlatformName,
    Time,
    ZoneName,
    distinct,
    media_id,
    one_of,
    one_or_all,
)
from herald.api.voxburst import options
from herald.api.voxburst.models import Body, Moment
from herald.api.voxburst.paging import Paged
from herald.api.voxburst.words import filled
from herald.domain import backoff, posts, times
from herald.domain.accounts import Platform
from herald.domain.content import (
    MAX_ALT,
    MAX_COMMENT,
    MAX_COMMENT_DELAY,
    MAX_CONTENT,
    MAX_FILES,
    MAX_THREAD,
    PLAIN,
    Part,
    Use,
    Words,
    threaded,
)
from herald.domain.content import Override as ContentOverride
from herald.domain.errors import UnprocessableError
from herald.domain.post_types import PostType
from herald.domain.posts import SHOWN, Post, PostStatus
from herald.domain.targets import Failure, Kind, Target, TargetStatus

MAX_OPTION = 1_000
MAX_TAGS, MAX_TAG, MAX_METADATA = 50, 100, 4_096


AltText = Annotated[str, Field(max_length=MAX_ALT)]


class MediaUse(Body):
    """A file, with what it shows for those who cannot see it."""

    id: Annotated[MediaId, Field(validation_alias=AliasChoices("id", "mediaId"))]
    """The file."""
    alt_text: AltText | None = None
    """What it shows, for those who cannot see it. E.g. `Our shop at night.`."""

    def use(self) -> Use:
        return Use(media_id=self.id, alt=(self.alt_text or "").strip() or None)


def entry(value: object) -> object:
    """An id alone is a file of which nothing is said. Raises ValueError."""
    if isinstance(value, Mapping):
        return value
    return {"id": media_id(value)}


MediaEntry = Annotated[MediaUse, BeforeValidator(entry, json_schema_input_type=MediaId | MediaUse)]
MediaEntries = Annotated[list[MediaEntry], Field(max_length=MAX_FILES)]
MEDIA, MEDIA_IDS = AliasChoices("media", "mediaIds"), AliasChoices("mediaIds", "media")


class Override(Body):
    """What one platform gets instead, and its options."""

    content: Annotated[str | None, Field(max_length=MAX_CONTENT)] = None
    """The text there."""
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA)] = None
    """The files there."""
    title: Annotated[str | None, Field(max_length=MAX_OPTION)] = None
    """The title there."""
    board_id: Annotated[str | None, Field(max_length=MAX_OPTION)] = None
    """The board it goes to there."""

    def kept(self) -> ContentOverride:
        """As words keep it."""
        own = type(self).model_fields.keys() - Override.model_fields.keys()
        said = {"title": self.title, "board_id": self.board_id}
        said |= {name: getattr(self, name) for name in sorted(own)}
        return ContentOverride(
            content=self.content,
            media=None if self.media is None else uses(self.media),
            options={name: value for name, value in said.items() if value is not None},
        )


def uses(entries: Sequence[MediaUse] | None) -> tuple[Use, ...]:
    return tuple(each.use() for each in entries or ())


def within_limit(value: dict[str, Any]) -> dict[str, Any]:
    """Raises UnprocessableError, as the contract has it, not a problem of the field."""
    if len(to_json(value).encode()) > MAX_METADATA:
        raise UnprocessableError(f"metadata is larger than {MAX_METADATA} bytes.", field="metadata", max_length=MAX_METADATA)
    return value


Content = Annotated[str, Field(max_length=MAX_CONTENT)]
AccountIds = Annotated[list[AccountId], Field(max_length=posts.MAX_TARGETS), AfterValidator(distinct)]
Platforms = Annotated[list[PlatformName], Field(max_length=posts.MAX_TARGETS)]
OverrideOfOne = Annotated[Override, PlainValidator(partial(options.read, Override), json_schema_input_type=Override)]
Overrides = Annotated[dict[PlatformName, OverrideOfOne], BeforeValidator(options.parts)]
Tags = Annotated[list[Annotated[str, Field(max_length=MAX_TAG)]], Field(max_length=MAX_TAGS)]
Metadata = Annotated[dict[str, Any], AfterValidator(within_limit)]
ScheduledFor = Annotated[Moment | None, Field(validation_alias=AliasChoices("scheduledFor", "scheduledAt"))]
OVERRIDES = AliasChoices("platformOverrides", "overrides")
ABSENT: Any = {"not": {}}
NOWHERE: Any = {"properties": {"accountIds": ABSENT, "platforms": ABSENT}}
SOMEWHERE = ConfigDict(json_schema_extra={"not": NOWHERE})  # for an anyOf, generators know no type


class ThreadPost(Body):
    """One that follows the content. Without media it has words."""

    content: Content
    """Its text; it may be empty when there are files."""
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA_IDS)] = None
    """The files that it carries."""

    @model_validator(mode="after")
    def something(self) -> "ThreadPost":
        if not self.content and not self.media:
            raise ValueError("content or mediaIds must not be empty")
        return self


FirstComment = Annotated[str, Field(min_length=1, max_length=MAX_COMMENT)]
CommentDelay = Annotated[int, Field(ge=0, le=MAX_COMMENT_DELAY)]
ThreadPosts = Annotated[list[ThreadPost], Field(max_length=MAX_THREAD)]


def parts(thread: Sequence[ThreadPost] | None) -> tuple[Part, ...]:
    return tuple(Part(text=each.content, media=uses(each.media)) for each in thread or ())


class PostBody(Body):
    """What creating and editing share. `timezone` is for a local `scheduledFor`, which is read after it."""

    timezone: ZoneName | None = None
    """The IANA time zone of a `scheduledFor` without an offset. E.g. `Europe/Berlin`."""


class CreatePost(PostBody):
    model_config = SOMEWHERE

    content: Content
    """The text; it may be empty when there are files. E.g. `Check out our new launch! 🚀`."""
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA)] = None
    """Its files, in order, as ids or with their words."""
    account_ids: AccountIds | None = None
    """The accounts that it goes out from."""
    platforms: Platforms | None = None
    """Instead of `accountIds`: every active account of these platforms. E.g. `["TWITTER"]`."""
    content_type: Annotated[PostType | None, one_of(*PostType)] = None
    """The type of the post; left out, it follows from the media."""
    thread_posts: ThreadPosts | None = None
    """What follows the content as a thread."""
    first_comment: FirstComment | None = None
    """What is commented under the post once it is live."""
    first_comment_delay: CommentDelay | None = None
    """How many seconds later. E.g. `60`."""
    scheduled_for: ScheduledFor = None
    """When it goes out; without it and `publishNow` it is a draft. A time with `Z` or an offset, or without in `timezone`.
    `YYYY-MM-DD HH:MM` without a `timezone` is UTC: VoxBurst's command line writes it so. E.g. `2026-06-15T14:00:00Z`."""
    overrides: Annotated[Overrides | None, Field(validation_alias=OVERRIDES)] = None
    """What single platforms get instead, by their names."""
    publish_now: bool | None = None
    """Publish it at once; not with `scheduledFor`."""
    save_as_draft: bool | None = None
    """Keep it a draft, with its time."""
    tags: Tags | None = None
    """Your own words for it. E.g. `["launch"]`."""
    metadata: Metadata | None = None
    f"""Your own data, given back as it is, up to {MAX_METADATA // 1024} KB of JSON. E.g. `{{"campaign":"summer"}}`."""

    @model_validator(mode="after")
    def somewhere_to_go(self) -> "CreatePost":
        if not self.account_ids and not self.platforms:
            raise ValueError("accountIds or platforms must name at least one")
        if self.publish_now and self.scheduled_for:
            raise ValueError("publishNow and scheduledFor exclude each other")
        return self

    def new(self) -> NewPost:
        opening, thread = threaded(Part(text=self.content, media=uses(self.media)), parts(self.thread_posts))
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


def overridden(named: Mapping[Platform, Override]) -> dict[str, ContentOverride]:
    """The overrides as words keep them; one that says nothing is none."""
    kept = {name.upper(): each.kept() for name, each in named.items()}
    return {name: each for name, each in kept.items() if each != PLAIN}


def statuses(value: PostStatus | None) -> frozenset[PostStatus]:
    """The one that was named; every one for `all`."""
    return frozenset(PostStatus) if value is None else frozenset({value})


class Sort(StrEnum):
    """What a list of posts is sorted by."""

    CREATED = "createdAt"
    SCHEDULED = "scheduledFor"


class ListPosts(Paged):
    status: Annotated[frozenset[PostStatus], BeforeValidator(statuses), one_or_all(*PostStatus)] = SHOWN
    """Only posts of this status; `all` for every one, archived ones too."""
    platform: PlatformName | None = None
    """Only posts to this platform."""
    account_id: AccountId | None = None
    """Only posts to this account."""
    from_: Annotated[Time | None, Field(validation_alias="from")] = None
    """Only posts created at this time or later. E.g. `2026-06-15T14:00:00Z`."""
    to: Time | None = None
    """Only posts created at this time or earlier."""
    scheduled_from: Time | None = None
    """Only posts due at this time or later. Sorts by `scheduledFor`. E.g. `2026-06-15T14:00:00Z`."""
    scheduled_to: Time | None = None
    """Only posts due at this time or earlier. Sorts by `scheduledFor`."""
    sort: Annotated[Sort | None, one_of(*Sort)] = None
    """`createdAt`, the default: the newest first. `scheduledFor`: only posts that have a time, the earliest first."""

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


def body(seen: PostDetails) -> str:
    """A post as it is answered, and as it is kept for an idempotent replay."""
    return to_json(view(seen))


def view(seen: PostDetails) -> dict[str, object]:
    """The verdicts are those on a new draft, as `/v1/posts/validate` tells them."""
    if seen.verdicts is not None:
        from herald.api.voxburst import validation  # noqa: PLC0415 - its models cost no other answer

        return {**post_view(seen), "validation": validation.verdicts(seen.verdicts)}
    return post_view(seen)


def post_view(seen: PostDetails) -> dict[str, object]:
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


def override_view(override: ContentOverride, media: Gallery) -> dict[str, object]:
    """What is as for everybody is left out."""
    own = None if override.media is None else media_views(override.media, media)
    shown = {"content": override.content, "media": own}
    said = {to_camel(name): value for name, value in override.options.items()}
    return {**{name: value for name, value in shown.items() if value is not None}, **said}


def approval_view(post: Post) -> dict[str, object] | None:
    if post.approval is None:
        return None
    from herald.api.voxburst import approvals  # noqa: PLC0415 - few posts have one

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
        "remediation": filled(failure.remediation),
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


def found(seen: PostDetails) -> Reply:
    return ok(view(seen))


def page(listed: ListedPosts, query: ListPosts, secret: str) -> Reply:
    data = [view(seen) for seen in listed.posts]
    return ok(query.answer(data, listed.next_before, secret, positions=listed.positions))

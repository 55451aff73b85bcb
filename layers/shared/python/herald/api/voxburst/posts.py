"""Posts on the wire: bodies in, views out. Source: the contract, section 3."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import (
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel

from herald.actions.lifecycle import MediaViews, PostDetails
from herald.actions.lists import Filters, ListedPosts
from herald.actions.posts import NewPost
from herald.api.edge.response import Response, ok, to_json
from herald.api.edge.schema import (
    AccountId,
    PlatformName,
    Time,
    one_of,
    one_or_all,
)
from herald.api.voxburst.content import (
    MAX_METADATA,
    MEDIA_NAMES,
    OVERRIDES,
    SOMEWHERE,
    AccountIds,
    CommentDelay,
    Content,
    FirstComment,
    MediaEntries,
    Metadata,
    Overrides,
    Platforms,
    PostBody,
    ScheduledFor,
    Tags,
    ThreadPosts,
    overridden,
    thread_parts,
    uses,
)
from herald.api.voxburst.paging import Paged
from herald.api.voxburst.targets import target_view
from herald.domain import times
from herald.domain.content import (
    MediaRef,
    Part,
    PostContent,
    threaded,
)
from herald.domain.content import Override as ContentOverride
from herald.domain.post_types import PostType
from herald.domain.posts import LISTED_STATUSES, Post, PostStatus


class CreatePost(PostBody):
    model_config = SOMEWHERE

    content: Content
    """The text; it may be empty when there are files. E.g. `Check out our new launch! 🚀`."""
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA_NAMES)] = None
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
        opening, thread = threaded(
            Part(text=self.content, media=uses(self.media)), thread_parts(self.thread_posts)
        )
        return NewPost(
            words=PostContent(
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


def statuses(value: PostStatus | None) -> frozenset[PostStatus]:
    """The one that was named; every one for `all`."""
    return frozenset(PostStatus) if value is None else frozenset({value})


class Sort(StrEnum):
    """What a list of posts is sorted by."""

    CREATED = "createdAt"
    SCHEDULED = "scheduledFor"


class ListPosts(Paged):
    status: Annotated[frozenset[PostStatus], BeforeValidator(statuses), one_or_all(*PostStatus)] = (
        LISTED_STATUSES
    )
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
        if value is Sort.CREATED and (
            info.data.get("scheduled_from") or info.data.get("scheduled_to")
        ):
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
        "contentType": words.post_type(seen.files),
        "status": post.status,
        "scheduledFor": times.optional(post.scheduled_for),
        "publishedAt": times.optional(post.published_at),
        "media": media_views(words.media, seen.media),
        "platforms": [target_view(post, target) for target in post.targets.values()],
        "platformOverrides": {
            name: override_view(each, seen.media) for name, each in words.overrides.items()
        },
        "threadPosts": [part_view(part, seen.media) for part in words.thread],
        "firstComment": words.first_comment,
        "firstCommentDelay": words.first_comment_delay,
        "tags": words.tags,
        "metadata": words.metadata,
        "approval": approval_view(post),
        "createdAt": times.wire(post.created_at),
        "updatedAt": times.wire(post.updated_at),
    }


def media_views(uses: Sequence[MediaRef], media: MediaViews) -> list[dict[str, object]]:
    return [media_view(use, media) for use in uses]


def media_view(use: MediaRef, media: MediaViews) -> dict[str, object]:
    """A file of a post; one that is gone has no URL and no type."""
    found = media.get(use.media_id)
    shown: dict[str, object] = {
        "id": use.media_id,
        "url": found and found.url,
        "type": found and found.media.kind,
    }
    return {**shown, "altText": use.alt} if use.alt else shown


def part_view(part: Part, media: MediaViews) -> dict[str, object]:
    return {
        "content": part.text,
        "mediaIds": [use.media_id for use in part.media],
        "media": media_views(part.media, media),
    }


def override_view(override: ContentOverride, media: MediaViews) -> dict[str, object]:
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


def post_response(seen: PostDetails) -> Response:
    return ok(view(seen))


def post_page(listed: ListedPosts, query: ListPosts, secret: str) -> Response:
    data = [view(seen) for seen in listed.posts]
    return ok(query.answer(data, listed.next_before, secret, positions=listed.positions))

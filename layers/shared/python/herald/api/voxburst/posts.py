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
    """The text of the post. It may be empty if there are files. E.g. `Check out our new launch!
    🚀`."""
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA_NAMES)] = None
    """The files in order, as ids or as objects with a description."""
    account_ids: AccountIds | None = None
    """The accounts that publish the post."""
    platforms: Platforms | None = None
    """The platforms, instead of `accountIds`: every active account of these platforms. E.g.
    `["TWITTER"]`."""
    content_type: Annotated[PostType | None, one_of(*PostType)] = None
    """The type of the post. Without this field, the media give the type."""
    thread_posts: ThreadPosts | None = None
    """The posts that follow the content as a thread."""
    first_comment: FirstComment | None = None
    """A comment under the post, sent once the post is live."""
    first_comment_delay: CommentDelay | None = None
    """Seconds between the post and the comment. E.g. `60`."""
    scheduled_for: ScheduledFor = None
    """The time of publication. Without this field and without `publishNow` the post is a draft. The
    time has a `Z`, an offset, or the zone that `timezone` names. `YYYY-MM-DD HH:MM` without a
    `timezone` is UTC, because VoxBurst's command line writes UTC so. E.g.
    `2026-06-15T14:00:00Z`."""
    overrides: Annotated[Overrides | None, Field(validation_alias=OVERRIDES)] = None
    """Different content for single platforms, by the names of the platforms."""
    publish_now: bool | None = None
    """Publish the post at once. It excludes `scheduledFor`."""
    save_as_draft: bool | None = None
    """Leave the post a draft that keeps its time."""
    tags: Tags | None = None
    """Your own tags for the post. E.g. `["launch"]`."""
    metadata: Metadata | None = None
    f"""Your own data, returned unchanged, up to {MAX_METADATA // 1024} KB of JSON. E.g.
    `{{"campaign":"summer"}}`."""

    @model_validator(mode="after")
    def somewhere_to_go(self) -> "CreatePost":
        if not self.account_ids and not self.platforms:
            raise ValueError("accountIds or platforms must name at least one")
        if self.publish_now and self.scheduled_for:
            raise ValueError("publishNow and scheduledFor exclude each other")
        return self

    def new(self) -> NewPost:
        first = Part(text=self.content, media=uses(self.media))
        opening, thread = threaded(first, thread_parts(self.thread_posts))
        return NewPost(
            words=PostContent(
                content=opening.text,
                media=opening.media,
                content_type=self.content_type,
                thread=thread,
                first_comment=self.first_comment,
                first_comment_delay=self.first_comment_delay if self.first_comment_delay else 0,
                overrides=overridden(self.overrides),
                tags=tuple(self.tags) if self.tags else (),
                metadata=self.metadata if self.metadata else {},
            ),
            account_ids=self.account_ids if self.account_ids else (),
            platforms=self.platforms if self.platforms else (),
            scheduled_for=self.scheduled_for,
            publish_now=bool(self.publish_now),
            as_draft=bool(self.save_as_draft),
        )


def statuses(value: PostStatus | None) -> frozenset[PostStatus]:
    """Return the named status, or every status for `all`."""
    return frozenset(PostStatus) if value is None else frozenset({value})


class Sort(StrEnum):
    """The time by which a list of posts is sorted."""

    CREATED = "createdAt"
    SCHEDULED = "scheduledFor"


class ListPosts(Paged):
    status: Annotated[frozenset[PostStatus], BeforeValidator(statuses), one_or_all(*PostStatus)] = (
        LISTED_STATUSES
    )
    """Only posts of this status. `all` shows every post, archived posts too."""
    platform: PlatformName | None = None
    """Only posts to this platform."""
    account_id: AccountId | None = None
    """Only posts to this account."""
    from_: Annotated[Time | None, Field(validation_alias="from")] = None
    """Only posts created at this time or later. E.g. `2026-06-15T14:00:00Z`."""
    to: Time | None = None
    """Only posts created at this time or earlier."""
    scheduled_from: Time | None = None
    """Only posts due at this time or later. This sorts by `scheduledFor`. E.g.
    `2026-06-15T14:00:00Z`."""
    scheduled_to: Time | None = None
    """Only posts due at this time or earlier. This sorts by `scheduledFor`."""
    sort: Annotated[Sort | None, one_of(*Sort)] = None
    """The order of the list. `createdAt`, the default, shows the newest post first. `scheduledFor`
    shows only posts that have a time, the earliest first."""

    @field_validator("sort")
    @classmethod
    def as_it_is_filtered(cls, value: Sort | None, info: ValidationInfo) -> Sort | None:
        """Return the order.

        Raises ValueError when the list is filtered by one time and sorted by the other.
        """
        by_time = info.data.get("scheduled_from") or info.data.get("scheduled_to")
        if value is Sort.CREATED and by_time:
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


def body(details: PostDetails) -> str:
    """Render a post for its answer and for an idempotent replay."""
    return to_json(view(details))


def view(details: PostDetails) -> dict[str, object]:
    """Return a post on the wire.

    A new draft has verdicts, in the form of `/v1/posts/validate`.
    """
    shown = post_view(details)
    if details.verdicts is not None:
        # Only a new draft pays for the import of these models.
        from herald.api.voxburst import validation  # noqa: PLC0415

        shown["validation"] = validation.verdicts(details.verdicts)
    return shown


def post_view(details: PostDetails) -> dict[str, object]:
    post = details.post
    words = details.words
    overrides = {
        name: override_view(override, details.media) for name, override in words.overrides.items()
    }
    return {
        "id": post.id,
        "workspaceId": post.owner.workspace_id,
        "content": words.content,
        "contentType": words.post_type(details.files),
        "status": post.status,
        "scheduledFor": times.optional(post.scheduled_for),
        "publishedAt": times.optional(post.published_at),
        "media": media_views(words.media, details.media),
        "platforms": [target_view(post, target) for target in post.targets.values()],
        "platformOverrides": overrides,
        "threadPosts": [part_view(part, details.media) for part in words.thread],
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
    """Return a file of a post. A file that no longer exists has no URL and no type."""
    file = media.get(use.media_id)
    shown: dict[str, object] = {
        "id": use.media_id,
        "url": file.url if file else None,
        "type": file.media.kind if file else None,
    }
    if use.alt:
        shown["altText"] = use.alt
    return shown


def part_view(part: Part, media: MediaViews) -> dict[str, object]:
    return {
        "content": part.text,
        "mediaIds": [use.media_id for use in part.media],
        "media": media_views(part.media, media),
    }


def override_view(override: ContentOverride, media: MediaViews) -> dict[str, object]:
    """Return an override without the parts that it does not change."""
    shown: dict[str, object] = {}
    if override.content is not None:
        shown["content"] = override.content
    if override.media is not None:
        shown["media"] = media_views(override.media, media)
    for name, value in override.options.items():
        shown[to_camel(name)] = value
    return shown


def approval_view(post: Post) -> dict[str, object] | None:
    if post.approval is None:
        return None
    # Few posts have an approval, so a start does not import this.
    from herald.api.voxburst import approvals  # noqa: PLC0415

    return approvals.view(post.approval)


def post_response(details: PostDetails) -> Response:
    return ok(view(details))


def post_page(listed: ListedPosts, query: ListPosts, secret: str) -> Response:
    data = [view(details) for details in listed.posts]
    return ok(query.answer(data, listed.next_before, secret, positions=listed.positions))

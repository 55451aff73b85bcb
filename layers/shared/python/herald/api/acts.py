"""What is asked of a post that is there: edit it, send it again, take it back. Source: the contract, sections 2 and 3."""

from typing import Annotated

from pydantic import Field

from herald.actions.media import NewLink
from herald.actions.posts import Edit, Mend
from herald.api.posts import (
    MEDIA,
    OVERRIDES,
    AccountIds,
    AltText,
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
    parts,
    uses,
)
from herald.api.schema import Body, TargetId, one_of
from herald.domain.media import MAX_URL, ContentType, declared_by
from herald.domain.posts import PostStatus, PostType


class EditPost(PostBody):
    """Every field is optional; `scheduledFor: null` takes a post's time away, `saveAsDraft` keeps it in a draft.

    `status` may only be archived.
    """

    removable = frozenset({"scheduledFor", "scheduledAt", "firstComment"})

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

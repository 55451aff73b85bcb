"""Requests about an existing post: edit it, send it again, take it back.

Source: the contract, sections 2 and 3.
"""

from typing import Annotated

from pydantic import Field

from herald.actions.lifecycle import FixRequest
from herald.actions.media import NewLink
from herald.actions.posts import Edit
from herald.api.edge.schema import TargetId, one_of
from herald.api.voxburst.content import (
    MEDIA_NAMES,
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
    thread_parts,
    uses,
)
from herald.api.voxburst.models import Body
from herald.domain.media import MAX_URL, ContentType, declared_by
from herald.domain.post_types import PostType
from herald.domain.posts import PostStatus


class EditPost(PostBody):
    """Every field is optional. `scheduledFor: null` removes the time of a post. `saveAsDraft` keeps
    the time and leaves the post a draft.

    `status` may only be `archived`.
    """

    removable = frozenset({"scheduledFor", "scheduledAt", "firstComment"})

    content: Content | None = None
    """The new text."""
    media: Annotated[MediaEntries | None, Field(validation_alias=MEDIA_NAMES)] = None
    """The new files, in order."""
    content_type: Annotated[PostType | None, one_of(*PostType)] = None
    """The type of the post."""
    thread_posts: ThreadPosts | None = None
    """The new thread."""
    first_comment: FirstComment | None = None
    """The new comment. Null removes the comment."""
    first_comment_delay: CommentDelay | None = None
    """Seconds between the post and the comment."""
    account_ids: AccountIds | None = None
    """The new accounts that publish the post."""
    platforms: Platforms | None = None
    """The new platforms, instead of `accountIds`: every active account of these platforms."""
    scheduled_for: ScheduledFor = None
    """The new time of publication. Null removes the time. E.g. `2026-06-15T14:00:00Z`."""
    overrides: Annotated[Overrides | None, Field(validation_alias=OVERRIDES)] = None
    """Different content for single platforms, by the names of the platforms."""
    tags: Tags | None = None
    """Your own tags for the post."""
    metadata: Metadata | None = None
    """Your own data."""
    save_as_draft: bool | None = None
    """Leave the post a draft that keeps its time."""
    status: Annotated[str | None, one_of(PostStatus.ARCHIVED)] = None
    """Archive the post."""

    def edit(self) -> Edit:
        return Edit(
            content=self.content,
            media=None if self.media is None else uses(self.media),
            content_type=self.content_type,
            thread=None if self.thread_posts is None else thread_parts(self.thread_posts),
            first_comment=self.first_comment,
            first_comment_delay=self.first_comment_delay,
            uncommented="first_comment" in self.model_fields_set and self.first_comment is None,
            overrides=None if self.overrides is None else overridden(self.overrides),
            tags=None if self.tags is None else tuple(self.tags),
            metadata=self.metadata,
            account_ids=self.account_ids if self.account_ids else (),
            platforms=self.platforms if self.platforms else (),
            scheduled_for=self.scheduled_for,
            unscheduled="scheduled_for" in self.model_fields_set and self.scheduled_for is None,
            as_draft=bool(self.save_as_draft),
        )


class RetryPost(Body):
    destination_ids: list[TargetId] | None = None
    """The targets to send again. Without this field, every failed target."""
    acknowledge_unknown: bool | None = None
    """Also send targets whose outcome is unknown. Such a target may then be live twice."""


class FixTarget(Body):
    """`mediaUrl` is a file in place of the target's own file. `contentType` gives its type, or else
    the ending of the URL does.
    """

    content: Annotated[Content | None, Field(min_length=1)] = None
    """The new text for this target."""
    media_url: Annotated[str | None, Field(min_length=1, max_length=MAX_URL)] = None
    """The URL of a file in place of the target's own file. E.g.
    `https://example.com/banner.jpg`."""
    content_type: Annotated[ContentType | None, one_of(*ContentType)] = None
    """The type of that file. Without this field, the ending of the URL gives the type."""
    alt_text: AltText | None = None
    """A description of that file for people who cannot see it."""

    def request(self) -> FixRequest:
        if self.media_url is None:
            return FixRequest(content=self.content)
        filename, ending = declared_by(self.media_url)
        content_type = self.content_type if self.content_type else ending
        link = NewLink(url=self.media_url, filename=filename, content_type=content_type)
        return FixRequest(content=self.content, link=link, alt=self.alt_text)


class UnpublishPost(Body):
    delete_from_platforms: bool | None = None
    """Delete the post at the networks too."""

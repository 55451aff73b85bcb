"""Posts."""

from datetime import datetime
from typing import Any

from herald.domain.media import MediaKind
from herald.domain.post_types import PostType
from herald.domain.posts import PostStatus
from openapi.answers.answer import OMITTED, Answer
from openapi.answers.approvals import Approval
from openapi.answers.ids import MediaId, PostId, WorkspaceId
from openapi.answers.lists import Listed
from openapi.answers.media import MINUTES
from openapi.answers.targets import Target
from openapi.answers.validation import Verdicts


class PostMedia(Answer):
    __doc__ = f"""A file of a post.

    Its URL is valid for {MINUTES} minutes. A file that is not READY has no URL. A file that no
    longer exists has no type.
    """

    id: MediaId
    """The file."""
    url: str | None
    f"""The URL of the file, valid for {MINUTES} minutes."""
    type: MediaKind | None
    """The kind of the file."""
    alt_text: str = OMITTED
    """The description of the file for people who cannot see it."""


class ThreadPart(Answer):
    content: str
    """The text of this part."""
    media_ids: list[MediaId]
    """The files of this part."""
    media: list[PostMedia]
    """The same files, with their URLs."""


class PlatformOverride(Answer):
    """Different content for one platform."""

    content: str = OMITTED
    """The text on this platform."""
    media: list[PostMedia] = OMITTED
    """The files on this platform."""
    title: str = OMITTED
    """The title on this platform."""
    board_id: str = OMITTED
    """The board on this platform."""


class Post(Answer):
    id: PostId
    """The post."""
    workspace_id: WorkspaceId
    """The workspace that has the post."""
    content: str
    """The text of the post."""
    content_type: PostType
    """The type of the post, as it was given or as the media give it."""
    status: PostStatus
    """The progress of the post, over all its targets."""
    scheduled_for: datetime | None
    """The time of publication; null when the post has no time."""
    published_at: datetime | None
    """The time when the last target ended and at least one target was live."""
    media: list[PostMedia]
    """The files of the post, in order."""
    platforms: list[Target]
    """The targets of the post, one for each account that publishes it."""
    platform_overrides: dict[str, PlatformOverride]
    """Different content for single platforms, by their names in uppercase."""
    thread_posts: list[ThreadPart]
    """The posts that follow the content as a thread."""
    first_comment: str | None
    """The comment under the post, sent once the post is live."""
    first_comment_delay: int
    """Seconds between the post and the comment."""
    tags: list[str]
    """Your own tags for the post."""
    metadata: dict[str, Any]
    """Your own data, unchanged."""
    approval: Approval | None
    """The latest approval; null when the post was never submitted."""
    created_at: datetime
    """The time when the post was created."""
    updated_at: datetime
    """The time of the last change."""
    validation: Verdicts = OMITTED
    """The verdicts of the platforms on a new draft."""


class Posts(Listed[Post]):
    pass

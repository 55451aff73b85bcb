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
    __doc__ = f"A file of a post. Its URL opens for {MINUTES} minutes; there is none while it is not READY, nor a type once it is gone."

    id: MediaId
    """The file."""
    url: str | None
    f"""Where to read it, for {MINUTES} minutes."""
    type: MediaKind | None
    """What kind of file it is."""
    alt_text: str = OMITTED
    """What it shows, for those who cannot see it."""


class ThreadPart(Answer):
    content: str
    """Its text."""
    media_ids: list[MediaId]
    """The files that it carries."""
    media: list[PostMedia]
    """The same files, with where to read them."""


class PlatformOverride(Answer):
    """What one platform gets instead."""

    content: str = OMITTED
    """The text there."""
    media: list[PostMedia] = OMITTED
    """The files there."""
    title: str = OMITTED
    """The title there."""
    board_id: str = OMITTED
    """The board it goes to there."""


class Post(Answer):
    id: PostId
    """The post."""
    workspace_id: WorkspaceId
    """Whose it is."""
    content: str
    """Its text."""
    content_type: PostType
    """As it was said, or as it follows from the media."""
    status: PostStatus
    """How far it came, over all its targets."""
    scheduled_for: datetime | None
    """When it goes out; null when it has no time."""
    published_at: datetime | None
    """When its last target ended, at least one being live."""
    media: list[PostMedia]
    """Its files, in order."""
    platforms: list[Target]
    """Its targets: one for each account that it goes out from."""
    platform_overrides: dict[str, PlatformOverride]
    """What single platforms get instead, by their names in uppercase."""
    thread_posts: list[ThreadPart]
    """What follows the content as a thread."""
    first_comment: str | None
    """What is commented under the post once it is live."""
    first_comment_delay: int
    """How many seconds later."""
    tags: list[str]
    """Your own words for it."""
    metadata: dict[str, Any]
    """Your own data, as you gave it."""
    approval: Approval | None
    """The latest; null when it was never submitted."""
    created_at: datetime
    """When it was created."""
    updated_at: datetime
    """When it last changed."""
    validation: Verdicts = OMITTED
    """Of a new draft: what its platforms would say."""


class Posts(Listed[Post]):
    pass

"""The posts that are live in the sandbox."""

from datetime import datetime

from herald.domain.accounts import Platform
from openapi.answers.answer import Answer
from openapi.answers.ids import AccountId, MediaId, TargetId
from openapi.answers.lists import Listed


class SandboxMedia(Answer):
    id: MediaId
    """The file."""
    alt_text: str | None
    """The description of the file for people who cannot see it."""


class SandboxPost(Answer):
    """A post that is live in the sandbox."""

    id: str
    """The id that the network gave."""
    account_id: AccountId
    """The account of the live post."""
    platform: Platform
    """The network that the sandbox imitates."""
    post_platform_id: TargetId
    """The target of the live post."""
    content: str
    """The live text."""
    media: list[SandboxMedia]
    """The files of the live post."""
    reply_to: str | None
    """The id of the post to which this post replies; null for no reply."""
    published_at: datetime
    """The time when the post went live."""


class SandboxPosts(Listed[SandboxPost]):
    pass

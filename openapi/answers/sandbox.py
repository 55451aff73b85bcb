"""What is live in the sandbox."""

from datetime import datetime

from herald.domain.accounts import Platform
from openapi.answers.answer import Answer
from openapi.answers.ids import AccountId, MediaId, TargetId
from openapi.answers.lists import Listed


class SandboxMedia(Answer):
    id: MediaId
    """The file."""
    alt_text: str | None
    """What it shows, for those who cannot see it."""


class SandboxPost(Answer):
    """What is really live in the sandbox."""

    id: str
    """As the network named it."""
    account_id: AccountId
    """The account that it is live on."""
    platform: Platform
    """The network that the sandbox stands for."""
    post_platform_id: TargetId
    """The target that it was sent for."""
    content: str
    """The text that is live."""
    media: list[SandboxMedia]
    """The files that came with it."""
    reply_to: str | None
    """The id of the post that it answers; null when it answers none."""
    published_at: datetime
    """When it went live."""


class SandboxPosts(Listed[SandboxPost]):
    pass

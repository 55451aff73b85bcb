"""A post's targets, and the result for each target."""

from datetime import datetime
from typing import Literal

from herald.domain.accounts import Platform
from herald.domain.posts import PostStatus
from herald.domain.targets import TargetStatus
from openapi.answers.answer import Answer
from openapi.answers.ids import AccountId, PostId, TargetId


class TargetError(Answer):
    """The reason why a target is not live. herald tries `retryable` errors again by itself."""

    code: str
    """The code of the error, for machines. E.g. `RATE_LIMITED`."""
    message: str
    """The description of the error, for people."""
    category: str
    """The family of the code. E.g. `media`."""
    retryable: bool
    """Whether herald tries again by itself."""
    remediation: str
    """A way to solve the problem."""


class Progress(Answer):
    """The progress of a task that follows a publication."""

    attempts: int
    """The number of attempts."""
    next_retry_at: datetime | None
    """The time of the next attempt; null when there is none."""
    error: TargetError | None
    """The reason why the last attempt failed; null when none failed."""


class CommentProgress(Progress):
    """The progress of the first comment, present once its post is live.

    The status is `skipped` if the network takes no comment.
    """

    status: TargetStatus
    """The status of the comment, with the values of a target's status."""
    platform_post_id: str | None
    """The comment's id at the network, once it is live."""
    platform_post_url: str | None
    """The URL of the comment for people."""


class DeletionProgress(Progress):
    """The progress of `deleteFromPlatforms`."""

    status: Literal["pending", "deleting", "processing", "deleted", "retrying", "failed", "skipped"]
    """The progress of the deletion. `processing` waits for a comment whose outcome is unknown."""


class PublishedPart(Answer):
    """A live part of a thread."""

    platform_post_id: str
    """The part's id at the network."""
    platform_post_url: str | None
    """The URL of the part for people; null when the network gives none."""


class Target(Answer):
    """A post on one account.

    `unknown` means that the post was sent and herald is finding out the outcome.
    """

    post_platform_id: TargetId
    """The target."""
    platform: Platform
    """The network."""
    account_id: AccountId
    """The account that publishes the post."""
    account_name: str
    """The account's name at the network."""
    status: TargetStatus
    """The progress of the target."""
    attempts: int
    """The number of attempts."""
    max_attempts: int
    """The number of attempts after which the target has failed."""
    next_retry_at: datetime | None
    """The time of the next attempt. For a failed target, the time when the network's quota is
    available again, if that is known."""
    platform_post_id: str | None
    """The post's id at the network, once it is live."""
    platform_post_url: str | None
    """The URL of the post for people."""
    published_at: datetime | None
    """The time when the post went live."""
    thread_posts: list[PublishedPart]
    """The live parts of the post's `threadPosts`, in order."""
    first_comment: CommentProgress | None
    """The progress of the first comment; null until the post is live, or without a comment."""
    deletion: DeletionProgress | None
    """The progress of the deletion; null until it is requested."""
    error: TargetError | None
    """The reason why the target is not live; null when there was no error."""


class Destination(Answer):
    id: TargetId
    """The target. The id is the `postPlatformId` of a post."""
    platform: Platform
    """The network."""
    account_id: AccountId
    """The account that publishes the post."""
    account_name: str
    """The account's name at the network."""
    status: TargetStatus
    """The progress of the target."""
    url: str | None
    """The URL of the post for people."""
    platform_post_id: str | None
    """The post's id at the network, once it is live."""
    error: TargetError | None
    """The reason why the target is not live; null when there was no error."""
    attempts: int
    """The number of attempts."""
    next_retry_at: datetime | None
    """The time of the next attempt. For a failed target, the time when the network's quota is
    available again, if that is known."""
    published_at: datetime | None
    """The time when the post went live."""
    first_comment: CommentProgress | None
    """The progress of the first comment; null until the post is live, or without a comment."""
    deletion: DeletionProgress | None
    """The progress of the deletion; null until it is requested."""


class Results(Answer):
    post_id: PostId
    """The post."""
    status: PostStatus
    """The progress of the post, over all its targets."""
    destinations: list[Destination]
    """The targets of the post."""

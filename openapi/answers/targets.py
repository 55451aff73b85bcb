"""A post's targets, and what became of each."""

from datetime import datetime
from typing import Literal

from herald.domain.accounts import Platform
from herald.domain.posts import PostStatus
from herald.domain.targets import TargetStatus
from openapi.answers.answer import Answer
from openapi.answers.ids import AccountId, PostId, TargetId


class TargetError(Answer):
    """Why a target is not live. `retryable` ones are tried again by themselves."""

    code: str
    """For machines. E.g. `RATE_LIMITED`."""
    message: str
    """What happened, for people."""
    category: str
    """The family of the code. E.g. `media`."""
    retryable: bool
    """Whether it is tried again by itself."""
    remediation: str
    """What to do about it."""


class Progress(Answer):
    """Of what follows a publication."""

    attempts: int
    """How often it was tried."""
    next_retry_at: datetime | None
    """When it is tried again; null when it is not."""
    error: TargetError | None
    """Why the last attempt failed; null when none did."""


class CommentProgress(Progress):
    """What became of the first comment: there once its post is live. `skipped` where a network takes none."""

    status: TargetStatus
    """As a target's."""
    platform_post_id: str | None
    """The comment's id at the network, once it is live."""
    platform_post_url: str | None
    """Where people see it."""


class DeletionProgress(Progress):
    """What became of `deleteFromPlatforms`."""

    status: Literal["pending", "deleting", "processing", "deleted", "retrying", "failed", "skipped"]
    """How far the deletion came; `processing` waits for a comment whose outcome is unknown."""


class PublishedPart(Answer):
    """A part of a thread that is live."""

    platform_post_id: str
    """Its id at the network."""
    platform_post_url: str | None
    """Where people see it; null when the network does not say."""


class Target(Answer):
    """A post on one account. `unknown`: it was sent, and its outcome is being established."""

    post_platform_id: TargetId
    """The target."""
    platform: Platform
    """The network."""
    account_id: AccountId
    """The account that it goes out from."""
    account_name: str
    """The account's name at the network."""
    status: TargetStatus
    """How far it came."""
    attempts: int
    """How often it was tried."""
    max_attempts: int
    """After so many it has failed."""
    next_retry_at: datetime | None
    """When it is tried again; of a failed one, when the network's quota is back, if that is known."""
    platform_post_id: str | None
    """Its id at the network, once it is live."""
    platform_post_url: str | None
    """Where people see it."""
    published_at: datetime | None
    """When it went live."""
    thread_posts: list[PublishedPart]
    """Those of the post's `threadPosts` that are live, in order."""
    first_comment: CommentProgress | None
    """What became of it; null until the post is live, or without one."""
    deletion: DeletionProgress | None
    """What became of it; null until it is asked for."""
    error: TargetError | None
    """Why it is not live; null when nothing went wrong."""


class Destination(Answer):
    id: TargetId
    """The target, as `postPlatformId` of a post."""
    platform: Platform
    """The network."""
    account_id: AccountId
    """The account that it goes out from."""
    account_name: str
    """The account's name at the network."""
    status: TargetStatus
    """How far it came."""
    url: str | None
    """Where people see it."""
    platform_post_id: str | None
    """Its id at the network, once it is live."""
    error: TargetError | None
    """Why it is not live; null when nothing went wrong."""
    attempts: int
    """How often it was tried."""
    next_retry_at: datetime | None
    """When it is tried again; of a failed one, when the network's quota is back, if that is known."""
    published_at: datetime | None
    """When it went live."""
    first_comment: CommentProgress | None
    """What became of it; null until the post is live, or without one."""
    deletion: DeletionProgress | None
    """What became of it; null until it is asked for."""


class Results(Answer):
    post_id: PostId
    """The post."""
    status: PostStatus
    """How far it came, over all its targets."""
    destinations: list[Destination]
    """Its targets."""

"""Many posts, created in one call."""

from typing import Literal

from pydantic import ConfigDict

from herald.domain.posts import PostStatus
from openapi.answers.answer import OMITTED, Answer
from openapi.answers.errors import Said
from openapi.answers.ids import PostId
from openapi.answers.posts import Post


class PostNamed(Answer):
    """Which post it is, where all of it would make the answer too large."""

    id: PostId
    """The post's id: ask for it to see all of it."""
    status: PostStatus
    """What the post is now."""


class BulkIssue(Answer):
    """One thing that is wrong, as VoxBurst's Go client reads it."""

    field: str
    """Where, by its path in the post."""
    issue: str
    """What, for machines."""
    detail: str
    """What, for people."""


class BulkItem(Answer):
    """What became of one post of many: `post` when it was created, `error` when it was refused."""

    index: int
    """The place in the request's `posts`, from 0."""
    status: Literal["created", "valid", "failed"]
    """`valid` is what `dryRun` says of one that would be created."""
    post_id: PostId = OMITTED
    """The new post's id."""
    post: Post | PostNamed = OMITTED
    """The new post."""
    error: Said = OMITTED
    """Why it was refused."""
    errors: list[BulkIssue] = OMITTED
    """What `error` says, as VoxBurst's Go client reads it."""


class Bulk(Answer):
    """`dry_run` says the same as `dryRun`: a pattern, because generators make one identifier of both."""

    model_config = ConfigDict(
        json_schema_extra={
            "patternProperties": {"^dry_run$": {"type": "boolean", "description": "As `dryRun`."}}
        }
    )

    dry_run: bool
    """Whether nothing was stored because that was asked for."""
    total: int
    """How many posts were named."""
    created: int
    """How many were created."""
    failed: int
    """How many were refused."""
    results: list[BulkItem]
    """What became of each, in the order of the request."""

"""Many posts, created in one call."""

from typing import Literal

from pydantic import ConfigDict

from herald.domain.posts import PostStatus
from openapi.answers.answer import OMITTED, Answer
from openapi.answers.errors import Said
from openapi.answers.ids import PostId
from openapi.answers.posts import Post


class PostNamed(Answer):
    """The name of a post, where the whole post would make the answer too large."""

    id: PostId
    """The post's id. Read the post by this id to see all of it."""
    status: PostStatus
    """The current status of the post."""


class BulkIssue(Answer):
    """A problem, as VoxBurst's Go client reads it."""

    field: str
    """The path of the field in the post."""
    issue: str
    """The code of the problem, for machines."""
    detail: str
    """The description of the problem, for people."""


class BulkItem(Answer):
    """The result for one post of many.

    `post` is a post that was created, `error` the reason for a refusal.
    """

    index: int
    """The place in the request's `posts`, counted from 0."""
    status: Literal["created", "valid", "failed"]
    """The result. With `dryRun`, a post that would be created is `valid`."""
    post_id: PostId = OMITTED
    """The new post's id."""
    post: Post | PostNamed = OMITTED
    """The new post."""
    error: Said = OMITTED
    """The reason for the refusal."""
    errors: list[BulkIssue] = OMITTED
    """The problems in `error`, as VoxBurst's Go client reads them."""


class Bulk(Answer):
    """The results for the posts of one call.

    `dry_run` is the same as `dryRun`. It is a pattern, because generators make the same identifier
    of both.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "patternProperties": {
                "^dry_run$": {"type": "boolean", "description": "The same as `dryRun`."}
            }
        }
    )

    dry_run: bool
    """Whether the call was a dry run, which stores nothing."""
    total: int
    """The number of posts in the request."""
    created: int
    """The number of posts that were created."""
    failed: int
    """The number of posts that were refused."""
    results: list[BulkItem]
    """The result for each post, in the order of the request."""

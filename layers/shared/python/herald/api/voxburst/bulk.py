"""Many posts in one request. Source: the contract, section 2."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from herald.actions.lifecycle import PostDetails
from herald.actions.posts import NewPost
from herald.api.edge.response import ROOM, Response, to_json
from herald.api.edge.schema import validated
from herald.api.voxburst import errors, words
from herald.api.voxburst.models import Body
from herald.api.voxburst.posts import CreatePost, body, view
from herald.domain.errors import HeraldError, ValidationError
from herald.domain.idempotency import IdempotencyKey, IdempotentReplay, IdempotentRequest

Create = Callable[[NewPost, IdempotentRequest[PostDetails]], PostDetails]

MAX_BULK = 50
# Characters of a message.
MAX_BRIEF = 500
# Characters of a field's path.
MAX_NAMED = 100
MAX_ISSUES = 5


class BulkPosts(Body):
    """Each post is judged alone, like a body of `POST /v1/posts`."""

    apart = frozenset({"posts"})

    posts: Annotated[list[Any], Field(min_length=1, max_length=MAX_BULK)]
    """The posts, each like a body of `POST /v1/posts`."""
    dry_run: bool | None = None
    """Judge the posts without storing anything."""

    @classmethod
    def unknown(cls, data: Any) -> list[str]:
        fields = super().unknown(data)
        posts = data.get("posts") if isinstance(data, Mapping) else None
        if not isinstance(posts, list):
            return fields
        for index, post in enumerate(posts):
            fields.extend(f"posts[{index}].{name}" for name in CreatePost.unknown(post))
        return fields


@dataclass(frozen=True, slots=True)
class BulkItem:
    """The result for one post of many. `error` is the reason for a refusal."""

    index: int
    post: Mapping[str, object] | None = None
    error: HeraldError | None = None

    def view(self, *, dry_run: bool) -> dict[str, object]:
        """Return the result on the wire. VoxBurst's Go client reads `postId` and `errors`."""
        if self.error:
            return {
                "index": self.index,
                "status": "failed",
                "error": errors.error_body(self.error),
                "errors": issues(self.error),
            }
        if dry_run:
            return {"index": self.index, "status": "valid"}
        return {
            "index": self.index,
            "status": "created",
            "postId": self.post["id"] if self.post else None,
            "post": self.post,
        }

    def brief(self, *, dry_run: bool) -> dict[str, object]:
        """Return the result in a few words: the post's id and status, or its first problem."""
        view = self.view(dry_run=dry_run)
        if self.error:
            error = errors.error_body(self.error)
            short_error = {"code": error["code"], "message": str(error["message"])[:MAX_BRIEF]}
            short_issue = issue("", self.error.code, self.error.message)
            return {**view, "error": short_error, "errors": [short_issue]}
        if self.post is None:
            return view
        return {**view, "post": {name: self.post[name] for name in ("id", "status")}}


def issues(error: HeraldError) -> list[dict[str, object]]:
    """Return the first problems of one post, as VoxBurst's Go client names them.

    `error` has every problem.
    """
    if isinstance(error, ValidationError):
        return [
            issue(words.field(problem.path), problem.code, words.public_message(problem.message))
            for problem in error.problems[:MAX_ISSUES]
        ]
    field = errors.blamed(error).get("field", "")
    return [issue(field, error.code, words.public_message(error.message))]


def issue(field: str, code: str, message: str) -> dict[str, object]:
    return {"field": field[:MAX_NAMED], "issue": code, "detail": message[:MAX_BRIEF]}


def bulk(batch: BulkPosts, key: IdempotencyKey | None, create: Create) -> Response:
    """Create the posts and answer with a result for each.

    The status is 201 when all were created (or would be), 207 when some were, and 422 when none
    was. Each post has its own idempotency key.
    """
    items: list[BulkItem] = []
    for index, data in enumerate(batch.posts):
        post_key = key.part(index, data) if key else None
        items.append(bulk_item(index, data, post_key, create))
    failed = sum(item.error is not None for item in items)
    dry_run = bool(batch.dry_run)
    answer = {
        "dryRun": dry_run,
        # VoxBurst's Go client reads `dry_run`.
        "dry_run": dry_run,
        "total": len(items),
        "created": 0 if dry_run else len(items) - failed,
        "failed": failed,
        "results": [*fitting_items(items, dry_run=dry_run)],
    }
    if not failed:
        status = 201
    elif failed < len(items):
        status = 207
    else:
        status = 422
    return Response(status=status, body=answer)


def fitting_items(items: Sequence[BulkItem], *, dry_run: bool) -> Iterator[dict[str, object]]:
    """Yield the result for each post.

    A result that would make the answer too large for Lambda is brief.
    """
    left = ROOM
    for item in items:
        view = item.view(dry_run=dry_run)
        size = len(to_json(view).encode())
        if size <= left:
            left -= size
            yield view
        else:
            yield item.brief(dry_run=dry_run)


def bulk_item(index: int, data: object, key: IdempotencyKey | None, create: Create) -> BulkItem:
    try:
        new = validated(CreatePost, data).new()
        request = IdempotentRequest(201, body, key)
        return BulkItem(index, view(create(new, request)))
    except IdempotentReplay as replay:
        return BulkItem(index, json.loads(replay.response.body))
    except HeraldError as error:
        return BulkItem(index, error=error)

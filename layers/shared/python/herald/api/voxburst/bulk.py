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
MAX_BRIEF = 500  # characters of a message
MAX_NAMED = 100  # characters of a field's path
MAX_ISSUES = 5


class BulkPosts(Body):
    """Each post is judged alone, as `POST /v1/posts` would."""

    apart = frozenset({"posts"})

    posts: Annotated[list[Any], Field(min_length=1, max_length=MAX_BULK)]
    """The posts, each as `POST /v1/posts` takes one."""
    dry_run: bool | None = None
    """Judge them, and store nothing."""

    @classmethod
    def unknown(cls, data: Any) -> list[str]:
        posts = data.get("posts") if isinstance(data, Mapping) else None
        each = enumerate(posts if isinstance(posts, list) else [])
        return [
            *super().unknown(data),
            *(
                f"posts[{index}].{name}"
                for index, post in each
                for name in CreatePost.unknown(post)
            ),
        ]


@dataclass(frozen=True, slots=True)
class BulkItem:
    """What became of one post of many; `error` when it was refused."""

    index: int
    post: Mapping[str, object] | None = None
    error: HeraldError | None = None

    def view(self, *, dry_run: bool) -> dict[str, object]:
        """VoxBurst's Go client reads `postId` and `errors`."""
        if self.error:
            said = errors.error_body(self.error)
            return {
                "index": self.index,
                "status": "failed",
                "error": said,
                "errors": issues(self.error),
            }
        if dry_run:
            return {"index": self.index, "status": "valid"}
        return {
            "index": self.index,
            "status": "created",
            "postId": self.post and self.post["id"],
            "post": self.post,
        }

    def brief(self, *, dry_run: bool) -> dict[str, object]:
        """The same in a few words: which post it is, or its first problem."""
        view = self.view(dry_run=dry_run)
        if self.error:
            said = errors.error_body(self.error)
            told = {"code": said["code"], "message": str(said["message"])[:MAX_BRIEF]}
            return {
                **view,
                "error": told,
                "errors": [issue("", self.error.code, self.error.message)],
            }
        return (
            {**view, "post": {name: self.post[name] for name in ("id", "status")}}
            if self.post
            else view
        )


def issues(error: HeraldError) -> list[dict[str, object]]:
    """The first things that are wrong with one post of many, in the words of VoxBurst's Go client; `error` has them all."""
    if isinstance(error, ValidationError):
        return [
            issue(words.field(problem.path), problem.code, words.public_message(problem.message))
            for problem in error.problems[:MAX_ISSUES]
        ]
    return [
        issue(
            errors.blamed(error).get("field", ""), error.code, words.public_message(error.message)
        )
    ]


def issue(field: str, code: str, message: str) -> dict[str, object]:
    return {"field": field[:MAX_NAMED], "issue": code, "detail": message[:MAX_BRIEF]}


def bulk(asked: BulkPosts, key: IdempotencyKey | None, create: Create) -> Response:
    """201 when all were created (or would be), 207 when some were, 422 when none. Each has an idempotency key of its own."""
    items = [
        bulk_item(index, data, key.part(index, data) if key else None, create)
        for index, data in enumerate(asked.posts)
    ]
    failed = sum(item.error is not None for item in items)
    dry_run = bool(asked.dry_run)
    said = {
        "dryRun": dry_run,
        "dry_run": dry_run,  # VoxBurst's Go client reads this one
        "total": len(items),
        "created": 0 if dry_run else len(items) - failed,
        "failed": failed,
        "results": [*fitting_items(items, dry_run=dry_run)],
    }
    return Response(status=201 if not failed else 422 if failed == len(items) else 207, body=said)


def fitting_items(items: Sequence[BulkItem], *, dry_run: bool) -> Iterator[dict[str, object]]:
    """What became of each; of those that would make the answer too large for Lambda, in a few words."""
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
        return BulkItem(index, view(create(new, IdempotentRequest(201, body, key))))
    except IdempotentReplay as replay:
        return BulkItem(index, json.loads(replay.response.body))
    except HeraldError as error:
        return BulkItem(index, error=error)

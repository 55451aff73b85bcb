"""HTTP: posts."""

from herald import runtime
from herald.api import posts as wire
from herald.api.app import Api, Request
from herald.api.reply import Reply
from herald.domain import ids

api = Api()
handler = api.handler


@api.post("/v1/posts", scope="posts:write")
def create(request: Request) -> Reply:
    new = request.body(wire.CreatePost).new()
    return wire.was_created(runtime.posts().create(new, request.owner, once=request.once(), reply=wire.body))


@api.get("/v1/posts", scope="posts:read")
def index(request: Request) -> Reply:
    query, secret = request.query(wire.ListPosts), request.key.digest
    return wire.page(
        runtime.posts().page(request.owner, query.filters(), before=query.after(secret), limit=query.limit), query, secret
    )


@api.get("/v1/posts/<post_id>", scope="posts:read")
def read(request: Request, post_id: str) -> Reply:
    return wire.found(runtime.posts().read(ids.check("post", post_id), request.owner))


@api.post("/v1/posts/<post_id>/publish", scope="posts:write")
def publish(request: Request, post_id: str) -> Reply:
    return wire.was_accepted(runtime.posts().publish(ids.check("post", post_id), request.owner))

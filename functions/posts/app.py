"""HTTP: posts."""

from __future__ import annotations

from herald import runtime
from herald.api.edge.app import Api, Request
from herald.api.edge.reply import Reply, ok
from herald.api.voxburst import later
from herald.api.voxburst import posts as wire

api = Api()
handler = api.handler


@api.post("/v1/posts", scope="posts:write", idempotent=True, answers=(201,), refuses=(422,))
def create(request: Request, body: wire.CreatePost) -> Reply:
    new, act = body.new(), wire.act(201, request.once())
    return wire.answered(act, runtime.posts().create(new, request.owner, act))


@api.post("/v1/posts/bulk", scope="posts:write", idempotent=True, answers=(201, 207, 422))
def bulk(request: Request, body: later.bulk.BulkPosts) -> Reply:
    posts = runtime.posts()
    make = posts.check if body.dry_run else posts.create
    return later.bulk.bulk(body, request.once(), lambda new, act: make(new, request.owner, act))


@api.post("/v1/posts/validate", scope="posts:read", refuses=(404, 422))
def validate(request: Request, body: later.validation.ValidatePost) -> Reply:
    proposal = body.proposal()
    return ok(later.validation.verdicts(runtime.validation().validate(proposal, request.owner)))


@api.get("/v1/posts", scope="posts:read")
def index(request: Request, query: wire.ListPosts) -> Reply:
    secret = request.key.digest
    return wire.page(
        runtime.posts().page(request.owner, query.filters(), before=query.after(secret), limit=query.limit), query, secret
    )


@api.get("/v1/posts/<post_id>", scope="posts:read")
def read(request: Request, post_id: str) -> Reply:
    return wire.found(runtime.posts().read(post_id, request.owner))


@api.get("/v1/posts/<post_id>/results", scope="posts:read")
def results(request: Request, post_id: str) -> Reply:
    return ok(wire.results(runtime.posts().find(post_id, request.owner)[0]))


@api.patch("/v1/posts/<post_id>", scope="posts:write", refuses=(409, 422))
def edit(request: Request, post_id: str, body: later.acts.EditPost) -> Reply:
    posts = runtime.posts()
    return wire.found(posts.archive(post_id, request.owner) if body.status else posts.edit(post_id, request.owner, body.edit()))


@api.delete("/v1/posts/<post_id>", scope="posts:write", refuses=(409,))
def delete(request: Request, post_id: str) -> Reply:
    runtime.posts().delete(post_id, request.owner)
    return ok({"success": True, "id": post_id})


@api.post("/v1/posts/<post_id>/submit", scope="posts:write", idempotent=True, refuses=(422,))
def submit(request: Request, post_id: str) -> Reply:
    act = wire.act(200, request.once())
    return wire.answered(act, runtime.approvals().submit(post_id, request.owner, act))


@api.post("/v1/posts/<post_id>/approve", scope="posts:write", idempotent=True, refuses=(422,))
def approve(request: Request, post_id: str, body: later.approvals.Approve) -> Reply:
    act = wire.act(200, request.once())
    return wire.answered(act, runtime.approvals().approve(post_id, body.approver_id, body.comment, act, by=request.key))


@api.post("/v1/posts/<post_id>/reject", scope="posts:write", idempotent=True)
def reject(request: Request, post_id: str, body: later.approvals.Reject) -> Reply:
    act = wire.act(200, request.once())
    return wire.answered(act, runtime.approvals().reject(post_id, body.comment, act, by=request.key))


@api.post(
    "/v1/posts/<post_id>/publish",
    scope="posts:write",
    idempotent=True,
    answers=(202,),
    refuses=(422,),
)
def publish(request: Request, post_id: str) -> Reply:
    act = wire.act(202, request.once())
    return wire.answered(act, runtime.posts().publish(post_id, request.owner, act))


@api.post("/v1/posts/<post_id>/cancel", scope="posts:write", idempotent=True)
def cancel(request: Request, post_id: str) -> Reply:
    act = wire.act(200, request.once())
    return wire.answered(act, runtime.posts().cancel(post_id, request.owner, act))


@api.post(
    "/v1/posts/<post_id>/retry",
    scope="posts:write",
    idempotent=True,
    answers=(202,),
    refuses=(422,),
)
def retry(request: Request, post_id: str, body: later.acts.RetryPost) -> Reply:
    act = wire.act(202, request.once())
    unknown = bool(body.acknowledge_unknown)
    seen = runtime.posts().retry(post_id, request.owner, body.destination_ids, unknown, act)
    return wire.answered(act, seen)


@api.post(
    "/v1/posts/<post_id>/platforms/<target_id>/fix",
    scope="posts:write",
    idempotent=True,
    answers=(202,),
    refuses=(422,),
)
def fix(request: Request, post_id: str, target_id: str, body: later.acts.FixTarget) -> Reply:
    act = wire.act(202, request.once())
    seen = runtime.posts().fix(post_id, target_id, request.owner, body.mend(), act)
    return wire.answered(act, seen)


@api.post("/v1/posts/<post_id>/unpublish", scope="posts:write", idempotent=True)
def unpublish(request: Request, post_id: str, body: later.acts.UnpublishPost) -> Reply:
    act = wire.act(200, request.once())
    delete = bool(body.delete_from_platforms)
    return wire.answered(act, runtime.posts().unpublish(post_id, request.owner, delete, act))

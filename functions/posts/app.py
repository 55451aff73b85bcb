"""HTTP: posts."""

from herald import runtime
from herald.api.edge.app import Api, Request
from herald.api.edge.reply import Reply, ok
from herald.api.voxburst import posts as wire
from herald.api.voxburst.contract import VOXBURST
from herald.domain import ids

api = Api(VOXBURST)
handler = api.handler


@api.post("/v1/posts", scope="posts:write")
def create(request: Request) -> Reply:
    new, act = request.body(wire.CreatePost).new(), wire.act(201, request.once())
    return wire.answered(act, runtime.posts().create(new, request.owner, act))


@api.post("/v1/posts/bulk", scope="posts:write")
def bulk(request: Request) -> Reply:
    from herald.api.voxburst import bulk as bulk_wire  # noqa: PLC0415 - its models cost no other route

    asked, posts = request.body(bulk_wire.BulkPosts), runtime.posts()
    make = posts.check if asked.dry_run else posts.create
    return bulk_wire.bulk(asked, request.once(), lambda new, act: make(new, request.owner, act))


@api.post("/v1/posts/validate", scope="posts:read")
def validate(request: Request) -> Reply:
    from herald.api.voxburst import validation as validation_wire  # noqa: PLC0415 - its models and rules cost no other route

    proposal = request.body(validation_wire.ValidatePost).proposal()
    return ok(validation_wire.verdicts(runtime.validation().validate(proposal, request.owner)))


@api.get("/v1/posts", scope="posts:read")
def index(request: Request) -> Reply:
    query, secret = request.query(wire.ListPosts), request.key.digest
    return wire.page(
        runtime.posts().page(request.owner, query.filters(), before=query.after(secret), limit=query.limit), query, secret
    )


@api.get("/v1/posts/<post_id>", scope="posts:read")
def read(request: Request, post_id: str) -> Reply:
    return wire.found(runtime.posts().read(ids.check("post", post_id), request.owner))


@api.get("/v1/posts/<post_id>/results", scope="posts:read")
def results(request: Request, post_id: str) -> Reply:
    return ok(wire.results(runtime.posts().find(ids.check("post", post_id), request.owner)[0]))


@api.patch("/v1/posts/<post_id>", scope="posts:write")
def edit(request: Request, post_id: str) -> Reply:
    from herald.api.voxburst import acts  # noqa: PLC0415 - its models cost no other route

    body, posts = request.body(acts.EditPost), runtime.posts()
    post_id = ids.check("post", post_id)
    return wire.found(posts.archive(post_id, request.owner) if body.status else posts.edit(post_id, request.owner, body.edit()))


@api.delete("/v1/posts/<post_id>", scope="posts:write")
def delete(request: Request, post_id: str) -> Reply:
    runtime.posts().delete(ids.check("post", post_id), request.owner)
    return ok({"success": True, "id": post_id})


@api.post("/v1/posts/<post_id>/submit", scope="posts:write")
def submit(request: Request, post_id: str) -> Reply:
    act = wire.act(200, request.once())
    return wire.answered(act, runtime.approvals().submit(ids.check("post", post_id), request.owner, act))


@api.post("/v1/posts/<post_id>/approve", scope="posts:write")
def approve(request: Request, post_id: str) -> Reply:
    from herald.api.voxburst import approvals as approvals_wire  # noqa: PLC0415 - its models cost no other route

    body, act = request.body(approvals_wire.Approve), wire.act(200, request.once())
    post_id = ids.check("post", post_id)
    return wire.answered(act, runtime.approvals().approve(post_id, body.approver_id, body.comment, act, by=request.key))


@api.post("/v1/posts/<post_id>/reject", scope="posts:write")
def reject(request: Request, post_id: str) -> Reply:
    from herald.api.voxburst import approvals as approvals_wire  # noqa: PLC0415 - its models cost no other route

    body, act = request.body(approvals_wire.Reject), wire.act(200, request.once())
    return wire.answered(act, runtime.approvals().reject(ids.check("post", post_id), body.comment, act, by=request.key))


@api.post("/v1/posts/<post_id>/publish", scope="posts:write")
def publish(request: Request, post_id: str) -> Reply:
    act = wire.act(202, request.once())
    return wire.answered(act, runtime.posts().publish(ids.check("post", post_id), request.owner, act))


@api.post("/v1/posts/<post_id>/cancel", scope="posts:write")
def cancel(request: Request, post_id: str) -> Reply:
    act = wire.act(200, request.once())
    return wire.answered(act, runtime.posts().cancel(ids.check("post", post_id), request.owner, act))


@api.post("/v1/posts/<post_id>/retry", scope="posts:write")
def retry(request: Request, post_id: str) -> Reply:
    from herald.api.voxburst import acts  # noqa: PLC0415 - its models cost no other route

    body, act = request.body(acts.RetryPost), wire.act(202, request.once())
    unknown = bool(body.acknowledge_unknown)
    seen = runtime.posts().retry(ids.check("post", post_id), request.owner, body.destination_ids, unknown, act)
    return wire.answered(act, seen)


@api.post("/v1/posts/<post_id>/platforms/<target_id>/fix", scope="posts:write")
def fix(request: Request, post_id: str, target_id: str) -> Reply:
    from herald.api.voxburst import acts  # noqa: PLC0415 - its models cost no other route

    body, act = request.body(acts.FixTarget), wire.act(202, request.once())
    seen = runtime.posts().fix(ids.check("post", post_id), ids.check("pp", target_id), request.owner, body.mend(), act)
    return wire.answered(act, seen)


@api.post("/v1/posts/<post_id>/unpublish", scope="posts:write")
def unpublish(request: Request, post_id: str) -> Reply:
    from herald.api.voxburst import acts  # noqa: PLC0415 - its models cost no other route

    body, act = request.body(acts.UnpublishPost), wire.act(200, request.once())
    delete = bool(body.delete_from_platforms)
    return wire.answered(act, runtime.posts().unpublish(ids.check("post", post_id), request.owner, delete, act))

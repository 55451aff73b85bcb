"""HTTP: posts."""

from functools import partial

from herald import runtime
from herald.api.edge.app import Api, Request
from herald.api.edge.reply import Reply, answered, ok
from herald.api.voxburst import posts as wire
from herald.api.voxburst import targets
from herald.api.voxburst.contract import VOXBURST
from herald.domain import ids

api = Api(VOXBURST)
handler = api.handler


@api.post("/v1/posts", scope="posts:write")
def create(request: Request) -> Reply:
    new = request.body(wire.CreatePost).new()
    answer = request.idempotent(201, wire.body)
    runtime.posts().create(new, request.owner, answer)
    return answered(answer)


@api.post("/v1/posts/bulk", scope="posts:write")
def bulk(request: Request) -> Reply:
    from herald.api.voxburst import bulk as bulk_wire  # noqa: PLC0415 - its models cost no other route

    asked, posts = request.body(bulk_wire.BulkPosts), runtime.posts()
    make = posts.check if asked.dry_run else posts.create
    key = request.idempotent(201, str).key
    return bulk_wire.bulk(asked, key, lambda new, answer: make(new, request.owner, answer))


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
    return wire.found(runtime.lifecycle().read(ids.check("post", post_id), request.owner))


@api.get("/v1/posts/<post_id>/results", scope="posts:read")
def results(request: Request, post_id: str) -> Reply:
    return ok(targets.results(runtime.lifecycle().find(ids.check("post", post_id), request.owner)[0]))


@api.patch("/v1/posts/<post_id>", scope="posts:write")
def edit(request: Request, post_id: str) -> Reply:
    from herald.api.voxburst import acts  # noqa: PLC0415 - its models cost no other route

    body, post_id = request.body(acts.EditPost), ids.check("post", post_id)
    archive = partial(runtime.lifecycle().archive, post_id, request.owner)
    edit = partial(runtime.posts().edit, post_id, request.owner, body.edit())
    return wire.found(archive() if body.status else edit())


@api.delete("/v1/posts/<post_id>", scope="posts:write")
def delete(request: Request, post_id: str) -> Reply:
    runtime.posts().delete(ids.check("post", post_id), request.owner)
    return ok({"success": True, "id": post_id})


@api.post("/v1/posts/<post_id>/submit", scope="posts:write")
def submit(request: Request, post_id: str) -> Reply:
    answer = request.idempotent(200, wire.body)
    runtime.approvals().submit(ids.check("post", post_id), request.owner, answer)
    return answered(answer)


@api.post("/v1/posts/<post_id>/approve", scope="posts:write")
def approve(request: Request, post_id: str) -> Reply:
    from herald.api.voxburst import approvals as approvals_wire  # noqa: PLC0415 - its models cost no other route

    body = request.body(approvals_wire.Approve)
    answer, post_id = request.idempotent(200, wire.body), ids.check("post", post_id)
    runtime.approvals().approve(post_id, body.approver_id, body.comment, answer, by=request.key)
    return answered(answer)


@api.post("/v1/posts/<post_id>/reject", scope="posts:write")
def reject(request: Request, post_id: str) -> Reply:
    from herald.api.voxburst import approvals as approvals_wire  # noqa: PLC0415 - its models cost no other route

    body = request.body(approvals_wire.Reject)
    answer, post_id = request.idempotent(200, wire.body), ids.check("post", post_id)
    runtime.approvals().reject(post_id, body.comment, answer, by=request.key)
    return answered(answer)


@api.post("/v1/posts/<post_id>/publish", scope="posts:write")
def publish(request: Request, post_id: str) -> Reply:
    answer = request.idempotent(202, wire.body)
    runtime.lifecycle().publish(ids.check("post", post_id), request.owner, answer)
    return answered(answer)


@api.post("/v1/posts/<post_id>/cancel", scope="posts:write")
def cancel(request: Request, post_id: str) -> Reply:
    answer = request.idempotent(200, wire.body)
    runtime.lifecycle().cancel(ids.check("post", post_id), request.owner, answer)
    return answered(answer)


@api.post("/v1/posts/<post_id>/retry", scope="posts:write")
def retry(request: Request, post_id: str) -> Reply:
    from herald.api.voxburst import acts  # noqa: PLC0415 - its models cost no other route

    body = request.body(acts.RetryPost)
    answer, unknown = request.idempotent(202, wire.body), bool(body.acknowledge_unknown)
    runtime.lifecycle().retry(ids.check("post", post_id), request.owner, body.destination_ids, unknown, answer)
    return answered(answer)


@api.post("/v1/posts/<post_id>/platforms/<target_id>/fix", scope="posts:write")
def fix(request: Request, post_id: str, target_id: str) -> Reply:
    from herald.api.voxburst import acts  # noqa: PLC0415 - its models cost no other route

    asked = request.body(acts.FixTarget).request()
    answer = request.idempotent(202, wire.body)
    runtime.lifecycle().fix(ids.check("post", post_id), ids.check("pp", target_id), request.owner, asked, answer)
    return answered(answer)


@api.post("/v1/posts/<post_id>/unpublish", scope="posts:write")
def unpublish(request: Request, post_id: str) -> Reply:
    from herald.api.voxburst import acts  # noqa: PLC0415 - its models cost no other route

    delete = bool(request.body(acts.UnpublishPost).delete_from_platforms)
    answer = request.idempotent(200, wire.body)
    runtime.lifecycle().unpublish(ids.check("post", post_id), request.owner, delete, answer)
    return answered(answer)

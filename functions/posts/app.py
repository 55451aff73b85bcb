"""HTTP: posts."""

from __future__ import annotations

from functools import partial

from herald import runtime
from herald.api.edge.app import Api, Request
from herald.api.edge.response import Response, answered, ok
from herald.api.voxburst import later, targets
from herald.api.voxburst import posts as wire
from herald.api.voxburst.contract import VOXBURST

api = Api(VOXBURST)
handler = api.handler


@api.post("/v1/posts", scope="posts:write", idempotent=True, answers=(201,), refuses=(422,))
def create(request: Request, body: wire.CreatePost) -> Response:
    new = body.new()
    answer = request.idempotent(wire.body)
    runtime.posts().create(new, request.owner, answer)
    return answered(answer)


@api.post("/v1/posts/bulk", scope="posts:write", idempotent=True, answers=(201, 207, 422))
def bulk(request: Request, body: later.bulk.BulkPosts) -> Response:
    posts = runtime.posts()
    make = posts.check if body.dry_run else posts.create
    key = request.identity()
    return later.bulk.bulk(body, key, lambda new, answer: make(new, request.owner, answer))


@api.post("/v1/posts/validate", scope="posts:read", refuses=(404, 422))
def validate(request: Request, body: later.validation.ValidatePost) -> Response:
    proposal = body.proposal()
    return ok(later.validation.verdicts(runtime.validation().validate(proposal, request.owner)))


@api.get("/v1/posts", scope="posts:read")
def index(request: Request, query: wire.ListPosts) -> Response:
    secret = request.key.digest
    listed = runtime.post_lists().list(
        request.owner, query.filters(), before=query.after(secret), limit=query.limit
    )
    return wire.post_page(listed, query, secret)


@api.get("/v1/posts/<post_id>", scope="posts:read")
def read(request: Request, post_id: str) -> Response:
    return wire.post_response(runtime.lifecycle().get(post_id, request.owner))


@api.get("/v1/posts/<post_id>/results", scope="posts:read")
def results(request: Request, post_id: str) -> Response:
    post, _ = runtime.lifecycle().find(post_id, request.owner)
    return ok(targets.results(post))


@api.patch("/v1/posts/<post_id>", scope="posts:write", refuses=(409, 422))
def edit(request: Request, post_id: str, body: later.acts.EditPost) -> Response:
    archive = partial(runtime.lifecycle().archive, post_id, request.owner)
    edit = partial(runtime.posts().edit, post_id, request.owner, body.edit())
    act = archive if body.status else edit
    return wire.post_response(act())


@api.delete("/v1/posts/<post_id>", scope="posts:write", refuses=(409,))
def delete(request: Request, post_id: str) -> Response:
    runtime.posts().delete(post_id, request.owner)
    return ok({"success": True, "id": post_id})


@api.post("/v1/posts/<post_id>/submit", scope="posts:write", idempotent=True, refuses=(422,))
def submit(request: Request, post_id: str) -> Response:
    answer = request.idempotent(wire.body)
    runtime.approvals().submit(post_id, request.owner, answer)
    return answered(answer)


@api.post("/v1/posts/<post_id>/approve", scope="posts:write", idempotent=True, refuses=(422,))
def approve(request: Request, post_id: str, body: later.approvals.Approve) -> Response:
    answer = request.idempotent(wire.body)
    runtime.approvals().approve(post_id, body.approver_id, body.comment, answer, by=request.key)
    return answered(answer)


@api.post("/v1/posts/<post_id>/reject", scope="posts:write", idempotent=True)
def reject(request: Request, post_id: str, body: later.approvals.Reject) -> Response:
    answer = request.idempotent(wire.body)
    runtime.approvals().reject(post_id, body.comment, answer, by=request.key)
    return answered(answer)


@api.post(
    "/v1/posts/<post_id>/publish",
    scope="posts:write",
    idempotent=True,
    answers=(202,),
    refuses=(422,),
)
def publish(request: Request, post_id: str) -> Response:
    answer = request.idempotent(wire.body)
    runtime.lifecycle().publish(post_id, request.owner, answer)
    return answered(answer)


@api.post("/v1/posts/<post_id>/cancel", scope="posts:write", idempotent=True)
def cancel(request: Request, post_id: str) -> Response:
    answer = request.idempotent(wire.body)
    runtime.lifecycle().cancel(post_id, request.owner, answer)
    return answered(answer)


@api.post(
    "/v1/posts/<post_id>/retry",
    scope="posts:write",
    idempotent=True,
    answers=(202,),
    refuses=(422,),
)
def retry(request: Request, post_id: str, body: later.acts.RetryPost) -> Response:
    unknown = bool(body.acknowledge_unknown)
    answer = request.idempotent(wire.body)
    runtime.lifecycle().retry(post_id, request.owner, body.destination_ids, unknown, answer)
    return answered(answer)


@api.post(
    "/v1/posts/<post_id>/platforms/<target_id>/fix",
    scope="posts:write",
    idempotent=True,
    answers=(202,),
    refuses=(422,),
)
def fix(request: Request, post_id: str, target_id: str, body: later.acts.FixTarget) -> Response:
    asked = body.request()
    answer = request.idempotent(wire.body)
    runtime.lifecycle().fix(post_id, target_id, request.owner, asked, answer)
    return answered(answer)


@api.post("/v1/posts/<post_id>/unpublish", scope="posts:write", idempotent=True)
def unpublish(request: Request, post_id: str, body: later.acts.UnpublishPost) -> Response:
    delete = bool(body.delete_from_platforms)
    answer = request.idempotent(wire.body)
    runtime.lifecycle().unpublish(post_id, request.owner, delete, answer)
    return answered(answer)

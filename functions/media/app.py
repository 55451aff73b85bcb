"""HTTP: media."""

from herald import runtime
from herald.api.edge.app import Api, Request
from herald.api.edge.response import Response, answered, ok
from herald.api.voxburst import media as wire
from herald.api.voxburst.contract import VOXBURST

api = Api(VOXBURST)
handler = api.handler


@api.post("/v1/media/upload", scope="media:write", idempotent=True, answers=(201,))
def upload(request: Request, body: wire.UploadMedia) -> Response:
    new = body.new()
    answer = request.idempotent(wire.upload_body)
    runtime.media().upload(new, request.owner, request=answer)
    return answered(answer)


@api.post(
    "/v1/media/register",
    scope="media:write",
    idempotent=True,
    answers=(201,),
    refuses=(422,),
)
def register(request: Request, body: wire.RegisterMedia) -> Response:
    new = body.new()
    answer = request.idempotent(wire.registered_body)
    runtime.media().register(new, request.owner, request=answer)
    return answered(answer)


@api.post(
    "/v1/media/<media_id>/refresh-presign",
    scope="media:write",
    idempotent=True,
    refuses=(409,),
)
def refresh(request: Request, media_id: str) -> Response:
    answer = request.idempotent(wire.upload_body)
    runtime.media().refresh(media_id, request.owner, request=answer)
    return answered(answer)


@api.get("/v1/media", scope="media:read")
def index(request: Request, query: wire.ListMedia) -> Response:
    secret = request.key.digest
    listed = runtime.media().list(
        request.owner, query.status, before=query.after(secret), limit=query.limit
    )
    return wire.media_page(listed, query, secret)


@api.get("/v1/media/<media_id>", scope="media:read")
def read(request: Request, media_id: str) -> Response:
    return wire.media_response(runtime.media().get(media_id, request.owner))


@api.delete("/v1/media/<media_id>", scope="media:write", refuses=(409,))
def delete(request: Request, media_id: str) -> Response:
    runtime.media().delete(media_id, request.owner)
    return ok({"success": True, "id": media_id})

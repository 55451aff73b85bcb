"""HTTP: media."""

from herald import runtime
from herald.api.edge.app import Api, Request
from herald.api.edge.reply import Reply, answered, ok
from herald.api.voxburst import media as wire
from herald.api.voxburst.contract import VOXBURST
from herald.domain import ids

api = Api(VOXBURST)
handler = api.handler


@api.post("/v1/media/upload", scope="media:write")
def upload(request: Request) -> Reply:
    new = request.body(wire.UploadMedia).new()
    answer = request.idempotent(201, wire.upload_body)
    runtime.media().upload(new, request.owner, request=answer)
    return answered(answer)


@api.post("/v1/media/register", scope="media:write")
def register(request: Request) -> Reply:
    new = request.body(wire.RegisterMedia).new()
    answer = request.idempotent(201, wire.registered_body)
    runtime.media().register(new, request.owner, request=answer)
    return answered(answer)


@api.post("/v1/media/<media_id>/refresh-presign", scope="media:write")
def refresh(request: Request, media_id: str) -> Reply:
    media_id = ids.check("media", media_id)
    answer = request.idempotent(200, wire.upload_body)
    runtime.media().refresh(media_id, request.owner, request=answer)
    return answered(answer)


@api.get("/v1/media", scope="media:read")
def index(request: Request) -> Reply:
    query, secret = request.query(wire.ListMedia), request.key.digest
    listed = runtime.media().page(request.owner, query.status, before=query.after(secret), limit=query.limit)
    return wire.page(listed, query, secret)


@api.get("/v1/media/<media_id>", scope="media:read")
def read(request: Request, media_id: str) -> Reply:
    return wire.found(runtime.media().read(ids.check("media", media_id), request.owner))


@api.delete("/v1/media/<media_id>", scope="media:write")
def delete(request: Request, media_id: str) -> Reply:
    runtime.media().delete(ids.check("media", media_id), request.owner)
    return ok({"success": True, "id": media_id})

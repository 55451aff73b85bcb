"""HTTP: accounts."""

from herald import runtime
from herald.api.edge.app import Api, Request
from herald.api.edge.reply import Reply, answered, ok
from herald.api.voxburst import accounts as wire
from herald.api.voxburst.contract import VOXBURST
from herald.domain import ids

api = Api(VOXBURST)
handler = api.handler


@api.get("/v1/accounts", scope="accounts:read")
def index(request: Request) -> Reply:
    return wire.page(runtime.accounts().all(request.owner), request.query(wire.ListAccounts), request.key.digest)


@api.get("/v1/accounts/<account_id>", scope="accounts:read")
def read(request: Request, account_id: str) -> Reply:
    return ok(wire.view(runtime.accounts().read(ids.check("acc", account_id), request.owner)))


@api.post("/v1/accounts/connect", scope="accounts:write")
def connect_named(request: Request) -> Reply:
    from herald.api.voxburst import connecting  # noqa: PLC0415 - reads all networks

    body = request.body(connecting.ConnectNamed)
    answer = request.idempotent(201, wire.connected, credentials=True)
    runtime.accounts().connect(body.platform, body.fields(), request.owner, request=answer)
    return answered(answer)


@api.post("/v1/accounts/connect/<platform>", scope="accounts:write")
def connect(request: Request, platform: str) -> Reply:
    from herald.api.voxburst import connecting  # noqa: PLC0415 - reads all networks

    fields = request.body(connecting.ConnectAccount).fields()
    answer = request.idempotent(201, wire.connected, credentials=True)
    runtime.accounts().connect(wire.platform(platform), fields, request.owner, request=answer)
    return answered(answer)


@api.delete("/v1/accounts/<account_id>", scope="accounts:write")
def disconnect(request: Request, account_id: str) -> Reply:
    return ok({"success": True, "id": runtime.accounts().disconnect(ids.check("acc", account_id), request.owner).id})

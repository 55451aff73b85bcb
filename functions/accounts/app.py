"""HTTP: accounts."""

from __future__ import annotations

from herald import runtime
from herald.api.edge.app import Api, Request
from herald.api.edge.response import Response, answered, ok
from herald.api.voxburst import accounts as wire
from herald.api.voxburst import later
from herald.api.voxburst.contract import VOXBURST

api = Api(VOXBURST)
handler = api.handler


@api.get("/v1/accounts", scope="accounts:read")
def index(request: Request, query: wire.ListAccounts) -> Response:
    return wire.account_page(runtime.accounts().list(request.owner), query, request.key.digest)


@api.get("/v1/accounts/<account_id>", scope="accounts:read")
def read(request: Request, account_id: str) -> Response:
    return ok(wire.view(runtime.accounts().get(account_id, request.owner)))


@api.post(
    "/v1/accounts/connect",
    scope="accounts:write",
    idempotent=True,
    answers=(201,),
    refuses=(422, 503),
)
def connect_named(request: Request, body: later.connecting.ConnectNamed) -> Response:
    answer = request.idempotent(wire.connected, credentials=True)
    runtime.accounts().connect(body.platform, body.fields(), request.owner, request=answer)
    return answered(answer)


@api.post(
    "/v1/accounts/connect/<platform>",
    scope="accounts:write",
    idempotent=True,
    answers=(201,),
    refuses=(422, 503),
)
def connect(request: Request, platform: str, body: later.connecting.ConnectAccount) -> Response:
    fields = body.fields()
    answer = request.idempotent(wire.connected, credentials=True)
    runtime.accounts().connect(wire.platform(platform), fields, request.owner, request=answer)
    return answered(answer)


@api.delete("/v1/accounts/<account_id>", scope="accounts:write")
def disconnect(request: Request, account_id: str) -> Response:
    account = runtime.accounts().disconnect(account_id, request.owner)
    return ok({"success": True, "id": account.id})

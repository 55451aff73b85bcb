"""HTTP: accounts."""

from __future__ import annotations

from herald import runtime
from herald.api.edge.app import Api, Request
from herald.api.edge.response import Response, answered, ok
from herald.api.voxburst import accounts as wire
from herald.api.voxburst import later
from herald.api.voxburst.contract import VOXBURST
from herald.domain.accounts import Platform

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
    answers=(201, 200),
    refuses=(422, 503),
)
def connect_named(request: Request, body: later.connecting.ConnectNamed) -> Response:
    return connected(request, body.platform, body)


@api.post(
    "/v1/accounts/connect/<platform>",
    scope="accounts:write",
    idempotent=True,
    answers=(201, 200),
    refuses=(422, 503),
)
def connect(request: Request, platform: str, body: later.connecting.ConnectAccount) -> Response:
    return connected(request, wire.platform(platform), body)


def connected(request: Request, platform: Platform, body: later.connecting.Connect) -> Response:
    redirect_uri = body.redirect_uri or later.authorizing.callback_url(request.address, platform)
    answer = request.idempotent(wire.connected, credentials=True, status_of=wire.connect_status)
    runtime.connecting().connect(
        platform, body.fields(), request.owner, redirect_uri=redirect_uri, request=answer
    )
    return answered(answer)


@api.post(
    "/v1/accounts/callback/<platform>",
    scope="accounts:write",
    idempotent=True,
    answers=(201,),
    refuses=(409, 422, 503),
)
def callback(request: Request, platform: str, body: later.authorizing.AccountCallback) -> Response:
    answer = request.idempotent(later.authorizing.account_body, credentials=True)
    result = body.result(request.address, wire.platform(platform))
    runtime.connecting().finish(result, owner=request.owner, request=answer)
    return answered(answer)


@api.open("/v1/oauth/callback/<platform>", answers=(200, 409, 422, 503))
def land(platform: str, query: later.authorizing.OAuthCallback, address: str) -> Response:
    result = query.result(address, wire.platform(platform))
    return later.consent_page.landing(lambda: runtime.connecting().finish(result))


@api.delete("/v1/accounts/<account_id>", scope="accounts:write")
def disconnect(request: Request, account_id: str) -> Response:
    account = runtime.accounts().disconnect(account_id, request.owner)
    return ok({"success": True, "id": account.id})
